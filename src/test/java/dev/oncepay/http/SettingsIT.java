package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import dev.oncepay.support.StandInAcquirer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of settings, each row by what it changes in the packaged jar. Few processes have many settings each; they
 * start at the same time.
 */
class SettingsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String API_KEY = UUID.randomUUID().toString();

    /** Each is a line of its own at the start. */
    private static final Map<String, String> NONSENSE = Map.ofEntries(
            Map.entry("oncepay.idempotency.lifetime", "PT-1S"),
            Map.entry("oncepay.idempotency.lease", "long"),
            Map.entry("oncepay.idempotency.redis-timeout", "0s"),
            Map.entry("oncepay.idempotency.remembered-bytes", "a lot"),
            Map.entry("oncepay.idempotency.reused-status", "200"),
            Map.entry("oncepay.idempotency.enabled", "false"),
            Map.entry("oncepay.acquirer.url", "card-network"),
            Map.entry("oncepay.acquirer.timeout", "-1s"),
            Map.entry("oncepay.acquirer.key-lifetime", "never"),
            Map.entry("oncepay.sandbox.enabled", "maybe"),
            Map.entry("oncepay.playground.enabled", "maybe"),
            Map.entry("oncepay.recovery.every", "often"),
            Map.entry("oncepay.limits.requests-in-flight", "0"),
            Map.entry("oncepay.limits.receive-timeout", "soon"),
            Map.entry("oncepay.security.merchant-claim", ""),
            Map.entry("quarkus.datasource.reactive.url", "oncepay"),
            Map.entry("quarkus.datasource.jdbc.url", "oncepay"),
            Map.entry("quarkus.datasource.username", ""),
            Map.entry("quarkus.redis.hosts", "cache"));

    private static final Database database = Database.own();
    private static final Database others = Database.own();
    private static final OwnRedis redis = new OwnRedis();
    private static final Relay wayToRedis = new Relay();
    private static final StandInAcquirer acquirer = new StandInAcquirer();

    private static Instance nonsense;
    private static Instance wrongPassword;
    private static Instance own;
    private static Instance hasty;
    private static Instance bench;

    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws IOException {
        wayToRedis.to(redis.port());
        String password = UUID.randomUUID().toString();
        database.giveTo("owner_of_" + database.name(), password);
        nonsense = Instance.launch(with(NONSENSE));
        wrongPassword = Instance.launch(with(ownOne(API_KEY)));
        own = Instance.launch(with(ownOne(password)));
        hasty = Instance.launch(with(hastyOne()));
        bench = Instance.launch(with(Map.of(
                "quarkus.profile", "bench",
                "oncepay.idempotency.enabled", "false",
                "oncepay.sandbox.enabled", "true",
                "oncepay.sandbox.delay", "PT1M",
                "oncepay.acquirer.url", acquirer.url())));
        Stream.of(own, hasty, bench).forEach(Instance::ready);
    }

    /** Everything is given a value that is not the default. */
    private static Map<String, String> ownOne(String password) {
        String url = "postgresql://127.0.0.1:" + EmbeddedServers.postgresPort() + "/" + database.name();
        return Map.ofEntries(
                Map.entry("quarkus.datasource.reactive.url", url),
                Map.entry("quarkus.datasource.jdbc.url", "jdbc:" + url),
                Map.entry("quarkus.datasource.username", "owner_of_" + database.name()),
                Map.entry("quarkus.datasource.password", password),
                Map.entry("quarkus.redis.hosts", "redis://127.0.0.1:" + wayToRedis.port()),
                Map.entry("oncepay.idempotency.lease", "PT40S"),
                Map.entry("oncepay.idempotency.redis-timeout", "PT20S"),
                Map.entry("oncepay.idempotency.remembered-bytes", "0"),
                Map.entry("oncepay.idempotency.reused-status", "400"),
                Map.entry("oncepay.acquirer.url", acquirer.url()),
                Map.entry("oncepay.acquirer.timeout", "PT30S"),
                Map.entry("oncepay.acquirer.api-key", API_KEY),
                Map.entry("oncepay.acquirer.key-lifetime", "PT5M"),
                Map.entry("oncepay.recovery.every", "1s"),
                Map.entry("oncepay.security.merchant-claim", "sub"));
    }

    /** Its times are as short as can be, and its sandbox is on. */
    private static Map<String, String> hastyOne() throws IOException {
        int port = Ports.free();
        Path file = Path.of("target", "instances", port + ".properties").toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "oncepay.idempotency.laese=PT1S\noncepay.idempotency.reused-status=409\n");
        return Map.of(
                "quarkus.config.locations", file.toString(),
                "quarkus.http.port", "" + port,
                "oncepay.idempotency.lifetime", "2500ms",
                "oncepay.idempotency.lease", "250ms",
                "oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer",
                "oncepay.acquirer.timeout", "200ms",
                "oncepay.playground.enabled", "true",
                "oncepay.sandbox.enabled", "true");
    }

    /** The servers and keys of these tests, and no setting of ours but these. */
    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Environment.settings(others, EmbeddedServers.redisPort()));
        settings.keySet().removeIf(name -> name.startsWith("oncepay."));
        settings.putAll(more);
        return settings;
    }

    @AfterAll
    static void stop() {
        // also where the start failed half-way
        Stream.of(nonsense, wrongPassword, own, hasty, bench)
                .filter(Objects::nonNull)
                .forEach(Instance::close);
        acquirer.close();
        wayToRedis.close();
        redis.close();
    }

    private static void assertNonsenseIsOneLine(String name) {
        assertThat(nonsense.log().lines().filter(line -> line.startsWith("oncepay cannot start: " + name)))
                .as(nonsense.log())
                .hasSize(1);
    }

    /** The merchant of the instance whose claim is the subject. */
    private String subject() {
        return "user-of-" + merchant;
    }

    @Test
    void valuesThatMakeNoSenseStopTheStartWithOneLineEach() {
        assertThat(nonsense.exit()).isEqualTo(1);
        NONSENSE.keySet().forEach(SettingsIT::assertNonsenseIsOneLine);
        assertThat(nonsense.log().lines()).hasSize(NONSENSE.size());
    }

    @Test
    void anUnknownNameInAFileIsAWarning() {
        assertThat(hasty.log().lines().filter(line -> line.startsWith("oncepay warns: ")))
                .singleElement()
                .asString()
                .contains("oncepay.idempotency.laese");
        assertThat(own.log()).doesNotContain("oncepay warns: ");
    }

    @Test
    void datasourceAndRedisNamesAreThoseThatQuarkusUsersKnow() {
        own.as(merchant).newOrder(1);
        assertThat(database.orders(subject())).isEqualTo(1);
        assertThat(database.value("select tableowner from pg_tables where tablename = 'orders'"))
                .isEqualTo("owner_of_" + database.name());
        await().until(() -> !redis.wire().command("DBSIZE").equals("0"));
        assertThat(wrongPassword.exit()).isEqualTo(1);
        assertThat(wrongPassword.log().lines()).singleElement().asString().contains("QUARKUS_DATASOURCE_PASSWORD");
    }

    @Test
    void idempotencyLifetimeIsHowLongAnAnswerIsKept() {
        Reply first = await().atMost(SOON)
                .until(() -> hasty.as(merchant).post("/orders", key, order(1)), reply -> reply.status() == 201);
        Reply later = await().atMost(SOON)
                .until(
                        () -> hasty.as(merchant).post("/orders", key, order(1)),
                        reply -> reply.status() == 201 && !reply.replayed());
        assertThat(later.body()).isNotEqualTo(first.body());
        assertThat(others.orders(merchant)).isEqualTo(2);
    }

    @Test
    void idempotencyLeaseIsHowLongAnAttemptMayTake() {
        Service service = own.as(merchant);
        String body = charge(service.newOrder(1), 1, StandInAcquirer.HELD);
        CompletableFuture<Reply> running = service.later("/charges", key, body);
        await().until(() -> acquirer.posted(subject()).size() == 1);
        assertThat(database.count(
                        "select extract(epoch from lease_until - created_at)::int from idempotency_record"
                                + " where merchant = ? and state = 'in_progress'",
                        subject()))
                .isEqualTo(40);
        acquirer.release();
        assertThat(running.join().status()).isEqualTo(201);
    }

    @Test
    void idempotencyRedisTimeoutIsHowLongRedisIsWaitedFor() {
        wayToRedis.mode(Relay.Mode.STALL);
        try {
            CompletableFuture<Reply> waiting = own.as(merchant).later("/orders", key, order(1));
            await().until(() -> wayToRedis.held() > 0);
            await().during(Duration.ofMillis(500)).until(() -> database.orders(subject()) == 0);
            wayToRedis.mode(Relay.Mode.PASS);
            assertThat(waiting.join().status()).isEqualTo(201);
        } finally {
            wayToRedis.mode(Relay.Mode.PASS);
        }
    }

    @Test
    void idempotencyRememberedBytesIsWhatAnInstanceRemembersAndNoneWhereItIs0() {
        Service service = own.as(merchant);
        Reply first = service.post("/orders", key, order(1));
        await().until(() -> service.post("/orders", key, order(1)).replayed());
        long asked = redis.wire().scriptCalls();
        for (int i = 0; i < 3; i++) {
            assertThat(service.post("/orders", key, order(1)).body()).isEqualTo(first.body());
        }
        assertThat(redis.wire().scriptCalls()).isGreaterThanOrEqualTo(asked + 3);
    }

    @Test
    void idempotencyReusedStatusIsThatOfAReusedKey() {
        for (Map.Entry<Instance, Integer> each : Map.of(own, 400, hasty, 409).entrySet()) {
            Service service = each.getKey().as(merchant);
            service.post("/orders", key, order(1));
            Reply reused = service.post("/orders", key, order(2));
            assertThat(reused.code()).as(reused.toString()).isEqualTo("idempotency-key-reused");
            assertThat(reused.status()).isEqualTo(each.getValue());
            assertThat(reused.json().get("status").asInt()).isEqualTo(each.getValue());
        }
    }

    @Test
    void idempotencyEnabledCanBeTurnedOffInTheProfileBenchOnly() {
        Service unguarded = bench.as(merchant);
        for (int i = 0; i < 2; i++) {
            assertThat(unguarded.post("/orders", key, order(1)).status()).isEqualTo(201);
        }
        assertThat(others.orders(merchant)).isEqualTo(2);
        nonsense.exit();
        assertNonsenseIsOneLine("oncepay.idempotency.enabled");
    }

    @Test
    void acquirerUrlIsWhereTheAcquirerIsCalled() {
        Service service = own.as(merchant);
        service.pay("/charges", charge(service.newOrder(1), 1, "pm_any"));
        assertThat(acquirer.posted(subject()))
                .singleElement()
                .extracting(StandInAcquirer.Call::path)
                .isEqualTo("/card/network/authorizations");
    }

    @Test
    void acquirerApiKeyIsSentAsABearerToken() {
        for (Map.Entry<Instance, String> each :
                Map.of(own, "Bearer " + API_KEY, bench, "none").entrySet()) {
            Service service = each.getKey().as(merchant);
            service.pay("/charges", charge(service.newOrder(1), 1, "pm_any"));
            assertThat(acquirer.posted(each.getKey() == own ? subject() : merchant))
                    .singleElement()
                    .extracting(StandInAcquirer.Call::authorization)
                    .isEqualTo(each.getValue());
        }
    }

    @Test
    void acquirerTimeoutIsHowLongTheAcquirerIsWaitedFor() {
        Service service = hasty.as(merchant);
        String order = service.newOrder(100);
        // not Service.pay: where the first try is lost on a busy machine, the second one is told how it ended
        await().atMost(SOON)
                .until(
                        () -> service.post("/charges", UUID.randomUUID().toString(), charge(order, 1, "pm_card_slow")),
                        reply -> reply.status() == 202);
    }

    @Test
    void acquirerKeyLifetimeIsWhenAnOpenChargeIsLookedUpAndNoLongerPosted() {
        Service service = own.as(merchant);
        Reply open = service.pay("/charges", charge(service.newOrder(1), 1, StandInAcquirer.NEVER_ARRIVES));
        assertThat(open.status()).isEqualTo(202);
        database.change("update charges set created_at = now() - interval '10 min' where merchant = ?", subject());
        Reply settled = await().atMost(SOON)
                .until(
                        () -> service.get(open.header("Location")),
                        reply -> reply.json().get("status").asText().equals("declined"));
        assertThat(settled.json().get("decline_code").asText()).isEqualTo("never_received");
    }

    @Test
    void sandboxEnabledIsFalseInProductionAndThenItsCallsAreNotFound() {
        for (String call : new String[] {"/authorizations?merchant=m", "/refunds/k", "/authorizations/k"}) {
            Reply off = own.as(merchant).get("/sandbox/acquirer" + call);
            assertThat(off.status()).as(off.toString()).isEqualTo(404);
            assertThat(off.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(off.json().get("detail").asText()).contains("oncepay.sandbox.enabled");
        }
        Reply on = hasty.as(merchant).get("/sandbox/acquirer/authorizations?merchant=" + merchant);
        assertThat(on.text()).isEqualTo("[]");
    }

    @Test
    void playgroundEnabledIsFalseInProductionAndThenThePageIsNotFound() {
        for (String path : new String[] {"/", "/playground/main.js", "/playground/none"}) {
            Reply off = own.as(merchant).get(path);
            assertThat(off.status()).as(off.toString()).isEqualTo(404);
            assertThat(off.header("Content-Type")).isEqualTo("application/problem+json");
        }
        Reply on = hasty.as(merchant).get("/");
        assertThat(on.text()).contains("A retry never charges twice");
        assertThat(on.header("Content-Security-Policy")).startsWith("default-src 'self'");
    }

    @Test
    void sandboxDelayIsHowLongItsAnswersTake() {
        String path = "/sandbox/acquirer/authorizations";
        String body = "{\"merchant\":\"m\",\"charge\":\"" + key
                + "\",\"amount\":1,\"currency\":\"EUR\",\"payment_method\":\"pm_card_visa\"}";
        CompletableFuture<Reply> delayed = bench.as(merchant).later(path, key + "1", body);
        assertThat(hasty.as(merchant).post(path, key + "2", body).status()).isEqualTo(200);
        assertThat(delayed).isNotDone();
    }

    /** Three rounds take ten seconds and more by default. */
    @Test
    void recoveryEveryIsHowOftenTheSweepLooks() {
        database.change("create extension if not exists pg_stat_statements");
        long rounds = rounds();
        await().atMost(Duration.ofSeconds(9)).until(() -> rounds() >= rounds + 3);
    }

    private static long rounds() {
        return database.count(
                "select coalesce(sum(calls), 0) from pg_stat_statements join pg_database d on d.oid = dbid"
                        + " where datname = current_database() and query ~ 'update charges t set tries'");
    }

    @Test
    void securityMerchantClaimNamesTheMerchant() {
        own.as(merchant).newOrder(1);
        bench.as(merchant).newOrder(1);
        assertThat(database.orders(subject())).isEqualTo(1);
        assertThat(database.orders(merchant)).isZero();
        assertThat(others.orders(merchant)).isEqualTo(1);
    }
}
