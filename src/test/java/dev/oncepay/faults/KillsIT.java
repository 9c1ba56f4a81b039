package dev.oncepay.faults;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Ports;
import dev.oncepay.support.PostgresWire;
import dev.oncepay.support.PostgresWire.Point;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An instance is killed, stopped or cut off at an exact point of a request, while another one goes on. The ways to
 * PostgreSQL, Redis and the acquirer hold the request at that point; so nothing here depends on being quick.
 */
class KillsIT {
    private static final Duration LEASE = Duration.ofSeconds(4);

    /** What is promised: settled by then, also if nobody retries. */
    private static final Duration SETTLED = LEASE.plusSeconds(10);

    private static final Duration WARM_UP = Duration.ofSeconds(30);

    /** An order is one statement, its record included. */
    private static final String ORDER = "with asked as";

    private static final long ORDERED = 7;

    private static final String COMMIT = "COMMIT";
    private static final String COMPLETES = "update idempotency_record";

    private static final Database database = Database.own();
    private static final Map<String, String> settings = new HashMap<>();
    private static final Set<Instance> WARM = new HashSet<>();
    private static OwnRedis redis;
    private static Relay wayToRedis;
    private static Relay wayToAcquirer;
    private static Relay postgres;
    private static PostgresWire wire;

    /** Is killed, and started again for the next test. */
    private static Instance one;

    /** Stays up, and is the sandbox of both. */
    private static Instance two;

    private final String merchant = "m-" + UUID.randomUUID();
    private int logged;

