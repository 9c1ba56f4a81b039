package dev.oncepay.faults;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One instance while its stores or the acquirer are out, and while it is stopped: what clients and the one on call see. */
public class OutagesIT {
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final int STEPS_UNTIL_THE_BREAKER_OPENS = 20;

    private static final Database database = Database.own();
    private static OwnRedis redis;
    private static Relay wayToRedis;
    private static Relay wayToPostgres;
    private static Relay wayToAcquirer;
    private static Map<String, String> settings;
    private static Instance instance;
    private static final ExecutorService clients = Executors.newFixedThreadPool(32);

    private final String merchant = "m-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        redis = new OwnRedis();
        wayToRedis = new Relay();
        wayToRedis.to(redis.port());
        wayToPostgres = new Relay();
        wayToPostgres.to(EmbeddedServers.postgresPort());
        wayToAcquirer = new Relay();
        settings = new HashMap<>(Environment.settings(database, redis.port()));
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + wayToRedis.port());
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + wayToAcquirer.port() + "/sandbox/acquirer");
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + wayToPostgres.port()));
        instance = Instance.start(settings);
        wayToAcquirer.to(instance.port());
        await().atMost(BACK).until(() -> paid(instance.as("probe")).status() == 201);
    }

    @AfterAll
    static void stop() {
        clients.shutdown();
        Stream.of(instance, redis, wayToRedis, wayToPostgres, wayToAcquirer)
                .filter(Objects::nonNull)
                .forEach(OutagesIT::close);
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Reply paid(Service service) {
        return service.pay("/charges", charge(service.newOrder(10), 10, "pm_card_visa"));
    }

    private Service service() {
        return instance.as(merchant);
    }

    /** Each goes on until it is made: a busy machine refuses some of so many at once. */
    private List<CompletableFuture<Reply>> madeOrders(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> service().pay("/orders", order(1)), clients))
                .toList();
    }

    private List<CompletableFuture<Reply>> orders(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> service().later("/orders", UUID.randomUUID().toString(), order(1)))
                .toList();
    }

    private static long told(String event) {
        return instance.log()
                .lines()
                .filter(line -> line.contains("event=" + event))
                .count();
    }

    @Test
    void aPausedRedisIsWaitedForByFewToldOnceAndAskedAgainByItself() {
        long out = told("redis-out");
        long back = told("redis-back");
        wayToRedis.mode(Relay.Mode.STALL);
        madeOrders(STEPS_UNTIL_THE_BREAKER_OPENS)
                .forEach(reply -> assertThat(reply.join().status()).isEqualTo(201));
        await().atMost(BACK).until(() -> instance.metric("oncepay_redis_up") == 0);
        long askedBefore = wayToRedis.held();
        List<CompletableFuture<Reply>> spared = madeOrders(200);
        spared.forEach(reply -> assertThat(reply.join().status()).isEqualTo(201));
        // without the breaker 200 claims and 200 publications would have been sent
        assertThat(wayToRedis.held() - askedBefore).isLessThan(askedBefore * 5);
        assertThat(instance.as("probe").get("/q/health/ready").status()).isEqualTo(200);
        wayToRedis.mode(Relay.Mode.PASS);
        await().atMost(BACK).until(() -> {
            service().newOrder(1);
            return instance.metric("oncepay_redis_up") == 1;
        });
        assertThat(told("redis-out")).isEqualTo(out + 1);
        assertThat(told("redis-back")).isEqualTo(back + 1);
    }

    @Test
    void aStalledPostgresUnderLoadIsA503ForAllAndIsBackByItself() {
        wayToPostgres.mode(Relay.Mode.STALL);
        List<CompletableFuture<Reply>> refused = orders(400);
        refused.forEach(reply -> assertThat(reply.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .code())
                .isEqualTo("store-unavailable"));
        assertThat(instance.as("probe").get("/q/health/ready").status()).isEqualTo(503);
        assertThat(instance.as("probe").get("/q/health/live").status()).isEqualTo(200);
        wayToPostgres.mode(Relay.Mode.PASS);
        await().atMost(BACK)
                .until(() -> instance.as("probe").get("/q/health/ready").status() == 200);
        assertThat(service().pay("/orders", order(1)).status()).isEqualTo(201);
        assertThat(instance.log()).doesNotContain("BlockedThreadChecker");
    }

    @Test
    void aPostgresThatHangsUpIsA503AndIsBackByItself() {
        wayToPostgres.mode(Relay.Mode.REFUSE);
        orders(40).forEach(reply -> assertThat(reply.join().code()).isEqualTo("store-unavailable"));
        wayToPostgres.mode(Relay.Mode.PASS);
        await().atMost(BACK).until(() -> service().pay("/orders", order(1)).status() == 201);
        assertThat(instance.log()).doesNotContain("Uncaught exception");
    }

    @Test
    void anOpenChargeIsSeenByItsAgeAndItsSettlementIsCounted() {
        String order = service().newOrder(10);
        double settled = instance.metric("oncepay_settled_total{operation=\"charge\",status=\"succeeded\"}");
        double unknown = instance.metric(calls("unknown"));
        wayToAcquirer.mode(Relay.Mode.REFUSE);
        assertThat(service().pay("/charges", charge(order, 10, "pm_card_visa")).status())
                .isEqualTo(202);
        String open = "oncepay_unsettled{age=\"under_1m\",operation=\"charge\"}";
        await().atMost(BACK).until(() -> instance.metric(open) == 1);
        assertThat(instance.metric(calls("unknown"))).isGreaterThan(unknown);
        wayToAcquirer.mode(Relay.Mode.PASS);
        await().atMost(BACK).until(() -> instance.metric(open) == 0);
        assertThat(instance.metric("oncepay_settled_total{operation=\"charge\",status=\"succeeded\"}"))
                .isEqualTo(settled + 1);
        assertThat(instance.metric(calls("approved"))).isPositive();
    }

    private static String calls(String outcome) {
        return "oncepay_acquirer_calls_seconds_count{call=\"authorize\",outcome=\"" + outcome + "\"}";
    }

    @Test
    void aTakeoverIsCounted() {
        double before = instance.metric("oncepay_idempotency_takeovers_total");
        String order = service().newOrder(10);
        String key = UUID.randomUUID().toString();
        CompletableFuture<Reply> slow = service().later("/charges", key, charge(order, 10, "pm_card_slow"));
        await().until(() -> database.charges(merchant) == 1);
        database.change(
                "update idempotency_record set lease_until = now() - interval '1 s'"
                        + " where merchant = ? and state = 'in_progress'",
                merchant);
        await().atMost(BACK)
                .until(() -> service()
                                .post("/charges", key, charge(order, 10, "pm_card_slow"))
                                .status()
                        == 201);
        assertThat(slow.join().status()).isEqualTo(201);
        assertThat(instance.metric("oncepay_idempotency_takeovers_total")).isEqualTo(before + 1);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void serviceStoppingIsToldToWhatIsNewWhileWhatRunsIsFinished() {
        Map<String, String> own = new HashMap<>(settings);
        own.put("quarkus.shutdown.delay", "1s");
        try (Instance stopping = Instance.start(own)) {
            Service service = stopping.as(merchant);
            paid(service);
            String order = service.newOrder(10);
            CompletableFuture<Reply> running =
                    service.later("/charges", UUID.randomUUID().toString(), charge(order, 10, "pm_card_slow"));
            await().until(() -> database.charges(merchant) == 2);
            stopping.terminate();
            await().until(() -> service.get("/q/health/ready").status() == 503);
            assertThat(service.post("/orders", UUID.randomUUID().toString(), order(1))
                            .status())
                    .isEqualTo(201);
            Reply refused = await().atMost(BACK)
                    .until(
                            () -> service.post("/orders", UUID.randomUUID().toString(), order(1)),
                            reply -> reply.status() != 201);
            assertThat(refused.code()).as(refused.toString()).isEqualTo("service-stopping");
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(running.join().status()).isEqualTo(201);
            assertThat(stopping.exit()).isEqualTo(143);
        }
    }

    @Test
    void aStartWarnsOfAPostgresThatMayForget() {
        Database forgetful = Database.own();
        forgetful.change("alter database " + forgetful.name() + " set synchronous_commit = off");
        Map<String, String> own = new HashMap<>(Environment.settings(forgetful, redis.port()));
        own.put("oncepay.acquirer.url", settings.get("oncepay.acquirer.url"));
        try (Instance warned = Instance.start(own)) {
            assertThat(warned.log())
                    .contains("oncepay warns: PostgreSQL runs with synchronous_commit off")
                    .doesNotContain("fsync");
        }
        assertThat(instance.log()).doesNotContain("oncepay warns");
    }
}
