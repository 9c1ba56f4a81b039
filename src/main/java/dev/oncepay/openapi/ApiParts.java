package dev.oncepay.openapi;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** What several calls refer to: the token, the key, the headers of answers, the problem and an example of each code. */
final class ApiParts {
    static final String TOKEN = "token";
    static final String PROBLEM = "Problem";
    static final String REQUEST_ID = "req_01m810td0pkd5xzp13vsnam5w6";

    private ApiParts() {}

    static void addTo(OpenAPI api) {
        Components parts = api.getComponents();
        parts.removeSchema("StoredAnswer"); // how a guarded endpoint answers, not what
        parts.addSecurityScheme(
                TOKEN,
                OASFactory.createSecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")
                        .description("A JWT with the claim `merchant`, and in `groups` `payments:write` for a POST and"
                                + " `payments:read` for a GET. In dev mode `POST /dev/tokens` makes one."));
        headers().forEach(parts::addHeader);
        parts.addSchema("InvalidMember", invalidMember());
        parts.addSchema(PROBLEM, problem());
        Stream.of(ProblemCode.values()).forEach(code -> parts.addExample(code.code(), example(code)));
    }

    /** Each call has an example of its own: who tries one after the other would else be told that the key is reused. */
    static Parameter key(String operationId) {
        return OASFactory.createParameter()
                .name("Idempotency-Key")
                .in(Parameter.In.HEADER)
                .required(true)
                .description("A value of your own, one for each intended effect, the same at each retry: 1 to 255"
                        + " printable ASCII characters, bare or as a quoted string (RFC 9651). A UUID is a good one.")
                .schema(string().minLength(1))
                .example(UUID.nameUUIDFromBytes(operationId.getBytes(StandardCharsets.UTF_8))
                        .toString());
    }

    private static Map<String, Header> headers() {
        return Map.of(
                "Idempotent-Replayed",
                header("`true` where this is the stored answer of the first request with this key.")
                        .schema(OASFactory.createSchema().addType(SchemaType.BOOLEAN)),
                "Idempotency-Key",
                header("The key as it was sent.").schema(string()),
                "Location",
                header("The path of what was made.").schema(string().format("uri-reference")),
                "Retry-After",
                header("After how many seconds to look, or to try, again.")
                        .schema(OASFactory.createSchema()
                                .addType(SchemaType.INTEGER)
                                .minimum(java.math.BigDecimal.ONE)),
                "Request-Id",
                header("Names this very exchange; the logs have it.").schema(string()),
                "WWW-Authenticate",
                header("How to say who is calling.").schema(string()));
    }

    private static Header header(String description) {
        return OASFactory.createHeader().description(description);
    }

    private static Schema problem() {
        Schema code = string().description("Which problem it is; `/problems` lists all.");
        Stream.of(ProblemCode.values()).map(ProblemCode::code).forEach(code::addEnumeration);
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("Why a request was refused, or failed (RFC 9457).")
                .required(
                        List.of("type", "title", "status", "detail", "code", "retryable", "safe_new_key", "request_id"))
                .addProperty(
                        "type",
                        string().format("uri-reference")
                                .description("A page that says what to do: `/problems/<code>`."))
                .addProperty("title", string().description("What kind of problem it is, in words."))
                .addProperty("status", integer().description("The HTTP status."))
                .addProperty("detail", string().description("What is wrong with this request, for a person."))
                .addProperty("code", code)
                .addProperty(
                        "retryable",
                        bool().description("Whether the very same request with the same key can succeed later."))
                .addProperty("safe_new_key", bool().description("Whether a new key cannot repeat an effect."))
                .addProperty(
                        "errors",
                        OASFactory.createSchema()
                                .addType(SchemaType.ARRAY)
                                .items(OASFactory.createSchema().ref("InvalidMember"))
                                .description("With `validation-failed`."))
                .addProperty("decline_code", string().description("With `card-declined` and `refund-declined`: why."))
                .addProperty("charge", string().description("With `card-declined`: the id of the declined charge."))
                .addProperty("refund", string().description("With `refund-declined`: the id of the failed refund."))
                .addProperty("request_id", string().description("The `Request-Id` under which it was first answered."));
    }

    private static Schema invalidMember() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .required(List.of("pointer", "detail"))
                .addProperty("pointer", string().description("Where it is: a JSON Pointer (RFC 6901)."))
                .addProperty("detail", string().description("What is wrong with it."));
    }

    /** In plain maps and lists, which is all that an example may consist of. */
    private static org.eclipse.microprofile.openapi.models.examples.Example example(ProblemCode code) {
        Map<String, Object> members = Problem.example(code).members(REQUEST_ID);
        members.computeIfPresent("errors", (name, errors) -> ((List<?>) errors)
                .stream()
                        .map(Problem.InvalidMember.class::cast)
                        .map(error -> Map.of("pointer", error.pointer(), "detail", error.detail()))
                        .toList());
        return OASFactory.createExample().summary(code.title()).value(members);
    }

    static Schema string() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }

    private static Schema integer() {
        return OASFactory.createSchema().addType(SchemaType.INTEGER).format("int32");
    }

    private static Schema bool() {
        return OASFactory.createSchema().addType(SchemaType.BOOLEAN);
    }
}
