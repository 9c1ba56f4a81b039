package dev.oncepay.examples;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.examples.RetryingClient.Limits;
import dev.oncepay.examples.RetryingClient.OutcomeUnknown;
import dev.oncepay.examples.RetryingClient.Payment;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Relay;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client of this package against the packaged jar, over a line that is cut all the time. */
class RetryingClientIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAYMENTS = 48;
    private static final int SHOPS = 8;

    /** Many short tries: a cut line costs a moment, and the first pauses are short. */
    private static final Limits PATIENT = new Limits(
            60, Duration.ofSeconds(20), Duration.ofMinutes(4), Duration.ofMillis(20), Duration.ofMillis(500));

    private static Relay line;
    private static Instance service;

    private static final Database database = Database.own();
    private final String merchant = "m-" + UUID.randomUUID();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<Payment> kept = new ConcurrentLinkedQueue<>();
    private final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();

    /** What was asked for, and what came of it. */
    private record Paid(long amount, HttpResponse<byte[]> order, HttpResponse<byte[]> charge) {}

    @BeforeAll
    static void start() {
        line = new Relay();
        int port = Ports.free();
        line.to(port);
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.remove("mp.jwt.verify.publickey");
        settings.remove("smallrye.jwt.sign.key");
        settings.put("mp.jwt.verify.publickey.location", Keys.publicKeyFile());
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer");
        settings.put("quarkus.http.port", "" + port);
        service = Instance.start(settings);
    }

    @AfterAll
    static void stop() {
        service.close();
        line.close();
    }

    @AfterEach
    void mend() {
        line.mode(Relay.Mode.PASS);
    }

    private final RetryingClient.Time time = new RetryingClient.Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration pause) throws InterruptedException {
            pauses.add(pause);
            waitFor(pause);
        }
    };

    private static void waitFor(Duration pause) throws InterruptedException {
        try {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, pause.toNanos(), TimeUnit.NANOSECONDS)
                    .get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private RetryingClient client(Limits limits) {
        return new RetryingClient(http, () -> Keys.token(merchant), limits, time);
    }

    private static URI overTheLine(String path) {
        return URI.create("http://127.0.0.1:" + line.port() + path);
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @Test
    void everyPaymentIsMadeOnceAndAnsweredOverALineThatIsCutAtRandom() throws Exception {
        RetryingClient client = client(PATIENT);
        List<Paid> all = overACutLine(PAYMENTS, number -> {
            long amount = 1000 + number;
            HttpResponse<byte[]> order = client.send(overTheLine("/orders"), bytes(order(amount)), kept::add);
            String id = json(order).path("id").asText();
            return new Paid(
                    amount,
                    order,
                    client.send(overTheLine("/charges"), bytes(charge(id, amount, "pm_card_visa")), kept::add));
        });

        assertEachIsPaidOnce(all);
        assertThat(kept).hasSize(2 * PAYMENTS);
        assertThat(database.records(merchant)).isEqualTo(2 * PAYMENTS);
        // The line was as bad as it should be, and answers got lost that had been given.
        assertThat(pauses).hasSizeGreaterThan(PAYMENTS / 2);
        assertThat(all.stream().filter(paid -> replayed(paid.order()) || replayed(paid.charge())))
                .isNotEmpty();
        // Whoever finds the kept payments after a crash gets the very same answers.
        List<String> answers = new ArrayList<>();
        all.forEach(paid -> answers.addAll(List.of(text(paid.order()), text(paid.charge()))));
        List<String> again = new ArrayList<>();
        for (Payment payment : kept) {
            again.add(text(client.send(payment)));
        }
        assertThat(again).containsExactlyInAnyOrderElementsOf(answers);
        assertThat(database.authorizations(merchant)).isEqualTo(PAYMENTS);
    }

    @Test
    void theRuleOfStripesLibrariesWorksUnchanged() throws Exception {
        List<Paid> all = overACutLine(8, number -> {
            long amount = 1000 + number;
            HttpResponse<byte[]> order = asStripesLibrariesDo("/orders", order(amount));
            String body = charge(json(order).path("id").asText(), amount, "pm_card_visa");
            return new Paid(amount, order, asStripesLibrariesDo("/charges", body));
        });
        assertEachIsPaidOnce(all);
    }

    private void assertEachIsPaidOnce(List<Paid> all) {
        for (Paid paid : all) {
            assertThat(paid.order().statusCode()).as(text(paid.order())).isEqualTo(201);
            assertThat(paid.charge().statusCode()).as(text(paid.charge())).isIn(201, 202);
            assertThat(json(paid.order()).path("amount").asLong()).isEqualTo(paid.amount());
            assertThat(json(paid.charge()).path("amount").asLong()).isEqualTo(paid.amount());
            assertThat(json(paid.charge()).path("order_id"))
                    .isEqualTo(json(paid.order()).path("id"));
            String location = paid.charge().headers().firstValue("Location").orElseThrow();
            // A 202, which a very busy machine may cause, is settled soon.
            JsonNode charge = await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> service.as(merchant).get(location).json(),
                            found -> found.path("status").asText().equals("succeeded"));
            assertThat(charge.path("id")).isEqualTo(json(paid.charge()).path("id"));
        }
        assertThat(database.orders(merchant)).isEqualTo(all.size());
        assertThat(database.charges(merchant)).isEqualTo(all.size());
        assertThat(database.authorizations(merchant)).isEqualTo(all.size());
        assertThat(database.count(
                        "select count(distinct amount) from sandbox_authorization where merchant = ?", merchant))
                .isEqualTo(all.size());
        assertThat(database.count("select count(*) from orders where merchant = ? and paid = amount", merchant))
                .isEqualTo(all.size());
    }

    private interface Shop {
        Paid pay(int number) throws Exception;
    }

    /** Cuts requests and answers at random bytes, and every now and then all connections at once. */
    private List<Paid> overACutLine(int payments, Shop shop) throws Exception {
        Random random = new Random(42);
        ScheduledExecutorService trouble = Executors.newSingleThreadScheduledExecutor();
        ExecutorService shops = Executors.newFixedThreadPool(SHOPS);
        line.mode(Relay.Mode.CUT);
        try {
            trouble.scheduleWithFixedDelay(
                    () -> line.mode(random.nextInt(5) == 0 ? Relay.Mode.REFUSE : Relay.Mode.CUT),
                    20,
                    20,
                    TimeUnit.MILLISECONDS);
            List<Future<Paid>> running = new ArrayList<>();
            for (int i = 0; i < payments; i++) {
                int number = i;
                running.add(shops.submit((Callable<Paid>) () -> shop.pay(number)));
            }
            List<Paid> all = new ArrayList<>();
            for (Future<Paid> paid : running) {
                all.add(paid.get(5, TimeUnit.MINUTES));
            }
            return all;
        } finally {
            trouble.shutdownNow();
            shops.shutdownNow();
            trouble.awaitTermination(5, TimeUnit.SECONDS);
            line.mode(Relay.Mode.PASS);
        }
    }

    /**
     * The rule that Stripe publishes with its libraries: again after a connection error, a 409 and a 5xx, after half a
     * second that doubles up to five, less up to a half at random; a bare UUID as the key; Retry-After is not read.
     */
    private HttpResponse<byte[]> asStripesLibrariesDo(String path, String body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(overTheLine(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + Keys.token(merchant))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        for (int retries = 0; retries < 30; retries++) {
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != 409 && response.statusCode() < 500) {
                    return response;
                }
            } catch (IOException connectionError) {
                // the next try
            }
            double seconds = Math.min(0.5 * Math.pow(2, retries), 5)
                    * ThreadLocalRandom.current().nextDouble(0.5, 1);
            waitFor(Duration.ofNanos((long) (Math.max(seconds, 0.5) * 1e9)));
        }
        throw new IllegalStateException("no answer");
    }

    @Test
    void aChargeWhoseLineIsCutWhileItRunsIsWaitedFor() throws Exception {
        String order = service.as(merchant).newOrder(1000);
        CompletableFuture<HttpResponse<byte[]>> paying = CompletableFuture.supplyAsync(() -> {
            try {
                byte[] body = bytes(charge(order, 10, "pm_card_slow"));
                return client(PATIENT).send(overTheLine("/charges"), body, kept::add);
            } catch (OutcomeUnknown | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
        await().until(() -> database.charges(merchant) == 1);
        line.mode(Relay.Mode.REFUSE);
        line.mode(Relay.Mode.PASS);
        HttpResponse<byte[]> answer = paying.get(1, TimeUnit.MINUTES);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(replayed(answer)).isTrue();
        // It was told 409 with Retry-After: 1, and did not come back sooner.
        assertThat(pauses).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void whatWasKeptBeforeACrashIsSentAgainAfterIt() throws Exception {
        line.mode(Relay.Mode.REFUSE);
        Limits once = new Limits(
                1, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(1), Duration.ofMillis(1));
        assertThatThrownBy(() -> client(once).send(overTheLine("/orders"), bytes(order(5)), kept::add))
                .isInstanceOf(OutcomeUnknown.class);
        line.mode(Relay.Mode.PASS);
        HttpResponse<byte[]> first = client(once).send(kept.element());
        HttpResponse<byte[]> second = client(once).send(kept.element());
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(replayed(first)).isFalse();
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void refusalsAndA202AreAnswersAndNotTriedAgain() throws Exception {
        String order = service.as(merchant).newOrder(1000);
        RetryingClient client = client(PATIENT);
        client.send(overTheLine("/orders"), bytes(order(1)), kept::add);
        Payment other = new Payment(overTheLine("/orders"), kept.element().key(), bytes(order(2)));
        assertThat(client.send(other).statusCode()).isEqualTo(422);
        assertThat(status(client, charge(order, 1001, "pm_card_visa"))).isEqualTo(422);
        assertThat(status(client, charge(order, 1, "pm_card_declined"))).isEqualTo(402);
        assertThat(status(client, charge("ord_none", 1, "pm_card_visa"))).isEqualTo(404);
        assertThat(status(client, "{")).isEqualTo(400);
        assertThat(status(client, charge(order, 1, "pm_card_lost_answer"))).isEqualTo(202);
        assertThat(pauses).isEmpty();
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    private int status(RetryingClient client, String body) throws OutcomeUnknown, InterruptedException {
        return client.send(overTheLine("/charges"), bytes(body), kept::add).statusCode();
    }

    private static boolean replayed(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Idempotent-Replayed")
                .filter("true"::equals)
                .isPresent();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
