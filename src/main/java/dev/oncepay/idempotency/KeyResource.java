package dev.oncepay.idempotency;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.problem.Answers;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What became of a key, for a client that has lost more than one answer: the caller's own keys only. */
@Path("/idempotency-key")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Idempotency keys", description = "What became of a request whose answer was lost.")
public class KeyResource {
    private final PostgresRecords records;
    private final Caller caller;

    KeyResource(PostgresRecords records, Caller caller) {
        this.records = records;
        this.caller = caller;
    }

    /**
     * A key as its owner sees it.
     *
     * @param state          in_progress or completed
     * @param responseStatus of the stored answer, or null
     * @param resource       the path of what was made, or null
     */
    public record KeyView(
            String key,
            String state,
            String method,
            String path,
            Integer responseStatus,
            String resource,
            Instant createdAt,
            Instant expiresAt) {}

    @GET
    @Operation(operationId = "getIdempotencyKey", summary = "Look a key up")
    @Answers(problems = {IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, NOT_FOUND})
    public Uni<KeyView> get(@Context HttpServerRequest request) {
        IdempotencyKey key = IdempotencyKey.of(request.headers().getAll(IdempotencyKey.HEADER));
        return records.describe(caller.merchant(), key.value())
                .map(found -> found.orElseThrow(() -> new ProblemException(
                        NOT_FOUND,
                        "Nothing is recorded under this key: it was never used, has expired, was refused on the"
                                + " request alone, or its transaction has not committed.")));
    }
}
