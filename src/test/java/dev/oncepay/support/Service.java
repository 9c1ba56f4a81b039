package dev.oncepay.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A running instance as one merchant sees it. */
public final class Service {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;
    private final String token;

    public Service(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** What came back; {@code body} are the very bytes. */
    public record Reply(int status, byte[] body, java.net.http.HttpHeaders headers) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException failure) {
                throw new UncheckedIOException(text(), failure);
            }
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String code() {
            return json().path("code").asText();
        }

        public String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        public boolean replayed() {
            return "true".equals(header("Idempotent-Replayed"));
        }

        @Override
        public String toString() {
            return status + " " + text();
        }
    }

    public Reply post(String path, String key, String body) {
        return later(path, key, body).join();
    }

    /** What a client that retries right gets: a busy machine's 503 is not what most tests are about. */
    public Reply pay(String path, String body) {
        String key = java.util.UUID.randomUUID().toString();
        Reply reply = post(path, key, body);
        for (int tries = 1; tries < TRIES && (reply.status() == 409 || reply.status() >= 500); tries++) {
            reply = post(path, key, body);
        }
        return reply;
    }

    public CompletableFuture<Reply> later(String path, String key, String body) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).thenApply(Service::reply);
    }

    public Reply get(String path) {
        return HTTP.sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(Service::reply)
                .join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        return new Reply(response.statusCode(), response.body(), response.headers());
    }

    public static String order(long amount) {
        return "{\"amount\":" + amount + ",\"currency\":\"EUR\",\"reference\":\"train\"}";
    }

    public static String charge(String order, long amount, String card) {
        return "{\"order_id\":\"" + order + "\",\"amount\":" + amount + ",\"currency\":\"EUR\",\"payment_method\":\""
                + card + "\"}";
    }

    /** Makes an order; its id. */
    public String newOrder(long amount) {
        Reply made = pay("/orders", order(amount));
        if (made.status() != 201) {
            throw new IllegalStateException(made.toString());
        }
        return made.json().get("id").asText();
    }
}
