package dev.oncepay.faults.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What came back.
 *
 * @param headers by their names in lower case
 */
public record Answer(int status, byte[] body, Map<String, String> headers) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those that a replay repeats. */
    private static final List<String> OF_THE_ANSWER = List.of("content-type", "location", "retry-after");

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(toString(), unreadable);
        }
    }

    /** The problem's code; empty for what is none. */
    public String code() {
        return status >= 400 ? json().path("code").asText() : "";
    }

    /** 408, 409 and 5xx say nothing of the outcome, 422 for another payload is about the key. All else is the outcome. */
    public boolean isOutcome() {
        return status != 408 && status != 409 && status < 500 && !code().equals("idempotency-key-reused");
    }

    boolean sameAs(Answer other) {
        return status == other.status
                && Arrays.equals(body, other.body)
                && OF_THE_ANSWER.stream()
                        .allMatch(name -> headers.getOrDefault(name, "").equals(other.headers.getOrDefault(name, "")));
    }

    @Override
    public String toString() {
        return status + " " + new String(body, StandardCharsets.UTF_8);
    }
}