    @BeforeAll
    static void start() {
        redis = new OwnRedis();
        wayToRedis = new Relay();
        wayToRedis.to(redis.port());
        postgres = new Relay();
        postgres.to(EmbeddedServers.postgresPort());
        wire = new PostgresWire(postgres.port());
        int sandbox = Ports.free();
        wayToAcquirer = new Relay();
        wayToAcquirer.to(sandbox);
        settings.putAll(Environment.settings(database, redis.port()));
        settings.remove("mp.jwt.verify.publickey");
        settings.remove("smallrye.jwt.sign.key");
        settings.put("mp.jwt.verify.publickey.location", Keys.publicKeyFile());
        settings.put("oncepay.idempotency.lease", LEASE.toString());
        settings.put("oncepay.idempotency.lifetime", "PT1H");
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + wire.port()));
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + sandbox + "/sandbox/acquirer");
        settings.put("quarkus.http.port", "" + sandbox);
        two = Instance.launch(settings);
        settings.remove("quarkus.http.port");
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + wayToAcquirer.port() + "/sandbox/acquirer");
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + wayToRedis.port());
        one = Instance.launch(settings);
    }

    @AfterAll
    static void stop() {
        Stream.of(one, two).filter(Objects::nonNull).forEach(Instance::close);
        redis.close();
        wayToRedis.close();
        wayToAcquirer.close();
        wire.close();
        postgres.close();
    }

    @BeforeEach
    void bothAreReadyAndWarm() {
        Stream.of(one.ready(), two.ready()).filter(WARM::add).forEach(instance -> {
            Service service = instance.as("probe");
            String order =
                    made(service, "/orders", order(1000)).json().get("id").asText();
            Reply charge = made(service, "/charges", charge(order, 10, "pm_card_visa"));
            made(service, charge.header("Location") + "/refunds", "{\"amount\":1}");
        });
        logged = two.log().length();
    }

    /** Each way once, however often it takes: loading classes holds an event loop up on a busy machine. */
    private static Reply made(Service service, String path, String body) {
        return await().atMost(WARM_UP)
                .until(() -> service.post(path, UUID.randomUUID().toString(), body), reply -> reply.status() == 201);
    }

    @AfterEach
    void noEventLoopWasBlocked() {
        Stream.of(wayToRedis, wayToAcquirer, postgres).forEach(way -> way.mode(Relay.Mode.PASS));
        assertThat(two.log().substring(logged)).doesNotContain("BlockedThreadChecker");
    }

    private Service first() {
        return one.as(merchant);
    }

    private Service second() {
        return two.as(merchant);
    }

    /** One thing to be paid for, and where its request is held. */
    private final class Asked {
        private final String key;
        private final String path;
        private final String body;
        private Optional<Point> point = Optional.empty();
        private CompletableFuture<Reply> first;

        private Asked(String path, String body) {
            this(UUID.randomUUID().toString(), path, body);
        }

        private Asked(String key, String path, String body) {
            this.key = key;
            this.path = path;
            this.body = body;
        }

        private Asked heldBefore(String statement, String... context) {
            point = Optional.of(wire.before(statement, with(context)));
            return this;
        }

        private Asked heldAfter(String statement, String... context) {
            point = Optional.of(wire.after(statement, with(context)));
            return this;
        }

        /** The key is among the values of each transaction that is about it. */
        private String[] with(String... context) {
            return Stream.concat(Stream.of(key), Stream.of(context)).toArray(String[]::new);
        }

        private void send() {
            first = first().later(path, key, body);
        }

        private Reply retried() {
            return second().post(path, key, body);
        }

        /** Retries as a client does: at 409 and 5xx, with the same key. */
        private Reply answer() {
            return await().atMost(SETTLED).until(this::retried, reply -> reply.status() != 409 && reply.status() < 500);
        }

        private boolean leaseIsOver() {
            return database.count(
                            "select count(*) from idempotency_record where merchant = ? and key = ? and"
                                    + " (state = 'completed' or lease_until < now())",
                            merchant,
                            key)
                    == 1;
        }

        /** In Redis: R, running, F, finished, or nothing. */
        private String kind() {
            return redis.wire().command("GETRANGE", entry(), "1", "1");
        }

        private String entry() {
            byte[] name = (merchant + key).getBytes(StandardCharsets.UTF_8);
            ByteBuffer framed = ByteBuffer.allocate(name.length + 1).put((byte) merchant.length());
            return "oncepay:"
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(sha256(framed.put(name).array()));
        }

        private boolean isOrder() {
            return path.equals("/orders");
        }

        @Override
        public String toString() {
            return path + " " + body;
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Asked anOrder() {
        return new Asked("/orders", order(ORDERED));
    }

    private Asked aCharge(String card) {
        return new Asked("/charges", charge(second().newOrder(10), 10, card));
    }

    private Asked aRefund() {
        Reply charge = second().pay("/charges", charge(second().newOrder(10), 10, "pm_card_visa"));
        return new Asked(charge.header("Location") + "/refunds", "{}");
    }

    /** Those that nothing holds go last: they have the acquirer's timeout and no longer. */
    private static void sendAll(List<Asked> asked) {
        asked.stream().filter(ask -> ask.point.isPresent()).forEach(Asked::send);
        for (Asked ask : asked) {
            ask.point.ifPresent(
                    point -> await().alias(ask.toString()).atMost(SETTLED).until(point::reached));
        }
        asked.stream().filter(ask -> ask.point.isEmpty()).forEach(Asked::send);
    }

    private static void cutAll(List<Asked> asked) {
        asked.forEach(ask -> ask.point.ifPresent(Point::cut));
    }

    private static List<Asked> all(List<List<Asked>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }

    private static void assertSame(Reply reply, Reply other) {
        assertThat(other.status()).as(other.toString()).isEqualTo(reply.status());
        assertThat(other.body()).isEqualTo(reply.body());
    }

    /** All that was asked for has happened, once: this merchant's tables say so, and the acquirer's. */
    private void assertOneEffectEach(List<Asked> asked) {
        for (Asked ask : asked) {
            Reply answer = ask.answer();
            assertThat(answer.status()).as(ask + " " + answer).isEqualTo(201);
            assertSame(answer, ask.retried());
        }
        assertThat(count("orders", "amount = " + ORDERED))
                .isEqualTo(asked.stream().filter(Asked::isOrder).count());
        for (String[] table : new String[][] {{"charges", "sandbox_authorization"}, {"refunds", "sandbox_refund"}}) {
            long keys = count("idempotency_record", "operation || 's' = '" + table[0] + "'");
            assertThat(count(table[0], "true")).isEqualTo(keys);
            assertThat(count(table[0], "status = 'succeeded'")).isEqualTo(keys);
            assertThat(count(table[1], "true")).isEqualTo(keys);
        }
        assertThat(count("orders", "reserved <> paid")).isZero();
        assertThat(count("charges", "refund_reserved <> amount_refunded")).isZero();
    }

    private long count(String table, String where) {
        return database.count("select count(*) from " + table + " where merchant = ? and " + where, merchant);
    }

    @Test
    void killedAtAnyPointItHasOneEffectAndIsSettledWithinTheLeaseAndTenSeconds() {
        List<Asked> undone = undone();
        List<Asked> done = done();
        Map<String, Asked> alone = open();
        List<Asked> retried = List.copyOf(open().values());
        Asked late = aRefund();
        sendAll(all(List.of(undone, done, List.copyOf(alone.values()), retried)));
        await().until(() -> count("sandbox_authorization", "payment_method = 'pm_card_lost_answer'") == 2);
        wayToAcquirer.mode(Relay.Mode.STALL);
        late.send();
        alone.put("in the call, a refund", late);
        await().until(() -> count("refunds", "idempotency_key = '" + late.key + "'") == 1 && wayToAcquirer.held() > 0);

        List<Asked> all = all(List.of(undone, done, List.copyOf(alone.values()), retried));
        one.kill();
        long killed = System.nanoTime();
        cutAll(all); // as the kernel does it
        wayToAcquirer.mode(Relay.Mode.PASS); // what was on its way arrives all the same
        done.forEach(ask -> assertThat(ask.retried().replayed()).as("" + ask).isTrue());
        retried.forEach(ask -> assertInUseUntilTheLeaseIsOver(ask));
        undone.forEach(ask -> assertThat(ask.retried().status()).as("" + ask).isIn(409, 201));
        one = Instance.launch(settings);
        Map<String, Long> millis = new LinkedHashMap<>();
        await().atMost(SETTLED).until(() -> {
            alone.forEach((point, ask) -> {
                if (isSettled(ask)) {
                    millis.putIfAbsent(point, (System.nanoTime() - killed) / 1_000_000);
                }
            });
            return millis.size() == alone.size();
        });
        System.out.println("From kill -9 to the settlement, in ms: " + millis);
        assertOneEffectEach(all);
    }

    /** Transaction 1 is never committed. */
    private List<Asked> undone() {
        return List.of(
                anOrder().heldBefore(ORDER),
                aCharge("pm_card_visa").heldBefore(COMMIT, "insert into charges"),
                aRefund().heldBefore(COMMIT, "insert into refunds"));
    }

    /** Transaction 1 is committed, transaction 2 is not. */
    private Map<String, Asked> open() {
        Map<String, Asked> open = new LinkedHashMap<>();
        open.put("before the call, a charge", aCharge("pm_card_visa").heldAfter(COMMIT, "insert into charges"));
        open.put("before the call, a refund", aRefund().heldAfter(COMMIT, "insert into refunds"));
        open.put("in the call, a charge", aCharge("pm_card_lost_answer"));
        open.put("after the call, a charge", aCharge("pm_card_visa").heldBefore(COMMIT, COMPLETES, "update charges"));
        open.put("after the call, a refund", aRefund().heldBefore(COMMIT, COMPLETES, "update refunds"));
        return open;
    }

    /** Committed, and nobody knows. */
    private List<Asked> done() {
        return List.of(
                anOrder().heldAfter(ORDER),
                aCharge("pm_card_visa").heldAfter(COMMIT, COMPLETES),
                aRefund().heldAfter(COMMIT, COMPLETES));
    }

    private static void assertInUseUntilTheLeaseIsOver(Asked ask) {
        Reply early = ask.retried();
        assertThat(early.status() == 409 || ask.leaseIsOver())
                .as(ask + " " + early)
                .isTrue();
    }

    private boolean isSettled(Asked ask) {
        return database.count(
                        "select (select count(*) from charges where status = 'succeeded' and idempotency_key = ?)"
                                + " + (select count(*) from refunds where status = 'succeeded' and idempotency_key = ?)",
                        ask.key,
                        ask.key)
                == 1;
    }

    @Test
    void stoppedInsideATransactionPastTheLeaseAndGoingOnItHasOneAnswer() {
        List<Asked> asked = List.of(
                aCharge("pm_card_visa").heldBefore("insert into charges"),
                aRefund().heldBefore("insert into refunds"),
                aCharge("pm_card_visa").heldBefore("update charges", COMPLETES),
                aRefund().heldBefore("update refunds", COMPLETES));
        sendAll(asked);
        one.pause();
        try {
            asked.forEach(
                    ask -> ask.point.ifPresent(Point::goOn)); // PostgreSQL does it, and the transaction stays open
            assertAllInUse(asked); // as Redis says, or the record
            redis.wire().flush();
            assertAllInUse(asked); // as the lock says
            asked.forEach(ask -> assertThat(ask.answer().status()).isEqualTo(201));
        } finally {
            one.resume();
        }
        for (Asked ask : asked) {
            Reply late = ask.first.join(); // its transaction was ended by PostgreSQL meanwhile
            Reply told = late.status() == 503 ? first().post(ask.path, ask.key, ask.body) : late;
            assertSame(ask.answer(), told);
        }
        assertOneEffectEach(asked);
    }

    private void assertAllInUse(List<Asked> asked) {
        List<CompletableFuture<Reply>> twins = asked.stream()
                .map(ask -> second().later(ask.path, ask.key, ask.body))
                .toList();
        assertThat(twins.stream().map(CompletableFuture::join).map(Reply::status))
                .containsOnly(409);
    }

    @Test
    void aConnectionThatIsLostInACommitIsA503AndTheRetryFindsOut() {
        Map<String, Asked> open = open();
        open.values().removeIf(ask -> ask.point.isEmpty());
        List<Asked> done = done();
        List<Asked> all = all(List.of(undone(), done, List.copyOf(open.values())));
        sendAll(all);
        cutAll(all);
        for (Asked ask : all) {
            Reply refused = ask.first.join();
            assertThat(refused.status()).as(ask + " " + refused).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("store-unavailable");
        }
        done.forEach(ask -> assertThat(ask.retried().replayed()).isTrue());
        assertOneEffectEach(all);
    }

    @Test
    void postgresStoppedBetweenTheTransactionsIsA503AndThenTheAnswer() {
        Asked asked = aCharge("pm_card_slow");
        asked.send();
        await().until(() -> count("charges", "status = 'processing'") == 1);
        postgres.mode(Relay.Mode.REFUSE);
        Reply refused = asked.first.join();
        assertThat(refused.code()).as(refused.toString()).isEqualTo("store-unavailable");
        assertThat(asked.retried().status()).isEqualTo(503);
        postgres.mode(Relay.Mode.PASS);
        await().until(() -> second().get("/orders").status() == 200);
        assertInUseUntilTheLeaseIsOver(asked);
        assertOneEffectEach(List.of(asked));
    }

    @Test
    void aClaimThatRedisExecutesLateMisleadsNobody() {
        wayToRedis.mode(Relay.Mode.STALL);
        Asked order = anOrder().heldAfter(ORDER);
        sendAll(List.of(order));
        assertThat(order.first.join().status()).isEqualTo(503); // done, without Redis, and nobody was told
        assertThat(order.kind()).isEmpty();
        wayToRedis.mode(Relay.Mode.PASS);
        await().until(() -> order.kind().equals("R"));
        cutAll(List.of(order));
        Reply replay = order.retried();
        assertThat(replay.replayed()).as(replay.toString()).isTrue();
        assertOneEffectEach(List.of(order));
    }

    @Test
    void redisRestoredFromYesterdayReplays() {
        Asked usedTwice = new Asked("/orders", order(8));
        usedTwice.retried();
        await().until(() -> usedTwice.kind().equals("F"));
        database.change(
                "update idempotency_record set expires_at = now() + interval '4 s' where key = ?", usedTwice.key);
        redis.wire().flush();
        assertThat(usedTwice.retried().replayed()).isTrue(); // and published, for what remains of its lifetime
        Asked ranThen = aCharge("pm_card_slow");
        ranThen.send();
        await().until(() -> ranThen.kind().equals("R"));
        redis.wire().command("PERSIST", ranThen.entry()); // as if its lease had no end
        Asked doneThen = anOrder();
        Reply done = doneThen.retried();
        await().until(() -> doneThen.kind().equals("F") && usedTwice.kind().equals("F"));
        redis.save();

        Reply ran = ranThen.first.join();
        assertThat(ran.status()).isEqualTo(201);
        Asked doneLater = anOrder();
        Reply later = doneLater.retried();
        Asked secondUse = new Asked(usedTwice.key, usedTwice.path, order(9));
        await().until(() -> secondUse.retried().status() == 201);
        Reply second = secondUse.retried();
        redis.stop();
        redis.start();

        assertThat(ranThen.kind() + doneThen.kind() + doneLater.kind()).isEqualTo("RF");
        assertSame(ran, ranThen.answer());
        assertSame(done, doneThen.answer());
        assertSame(later, doneLater.answer());
        assertSame(second, secondUse.answer());
        assertOneEffectEach(List.of(ranThen, doneThen, doneLater));
        assertThat(count("orders", "amount <> " + ORDERED + " and paid = 0")).isEqualTo(2);
    }
}
