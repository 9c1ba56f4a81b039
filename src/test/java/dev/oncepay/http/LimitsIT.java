package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawConnection;
import dev.oncepay.support.RawHttp.Answer;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import dev.oncepay.support.StandInAcquirer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much one instance takes on: the packaged jar with three places, an acquirer that can be held up, a Postgres too. */
class LimitsIT {
    private static final int PLACES = 3;
    private static final Duration RECEIVE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String IN_FLIGHT = "oncepay_requests_in_flight";

    private static final Database database = Database.own();
    private static final StandInAcquirer acquirer = new StandInAcquirer();
    private static final Relay wayToAcquirer = new Relay();
    private static final Relay wayToPostgres = new Relay();
    private static Instance instance;

    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        wayToAcquirer.to(acquirer.port());
        wayToPostgres.to(EmbeddedServers.postgresPort());
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put("oncepay.limits.requests-in-flight", "" + PLACES);
        settings.put("oncepay.acquirer.url", acquirer.url().replace(":" + acquirer.port(), ":" + wayToAcquirer.port()));
        settings.put("oncepay.acquirer.timeout", "20s");
        settings.put("oncepay.limits.receive-timeout", RECEIVE_TIMEOUT.toString());
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + wayToPostgres.port()));
        instance = Instance.start(settings);
    }

    @AfterAll
    static void stop() {
        Stream.of(instance, acquirer, wayToAcquirer, wayToPostgres)
                .filter(Objects::nonNull)
                .forEach(LimitsIT::close);
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Whatever a test did, all places are free again, and all are usable. */
    @AfterEach
    void nobodyHasKeptAPlace() {
        wayToPostgres.mode(Relay.Mode.PASS);
        wayToAcquirer.mode(Relay.Mode.PASS);
        await().atMost(SOON).until(() -> instance.metric(IN_FLIGHT) == 0);
        assertThat(service().pay("/orders", order(1)).status()).isEqualTo(201);
    }

    private Service service() {
        return instance.as(merchant);
    }

    /** Charges that wait for the acquirer, in every place. */
    private List<CompletableFuture<Reply>> fill() {
        wayToAcquirer.mode(Relay.Mode.STALL);
        String order = service().newOrder(PLACES);
        List<CompletableFuture<Reply>> running = IntStream.range(0, PLACES)
                .mapToObj(i -> service().later("/charges", key + i, charge(order, 1, "pm_any")))
                .toList();
        allPlacesAreTaken();
        return running;
    }

    private static void allPlacesAreTaken() {
        await().atMost(SOON).until(() -> instance.metric(IN_FLIGHT) == PLACES);
    }

    private String head(String call, String... headers) {
        return call + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Keys.token(merchant) + "\r\n"
                + "Idempotency-Key: " + UUID.randomUUID() + "\r\n" + String.join("", headers) + "\r\n";
    }

    private String post(String path, String body, int announced) {
        return head("POST " + path, "Content-Type: application/json\r\n", "Content-Length: " + announced + "\r\n")
                + body;
    }

    @Test
    void overloadedIsToldBeyondTheLimitAndNothingIsBegun() {
        double refusedBefore = instance.metric("oncepay_requests_refused_total");
        List<CompletableFuture<Reply>> running = fill();
        for (Reply refused :
                List.of(service().post("/orders", key, order(7)), service().get("/orders"))) {
            assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("overloaded");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        }
        assertThat(instance.metric("oncepay_requests_refused_total")).isEqualTo(refusedBefore + 2);
        wayToAcquirer.mode(Relay.Mode.PASS);
        running.forEach(reply -> assertThat(reply.join().status()).isEqualTo(201));
        Reply made = service().post("/orders", key, order(8));
        assertThat(made.status())
                .as("neither an answer nor a claim was kept under the key: " + made)
                .isEqualTo(201);
        assertThat(made.replayed()).isFalse();
        assertThat(database.count("select count(*) from orders where merchant = ? and amount = 7", merchant))
                .isZero();
    }

    @Test
    void whatThePlatformAsksIsAnsweredAllTheSame() {
        List<CompletableFuture<Reply>> running = fill();
        for (String path : List.of(
                "/q/health/live",
                "/q/health/ready",
                "/q/metrics",
                "/problems/overloaded",
                "/sandbox/acquirer/authorizations?merchant=m")) {
            assertThat(service().get(path).status()).as(path).isEqualTo(200);
        }
        wayToAcquirer.mode(Relay.Mode.PASS);
        running.forEach(reply -> assertThat(reply.join().status()).isEqualTo(201));
    }

    @Test
    void aPathThatOnlyLooksLikeThePlatformsIsCounted() {
        List<CompletableFuture<Reply>> running = fill();
        try (RawConnection connection = new RawConnection(instance.port())) {
            assertThat(connection.send(head("GET /sandbox/../orders")).head().status())
                    .isEqualTo(503);
        }
        wayToAcquirer.mode(Relay.Mode.PASS);
        running.forEach(reply -> assertThat(reply.join().status()).isEqualTo(201));
    }

    @Test
    void limitsRequestsInFlightCountsWorkWhoseClientHasHungUp() {
        wayToAcquirer.mode(Relay.Mode.STALL);
        String order = service().newOrder(PLACES);
        String body = charge(order, 1, "pm_any");
        List<RawConnection> clients = IntStream.range(0, PLACES)
                .mapToObj(i -> new RawConnection(instance.port()).send(post("/charges", body, body.length())))
                .toList();
        allPlacesAreTaken();
        clients.forEach(RawConnection::close);
        Reply refused = service().post("/orders", key, order(1));
        assertThat(refused.code()).as(refused.toString()).isEqualTo("overloaded");
        wayToAcquirer.mode(Relay.Mode.PASS);
        await().atMost(SOON).until(() -> instance.metric(IN_FLIGHT) == 0);
        assertThat(database.count("select count(*) from charges where merchant = ? and status = 'succeeded'", merchant))
                .isEqualTo(PLACES);
    }

    @Test
    void aReaderWhoHangsUpLeavesItsPlace() {
        service().newOrder(1);
        for (int round = 0; round < 2; round++) {
            wayToPostgres.mode(Relay.Mode.STALL);
            List<RawConnection> clients = IntStream.range(0, PLACES)
                    .mapToObj(i -> new RawConnection(instance.port()).send(head("GET /orders")))
                    .toList();
            allPlacesAreTaken();
            clients.forEach(RawConnection::close);
            await().atMost(SOON).until(() -> instance.metric(IN_FLIGHT) == 0);
            wayToPostgres.mode(Relay.Mode.PASS);
        }
    }

    @Test
    void whatFailsLeavesItsPlace() {
        wayToPostgres.mode(Relay.Mode.STALL);
        for (int round = 0; round < 2; round++) {
            List<CompletableFuture<Reply>> failing = IntStream.range(0, PLACES)
                    .mapToObj(i -> service().later("/orders", UUID.randomUUID().toString(), order(1)))
                    .toList();
            failing.forEach(reply -> assertThat(reply.join().code()).isEqualTo("store-unavailable"));
        }
        wayToPostgres.mode(Relay.Mode.PASS);
        await().atMost(SOON)
                .until(() -> service().post("/orders", key, order(1)).status() == 201);
        Map<String, Integer> refused = Map.of("{", 400, "{}", 400, "", 400, charge("ord_none", 1, "pm_any"), 404);
        for (int i = 0; i <= PLACES; i++) {
            refused.forEach((body, status) -> assertThat(service()
                            .post("/charges", UUID.randomUUID().toString(), body)
                            .status())
                    .as(body)
                    .isEqualTo(status));
            assertThat(service().get("/orders/ord_none").status()).isEqualTo(404);
        }
    }

    @Test
    void whoSendsSlowlyHasNoPlace() {
        String asking = head(
                "POST /orders",
                "Content-Type: application/json\r\n",
                "Content-Length: " + order(1).length() + "\r\n",
                "Expect: 100-continue\r\n");
        List<RawConnection> slow = IntStream.range(0, 3 * PLACES)
                .mapToObj(i -> new RawConnection(instance.port()).send(asking))
                .toList();
        slow.forEach(sender -> assertThat(sender.head().status()).isEqualTo(100)); // each one's body is waited for
        slow.forEach(sender -> sender.send("{"));
        assertThat(service().pay("/orders", order(1)).status()).isEqualTo(201);
        slow.forEach(RawConnection::close);
    }

    @Test
    void requestTimeoutIsToldWhenTheBodyDoesNotCome() {
        String body = order(1);
        try (RawConnection silent = new RawConnection(instance.port()).send(post("/orders", "", body.length()));
                RawConnection slow = new RawConnection(instance.port()).send(post("/orders", "{", body.length()))) {
            for (RawConnection connection : List.of(silent, slow)) {
                Answer answer = connection.rest();
                assertThat(answer.status()).as(answer.text()).isEqualTo(408);
                assertThat(answer.text()).contains("\"code\":\"request-timeout\"", "\"retryable\":true");
                assertThat(answer.header("Connection")).isEqualTo("close");
            }
        }
        assertThat(database.orders(merchant)).isZero();
    }

    @Test
    void limitsReceiveTimeoutEndsWhoSendsItsHeadDripByDrip() {
        try (RawConnection first = new RawConnection(instance.port()).send("GET /orders HTTP/1.1\r\nX-Slow: ");
                RawConnection second = new RawConnection(instance.port()).send(head("GET /orders"))) {
            assertThat(second.head().status()).isEqualTo(200);
            second.send("GET /orders HTTP/1.1\r\nX-Slow: ");
            first.sendUntilCutOff("x");
            second.sendUntilCutOff("x");
        }
    }

    /** What takes longer than the head may is cut off by nobody, and neither is who sends nothing at all meanwhile. */
    @Test
    void whoHasSentItsRequestCanWaitForTheAnswer() {
        String body = charge(service().newOrder(1), 1, "pm_any");
        wayToAcquirer.mode(Relay.Mode.STALL);
        try (RawConnection client = new RawConnection(instance.port()).send(post("/charges", "", body.length()));
                RawConnection dripping = new RawConnection(instance.port()).send("G")) {
            client.send(body);
            await().atMost(SOON).until(() -> instance.metric(IN_FLIGHT) == 1);
            dripping.sendUntilCutOff("E");
            wayToAcquirer.mode(Relay.Mode.PASS);
            assertThat(client.head().status()).isEqualTo(201);
        }
    }

    /** A hundred and sixty of them are 39 MiB: more than all bodies together may have. */
    @Test
    void bodiesThatAreTooLargeTogetherAreRefusedBeforeMemoryEnds() {
        double refusedBefore = instance.metric("oncepay_requests_refused_total");
        String almost = " ".repeat(250 * 1024);
        List<RawConnection> clients = IntStream.range(0, 160)
                .mapToObj(i -> new RawConnection(instance.port()).send(post("/orders", almost, 256 * 1024)))
                .toList();
        await().atMost(SOON).until(() -> instance.metric("oncepay_requests_refused_total") > refusedBefore);
        clients.forEach(RawConnection::close);
        await().atMost(SOON).until(() -> service().pay("/orders", order(1)).status() == 201);
    }
}
