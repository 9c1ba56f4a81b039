package dev.oncepay.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What {@code type} of a problem points at (RFC 9457 section 3.1.1): for people, and as JSON for programs. */
@Path("/problems")
public class ProblemPages {
    private static final String HTML = "text/html;charset=UTF-8";

    /** The first is what a browser and a bare curl get. */
    private static final List<Variant> VARIANTS = Variant.mediaTypes(
                    MediaType.valueOf(HTML), MediaType.APPLICATION_JSON_TYPE)
            .build();

    private static final String EXAMPLE_REQUEST = "req_01m810td0pkd5xzp13vsnam5w6";

    private final ObjectMapper json;

    ProblemPages(ObjectMapper json) {
        this.json = json;
    }

    /** A code as a program reads it. */
    @RegisterForReflection
    record Entry(
            String code,
            String type,
            String title,
            int status,
            String meaning,
            boolean retryable,
            boolean safeNewKey,
            String advice,
            Object example) {
        private static Entry of(ProblemCode code) {
            return new Entry(
                    code.code(),
                    code.type(),
                    code.title(),
                    code.status(),
                    code.meaning(),
                    code.retryable(),
                    code.safeNewKey(),
                    code.advice(),
                    Problem.example(code).members(EXAMPLE_REQUEST));
        }
    }

    /** The whole catalogue. */
    record Catalogue(List<Entry> data) {}

    @GET
    @Produces({HTML, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public Response all(@Context Request request) {
        return prefersJson(request)
                ? data(new Catalogue(
                        Stream.of(ProblemCode.values()).map(Entry::of).toList()))
                : page(ProblemPage.ofAll());
    }

    @GET
    @Path("/{code}")
    @Produces({HTML, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public Response one(String code, @Context Request request) throws JsonProcessingException {
        Entry known = Entry.of(known(code));
        return prefersJson(request)
                ? data(known)
                : page(ProblemPage.of(
                        known(code), json.writerWithDefaultPrettyPrinter().writeValueAsString(known.example())));
    }

    private static boolean prefersJson(Request request) {
        return Optional.ofNullable(request.selectVariant(VARIANTS))
                .filter(best -> best.getMediaType().isCompatible(MediaType.APPLICATION_JSON_TYPE))
                .isPresent();
    }

    private static ProblemCode known(String code) {
        return Stream.of(ProblemCode.values())
                .filter(known -> known.code().equals(code))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(ProblemCode.NOT_FOUND, "There is no such problem; /problems lists all."));
    }

    private static Response page(ProblemPage page) {
        return Response.ok(page.html(), HTML)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    private static Response data(Object entity) {
        return Response.ok(entity, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }
}
