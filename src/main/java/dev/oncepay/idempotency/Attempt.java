package dev.oncepay.idempotency;

/**
 * One try of one request: who, under which key, and what.
 *
 * @param method of HTTP
 * @param path   as it was sent, without the query
 */
public record Attempt(String merchant, String key, Fingerprint fingerprint, String method, String path) {
    @Override
    public String toString() {
        return "attempt of " + merchant + " at " + path; // a key is as good as a receipt: it stays out of logs
    }
}
