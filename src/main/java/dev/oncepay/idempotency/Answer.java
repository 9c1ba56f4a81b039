package dev.oncepay.idempotency;

import dev.oncepay.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an endpoint wants to answer, before {@link Guard} makes bytes of it. It must be final: a success, or a refusal
 * that stays true.
 *
 * @param resource the path of what was made; empty for a refusal
 * @param entity   a value for Jackson, or a {@link Problem}
 */
public record Answer(int status, String resource, Map<String, String> headers, Object entity) {
    private static final String JSON = "application/json";

    public static Answer created(String resource, Object entity) {
        return new Answer(201, resource, Map.of("Content-Type", JSON, "Location", resource), entity);
    }

    /** Durably accepted, its outcome not known yet. */
    public static Answer accepted(String resource, int retryAfterSeconds, Object entity) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", JSON);
        headers.put("Location", resource);
        headers.put("Retry-After", Integer.toString(retryAfterSeconds));
        return new Answer(202, resource, headers, entity);
    }

    /** A refusal on the state of things, to be stored: 402, 404 or 422. */
    public static Answer refused(Problem problem) {
        return refused("", problem);
    }

    /** A refusal that left something behind, such as a declined charge. */
    public static Answer refused(String resource, Problem problem) {
        return new Answer(problem.status(), resource, Map.of("Content-Type", Problem.MEDIA_TYPE), problem);
    }
}
