package dev.oncepay.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.oncepay.examples.RetryingClient.Limits;
import dev.oncepay.examples.RetryingClient.OutcomeUnknown;
import dev.oncepay.examples.RetryingClient.Payment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's rule, against a server that answers as it is told, and a clock that only pauses move. */
class RetryingClientTest {
    private static final byte[] BODY = "{\"amount\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Limits LIMITS = new Limits(
            6, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofMillis(400));

    /** What came in, written as one text: key, token and body. */
    private final List<String> received = new ArrayList<>();

    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private final Queue<String> script = new ArrayDeque<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String[] next = script.remove().split(" ");
            if (next.length > 1) {
                exchange.getResponseHeaders().set("Retry-After", next[1]);
            }
            if (next[0].equals("cut")) {
                exchange.sendResponseHeaders(201, 100); // and of the hundred none comes
            } else {
                exchange.sendResponseHeaders(Integer.parseInt(next[0]), -1);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/charges");
    }

    private RetryingClient client(Limits limits) {
        return new RetryingClient(
                HttpClient.newHttpClient(),
                () -> "token-" + tokens.incrementAndGet(),
                limits,
                new RetryingClient.Time() {
                    @Override
                    public long nanos() {
                        return clock.get();
                    }

                    @Override
                    public void pause(Duration pause) {
                        pauses.add(pause);
                        clock.addAndGet(pause.toNanos());
                    }
                });
    }

    private int answer(String... answers) throws OutcomeUnknown, InterruptedException {
        script.addAll(Arrays.asList(answers));
        HttpResponse<byte[]> response = client(LIMITS).send(uri(), BODY, kept -> {});
        return response.statusCode();
    }

    @Test
    void triesAgainAfter409And5xxAndACutAnswer() throws Exception {
        assertThat(answer("409", "500", "503", "cut", "504", "201")).isEqualTo(201);
        assertThat(received).hasSize(6);
    }

    @Test
    void everyTrySendsTheSameKeyAndTheSameBytesAndATokenOfItsOwn() throws Exception {
        answer("500", "cut", "409", "200");
        String key = received.get(0).split(" ")[0];
        assertThat(UUID.fromString(key)).hasToString(key);
        assertThat(received)
                .containsExactly(
                        key + " Bearer token-1 {\"amount\":1}",
                        key + " Bearer token-2 {\"amount\":1}",
                        key + " Bearer token-3 {\"amount\":1}",
                        key + " Bearer token-4 {\"amount\":1}");
    }

    @Test
    void whatTheCallerDoesToItsBytesMeanwhileChangesNothing() throws Exception {
        byte[] body = BODY.clone();
        script.addAll(List.of("500", "201"));
        client(LIMITS).send(uri(), body, kept -> body[0] = 'x');
        assertThat(received).allMatch(request -> request.endsWith(" {\"amount\":1}"));
    }

    @Test
    void anyOther4xxIsAnAnswerAndSoIs202() throws Exception {
        for (int status : new int[] {200, 201, 202, 400, 401, 402, 403, 404, 413, 415, 422, 429}) {
            received.clear();
            assertThat(answer("" + status)).isEqualTo(status);
            assertThat(received).hasSize(1);
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void thePaymentIsKeptBeforeAnythingIsSent() throws Exception {
        List<Payment> kept = new ArrayList<>();
        script.add("201");
        client(LIMITS).send(uri(), BODY, payment -> {
            assertThat(received).isEmpty();
            kept.add(payment);
        });
        assertThat(received.get(0)).startsWith(kept.get(0).key() + " ");
        assertThatThrownBy(() -> client(LIMITS).send(uri(), BODY, payment -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(received).hasSize(1);
    }

    @Test
    void pausesGrowAtRandomUpToTheirBounds() throws Exception {
        long[] longest = new long[5];
        long[] shortest = {999, 999, 999, 999, 999};
        for (int i = 0; i < 200; i++) {
            pauses.clear();
            answer("500", "500", "500", "500", "500", "201");
            for (int n = 0; n < 5; n++) {
                longest[n] = Math.max(longest[n], pauses.get(n).toMillis());
                shortest[n] = Math.min(shortest[n], pauses.get(n).toMillis());
            }
        }
        long[] bounds = {100, 200, 400, 400, 400};
        for (int n = 0; n < 5; n++) {
            // That all of 200 are on one side of the middle happens once in 2^199 times.
            assertThat(longest[n]).isBetween(bounds[n] / 2, bounds[n]);
            assertThat(shortest[n]).isLessThan(bounds[n] / 2);
        }
    }

    @Test
    void retryAfterIsHonoured() throws Exception {
        answer("409 3", "503 1", "503 soon", "201");
        assertThat(pauses.get(0)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3100));
        assertThat(pauses.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1200));
        assertThat(pauses.get(2)).isLessThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void triesAreBounded() {
        assertThatThrownBy(() -> answer("500", "500", "500", "500", "500", "503"))
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageContaining("503");
        assertThat(received).hasSize(6);
        assertThat(pauses).hasSize(5);
    }

    @Test
    void noPauseGoesBeyondTheDeadline() {
        assertThatThrownBy(() -> answer("409 50", "409 50")).isInstanceOf(OutcomeUnknown.class);
        assertThat(pauses).hasSize(1);
        assertThat(clock.get()).isLessThan(LIMITS.total().toNanos());
    }

    @Test
    void aServerThatStopsInTheMiddleOfItsAnswerIsNotWaitedForForEver() {
        server.createContext("/stall", exchange -> {
            exchange.sendResponseHeaders(201, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush(); // and no more, and no end
        });
        Limits oneShortTry = new Limits(
                1, Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(1));
        assertThatThrownBy(() -> client(oneShortTry).send(new Payment(uri().resolve("/stall"), "k", BODY)))
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageContaining("Timeout");
    }

    @Test
    void aServerThatIsNotThereIsARetry() {
        URI nobody = uri();
        server.stop(0);
        assertThatThrownBy(() -> client(LIMITS).send(nobody, BODY, kept -> {}))
                .isInstanceOf(OutcomeUnknown.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(pauses).hasSize(5);
    }

    @Test
    void theMessageDoesNotTellTheKey() {
        List<Payment> kept = new ArrayList<>();
        script.addAll(List.of("500", "500", "500", "500", "500", "500"));
        assertThatThrownBy(() -> client(LIMITS).send(uri(), BODY, kept::add))
                .message()
                .doesNotContain(kept.get(0).key());
    }
}
