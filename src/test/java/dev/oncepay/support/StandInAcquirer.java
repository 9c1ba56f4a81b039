package dev.oncepay.support;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An acquirer that remembers what it was sent; how it answers is told by the card. */
public final class StandInAcquirer implements AutoCloseable {
    /** Answers a POST with 500, and knows nothing of the key when it is asked for it. */
    public static final String NEVER_ARRIVES = "pm_never_arrives";

    /** Is answered after {@link #release}. */
    public static final String HELD = "pm_held";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 20;
    private static final String PATH = "/card/network";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpServer server;

    /** One call as it came in. The authorization is none where there was none, the merchant empty for a look-up. */
    public record Call(String method, String path, String authorization, String merchant) {}

    public StandInAcquirer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + PATH;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** What was posted for a merchant. */
    public List<Call> posted(String merchant) {
        return calls.stream().filter(call -> call.merchant().equals(merchant)).toList();
    }

    public void release() {
        released.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var asked = JSON.readTree(exchange.getRequestBody());
        calls.add(new Call(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "none"),
                asked.path("merchant").asText()));
        String card = asked.path("payment_method").asText();
        if (card.equals(HELD)) {
            hold();
        }
        int status = exchange.getRequestMethod().equals("GET") ? 404 : card.equals(NEVER_ARRIVES) ? 500 : 200;
        byte[] body = "{\"id\":\"a1\",\"status\":\"approved\"}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void hold() {
        try {
            if (!released.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody released it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
