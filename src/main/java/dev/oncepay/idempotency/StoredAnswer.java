package dev.oncepay.idempotency;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer as it is sent, stored and replayed: the very bytes, serialised once. Only {@link Guard} makes one, so an
 * endpoint that returns it has passed through the guard.
 */
public final class StoredAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * @param headers Content-Type, Location and Retry-After, those that there are
     */
    StoredAnswer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    boolean sameAs(StoredAnswer other) {
        return status == other.status && headers.equals(other.headers) && java.util.Arrays.equals(body, other.body);
    }

    /** The headers as text, one {@code Name: value} a line: the form in which both stores keep them. */
    String headerLines() {
        StringBuilder lines = new StringBuilder();
        headers.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append('\n'));
        return lines.toString();
    }

    static Map<String, String> headersOf(String lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), line.substring(colon + 2));
        });
        return headers;
    }
}
