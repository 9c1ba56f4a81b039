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
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two instances of the packaged jar share a PostgreSQL and a Redis; the way to the acquirer is a relay. What a client
 * sees, and what has happened, in each row of the fault table that needs no kill of an instance.
 */
class FaultsIT {
    private static final Duration SETTLED = Duration.ofSeconds(30);

    private static OwnRedis redis;
    private static Relay wayToRedis;
    private static Relay wayToPostgres;
    private static Relay acquirer;
    private static Instance one;
    private static Instance two;

    private static final Database database = Database.own();
    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = UUID.randomUUID().toString();
    private int logged;
    private int loggedByTwo;

    @BeforeAll
    static void start() {
        redis = new OwnRedis();
        wayToRedis = new Relay();
        wayToRedis.to(redis.port());
        wayToPostgres = new Relay();
        wayToPostgres.to(EmbeddedServers.postgresPort());
        acquirer = new Relay();
        int port = Ports.free();
        acquirer.to(port);
        Map<String, String> settings = new HashMap<>(Environment.settings(database, redis.port()));
        settings.remove("mp.jwt.verify.publickey");
        settings.remove("smallrye.jwt.sign.key");
        settings.put("mp.jwt.verify.publickey.location", Keys.publicKeyFile());
        settings.put("oncepay.idempotency.redis-timeout", "100ms");
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + acquirer.port() + "/sandbox/acquirer");
        settings.put("quarkus.http.port", "" + port);
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + wayToRedis.port());
        String postgres = settings.get("quarkus.datasource.reactive.url");
        settings.put(
                "quarkus.datasource.reactive.url",
                postgres.replace(":" + EmbeddedServers.postgresPort(), ":" + wayToPostgres.port()));
        one = Instance.launch(settings);
        settings.put("quarkus.datasource.reactive.url", postgres);
        settings.put("quarkus.redis.hosts", "redis://127.0.0.1:" + redis.port());
        settings.remove("quarkus.http.port");
        two = Instance.start(settings);
        one.ready();
        List.of(one, two).forEach(FaultsIT::warmUp);
    }

    /** Each path once: loading classes and translating queries holds an event loop up on a busy machine. */
    private static void warmUp(Instance instance) {
        Service probe = instance.as("probe");
        Reply order = made(probe, "/orders", order(1000));
        Reply charge = made(probe, "/charges", charge(order.json().get("id").asText(), 1, "pm_card_visa"));
        for (String path : List.of("/orders", "/charges", order.header("Location"), charge.header("Location"))) {
            await().atMost(SETTLED).until(() -> probe.get(path).status() == 200);
        }
    }

    /** Under a new key each time: whether a try that was too slow still has its own in use is not asked here. */
    private static Reply made(Service probe, String path, String body) {
        return await().atMost(SETTLED)
                .until(() -> probe.post(path, UUID.randomUUID().toString(), body), reply -> reply.status() == 201);
    }

    @BeforeEach
    void forgetTheLogSoFar() {
        logged = one.log().length();
        loggedByTwo = two.log().length();
    }

    @AfterAll
    static void stop() {
        // also where the start failed half-way: an instance left behind would sweep the next class's charges
        Stream.of(one, two).filter(Objects::nonNull).forEach(Instance::close);
        redis.close();
        wayToRedis.close();
        wayToPostgres.close();
        acquirer.close();
    }

    @AfterEach
    void noEventLoopWasBlocked() {
        acquirer.mode(Relay.Mode.PASS);
        wayToRedis.mode(Relay.Mode.PASS);
        wayToPostgres.mode(Relay.Mode.PASS);
        assertThat(one.log().substring(logged) + two.log().substring(loggedByTwo))
                .doesNotContain("BlockedThreadChecker");
    }

    private Service first() {
        return one.as(merchant);
    }

    private Service second() {
        return two.as(merchant);
    }

    private static void assertSame(Reply reply, Reply other) {
        assertThat(other.status()).as(other.toString()).isEqualTo(reply.status());
        assertThat(other.body()).isEqualTo(reply.body());
    }

    /** Retries as a client does, at a 409 or 5xx, with the same key. */
    private static Reply untilAnswered(java.util.function.Supplier<Reply> request) {
        return await().atMost(SETTLED).until(request::get, reply -> reply.status() != 409 && reply.status() < 500);
    }

    @Test
    void sixtyFourTwinsOnTwoInstancesHaveOneEffectAndOneAnswer() {
        String order = first().newOrder(1000);
        for (String path : List.of("/orders", "/charges")) {
            String body = path.equals("/orders") ? order(77) : charge(order, 77, "pm_card_visa");
            List<CompletableFuture<Reply>> twins = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                twins.add((i % 2 == 0 ? first() : second()).later(path, key + path.length(), body));
            }
            List<Reply> replies = twins.stream().map(CompletableFuture::join).toList();
            List<Reply> answers =
                    replies.stream().filter(reply -> reply.status() == 201).toList();
            assertThat(answers).isNotEmpty();
            answers.forEach(answer -> assertSame(answers.get(0), answer));
            assertThat(replies).allMatch(reply -> reply.status() == 201 || reply.status() == 409);
            assertSame(answers.get(0), second().post(path, key + path.length(), body));
        }
        assertThat(database.orders(merchant)).isEqualTo(2);
        assertThat(database.charges(merchant)).isEqualTo(1);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void redisFlushedAfterAnAnswerReplays() {
        Reply answer = first().post("/orders", key, order(1));
        redis.wire().flush();
        assertSame(answer, second().post("/orders", key, order(1)));
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void redisFlushedInTheMiddleStillSaysInUse() {
        String body = charge(first().newOrder(1000), 10, "pm_card_slow");
        CompletableFuture<Reply> running = first().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        redis.wire().flush();
        assertThat(second().post("/charges", key, body).status()).isEqualTo(409);
        redis.wire().flush();
        assertThat(second().post("/charges", key, body.replace("10", "11")).status())
                .isEqualTo(422);
        assertSame(running.join(), untilAnswered(() -> second().post("/charges", key, body)));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void redisStoppedIsNotMissed() {
        String body = charge(first().newOrder(1000), 10, "pm_card_slow");
        CompletableFuture<Reply> running = first().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        redis.stop();
        try {
            assertThat(second().post("/charges", key, body).status()).isEqualTo(409);
            assertSame(running.join(), untilAnswered(() -> second().post("/charges", key, body)));
            Reply order = second().post("/orders", key + "o", order(1));
            assertThat(order.status()).isEqualTo(201);
            assertSame(order, first().post("/orders", key + "o", order(1)));
            assertThat(second().post("/orders", key + "o", order(2)).code()).isEqualTo("idempotency-key-reused");
        } finally {
            redis.start();
        }
        assertSame(running.join(), first().post("/charges", key, body));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    @Test
    void redisPausedIsNotMissedAndItsLateClaimsMisleadNobody() {
        redis.pause();
        Reply answer;
        try {
            answer = first().post("/orders", key, order(1));
            assertThat(answer.status()).isEqualTo(201);
            assertSame(answer, second().post("/orders", key, order(1)));
        } finally {
            redis.resume();
        }
        // Redis now executes the claims that nobody waits for any more
        assertSame(answer, untilAnswered(() -> second().post("/orders", key, order(1))));
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void redisFullIsNotMissed() {
        Reply before = first().post("/orders", key, order(1));
        redis.fill();
        try {
            Reply answer = first().post("/orders", key + "f", order(2));
            assertThat(answer.status()).isEqualTo(201);
            assertSame(answer, second().post("/orders", key + "f", order(2)));
            assertSame(before, second().post("/orders", key, order(1)));
        } finally {
            redis.empty();
        }
        assertThat(first().post("/orders", key + "b", order(3)).status()).isEqualTo(201);
        assertThat(database.orders(merchant)).isEqualTo(3);
    }

    @Test
    void aClientThatHangsUpInTheMiddleFindsItsAnswer() throws IOException {
        String body = charge(first().newOrder(1000), 10, "pm_card_slow");
        sendAndHangUp("/charges", body, () -> await().until(() -> database.charges(merchant) == 1));
        assertThat(second().post("/charges", key, body).status()).isEqualTo(409);
        Reply answer = untilAnswered(() -> second().post("/charges", key, body));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.replayed()).isTrue();
        assertThat(database.count("select sum(calls) from sandbox_authorization where merchant = ?", merchant))
                .isEqualTo(1);
    }

    @Test
    void aClientThatHangsUpWhileItsClaimWaitsForAPausedRedisFindsItsAnswer() throws IOException {
        wayToRedis.mode(Relay.Mode.STALL);
        sendAndHangUp("/orders", order(1), () -> await().until(() -> wayToRedis.held() > 0));
        await().until(() -> database.orders(merchant) == 1);
        wayToRedis.mode(Relay.Mode.PASS);
        Reply answer = untilAnswered(() -> first().post("/orders", key, order(1)));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.replayed()).isTrue();
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    private void sendAndHangUp(String path, String body, Runnable before) throws IOException {
        String request =
                "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Keys.token(merchant)
                        + "\r\nContent-Type: application/json\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), one.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            before.run();
        }
    }

    @Test
    void anAcquirerThatIsSilentMakesA202AndSettlesLater() {
        acquirerFault(Relay.Mode.SILENT);
    }

    @Test
    void anAcquirerThatRefusesMakesA202AndSettlesLater() {
        acquirerFault(Relay.Mode.REFUSE);
    }

    private void acquirerFault(Relay.Mode mode) {
        String body = charge(first().newOrder(1000), 1000, "pm_card_visa");
        acquirer.mode(mode);
        Reply answer = first().post("/charges", key, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        assertThat(answer.json().get("status").asText()).isEqualTo("processing");
        assertThat(first().post("/charges", key + "2", body.replace("1000", "1"))
                        .code())
                .isEqualTo("amount-exceeds-order");
        if (mode == Relay.Mode.REFUSE) {
            // the sweep was told nothing either, and asks again
            await().atMost(SETTLED)
                    .until(() -> database.count(
                                    "select max(tries) from charges where status = 'processing' and merchant = ?",
                                    merchant)
                            >= 2);
        }
        acquirer.mode(Relay.Mode.PASS);
        if (mode == Relay.Mode.SILENT) {
            acquirer.mode(Relay.Mode.REFUSE); // what was swallowed is lost: those connections are of no more use
            acquirer.mode(Relay.Mode.PASS);
        }
        await().atMost(SETTLED).until(() -> "succeeded"
                .equals(second().get(answer.header("Location"))
                        .json()
                        .get("status")
                        .asText()));
        assertSame(answer, second().post("/charges", key, body));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isEqualTo(1000);
    }

    @Test
    void aTwinThatIsStuckInItsTransactionIsInUseWithinTheLockTimeout() throws SQLException {
        try (Connection stuck = database.connect()) {
            stuck.setAutoCommit(false);
            try (var insert = stuck.prepareStatement(
                    """
                    insert into idempotency_record (merchant, key, fingerprint, fingerprint_version, format, state,
                      operation, method, path, lease_until, created_at, expires_at)
                    values (?, ?, '\\x00', 1, 1, 'in_progress', 'x', 'POST', '/x', now(), now(), now())
                    """)) {
                insert.setString(1, merchant);
                insert.setString(2, key);
                insert.executeUpdate();
            }
            assertThat(first().post("/orders", key, order(1)).code()).isEqualTo("idempotency-key-in-use");
            assertThat(first().post("/charges", key, charge("ord_none", 1, "pm_card_visa"))
                            .code())
                    .isEqualTo("idempotency-key-in-use");
            stuck.rollback();
        }
        assertThat(first().post("/orders", key, order(1)).status()).isEqualTo(201);
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void aFinishedRecordThatATwinHoldsIsReplayedAllTheSame() throws SQLException {
        String body = charge(first().newOrder(1000), 10, "pm_card_visa");
        Reply charged = first().post("/charges", key, body);
        Reply ordered = first().post("/orders", key + "o", order(1));
        assertThat(charged.status()).isEqualTo(201);
        // as a retry does that finds the record completed, and is stopped before its transaction ends
        try (Connection stopped = database.connect()) {
            stopped.setAutoCommit(false);
            try (var lock =
                    stopped.prepareStatement("select 1 from idempotency_record where merchant = ? for update")) {
                lock.setString(1, merchant);
                lock.executeQuery();
            }
            redis.wire().flush();
            assertSame(charged, second().post("/charges", key, body));
            assertSame(ordered, second().post("/orders", key + "o", order(1)));
            redis.wire().flush();
            assertThat(second().post("/charges", key, body.replace("10", "11")).code())
                    .isEqualTo("idempotency-key-reused");
            stopped.rollback();
        }
        assertThat(database.charges(merchant)).isEqualTo(1);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void anOrdersRowThatIsLockedMakesA503ThatLeavesNothingBehind() throws SQLException {
        String order = first().newOrder(1000);
        String body = charge(order, 10, "pm_card_visa");
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            try (var lock = holder.prepareStatement("select 1 from orders where merchant = ? for update")) {
                lock.setString(1, merchant);
                lock.executeQuery();
            }
            Reply refused = first().post("/charges", key, body);
            assertThat(refused.code()).as(refused.toString()).isEqualTo("store-unavailable");
            assertThat(refused.header("Retry-After")).isNotNull();
            holder.rollback();
        }
        assertThat(database.charges(merchant)).isZero();
        assertThat(second().post("/charges", key, body).status()).isEqualTo(201);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void anAttemptThatIsOvertakenAnswersWhatIsStored() {
        String body = charge(first().newOrder(1000), 10, "pm_card_slow");
        CompletableFuture<Reply> slow = first().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        database.change(
                "update idempotency_record set lease_until = now() - interval '1 s'"
                        + " where merchant = ? and state = 'in_progress'",
                merchant);
        Reply overtaker = untilAnswered(() -> second().post("/charges", key, body));
        assertThat(overtaker.status()).isEqualTo(201);
        assertSame(overtaker, slow.join());
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.charges(merchant)).isEqualTo(1);
        assertThat(database.count("select sum(calls) from sandbox_authorization where merchant = ?", merchant))
                .isEqualTo(2);
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isEqualTo(10);
    }

    @Test
    void anAttemptThatOutlivesItsKeysLifetimeTellsNobodyElsesAnswer() {
        String order = first().newOrder(1000);
        String mine = charge(order, 111, "pm_card_slow");
        String theirs = charge(order, 222, "pm_card_visa");
        CompletableFuture<Reply> slow = first().later("/charges", key, mine);
        await().until(() -> database.charges(merchant) == 1);
        // as if the lifetime had passed while the first was stopped, and the sweep had completed its record
        database.change(
                "update idempotency_record set state = 'completed', lease_until = null, status = 202,"
                        + " headers = 'Content-Type: application/json', body = '{}', expires_at = now() - interval '1 s'"
                        + " where merchant = ? and key = ?",
                merchant,
                key);
        redis.wire().flush();
        Reply later = untilAnswered(() -> second().post("/charges", key, theirs));
        assertThat(later.status()).isEqualTo(201);
        assertThat(later.replayed()).isFalse();
        redis.wire().flush();
        assertThat(slow.join().json().get("amount").asLong()).isEqualTo(111);
        assertSame(later, untilAnswered(() -> second().post("/charges", key, theirs)));
        assertSame(later, untilAnswered(() -> first().post("/charges", key, theirs)));
        assertThat(database.authorizations(merchant)).isEqualTo(2);
    }

    @Test
    void postgresOutOfReachIsA503AndFinishedKeysStillReplay() {
        redis.wire().flush();
        Reply before = untilAnswered(() -> first().post("/orders", key + "done", order(5)));
        // the breaker may be open still, after another test
        await().atMost(SETTLED).until(() -> {
            assertSame(before, untilAnswered(() -> first().post("/orders", key + "done", order(5))));
            String entry = Objects.requireNonNullElse(redis.wire().command("RANDOMKEY"), "none yet");
            return redis.wire().command("GETRANGE", entry, "1", "1").equals("F");
        });
        wayToPostgres.mode(Relay.Mode.STALL);
        Reply refused = first().post("/orders", key, order(1));
        assertThat(refused.code()).as(refused.toString()).isEqualTo("store-unavailable");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertSame(before, untilAnswered(() -> first().post("/orders", key + "done", order(5))));
        wayToPostgres.mode(Relay.Mode.PASS);
        assertThat(untilAnswered(() -> first().post("/orders", key, order(1))).status())
                .isEqualTo(201);
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    @Test
    void anAbandonedChargeSettlesWithoutARetry() {
        String body = charge(first().newOrder(1000), 10, "pm_card_visa");
        acquirer.mode(Relay.Mode.SILENT);
        CompletableFuture<Reply> lost = first().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1 && acquirer.held() > 0);
        // as if its instance had died in the call: nothing runs there, and its lease is over
        one.pause();
        try {
            acquirer.mode(Relay.Mode.REFUSE);
            acquirer.to(two.port());
            acquirer.mode(Relay.Mode.PASS);
            database.change("update charges set next_attempt_at = now() - interval '1 s' where merchant = ?", merchant);
            await().atMost(SETTLED)
                    .until(() -> database.count(
                                    "select count(*) from charges where merchant = ? and status = 'succeeded'",
                                    merchant)
                            == 1);
        } finally {
            one.resume();
            acquirer.to(one.port());
        }
        Reply answer = lost.join();
        assertSame(answer, untilAnswered(() -> second().post("/charges", key, body)));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isEqualTo(10);
    }

    @Test
    void twentyKeysForOneOrderNeverOverchargeIt() {
        String order = first().newOrder(1000);
        ExecutorService clients = Executors.newFixedThreadPool(20);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Service service = i % 2 == 0 ? first() : second();
            String own = key + i;
            all.add(CompletableFuture.supplyAsync(
                    () -> untilAnswered(() -> service.post("/charges", own, charge(order, 100, "pm_card_visa"))),
                    clients));
        }
        List<Reply> replies = all.stream().map(CompletableFuture::join).toList();
        clients.shutdown();
        assertThat(replies).filteredOn(reply -> reply.status() == 201).hasSize(10);
        assertThat(replies).filteredOn(reply -> reply.status() != 201).allMatch(reply -> reply.code()
                .equals("amount-exceeds-order"));
        assertThat(database.authorizations(merchant)).isEqualTo(10);
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isEqualTo(1000);
    }

    @Test
    void threeHundredKeysAtOnceGetTheirOwnAnswers() {
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add((i % 2 == 0 ? first() : second()).later("/orders", key + i, order(1 + i)));
        }
        for (int i = 0; i < 300; i++) {
            int number = i;
            Reply reply = all.get(i).join();
            if (reply.status() == 503) { // a busy machine's; what is tested is whose answer it gets
                reply = untilAnswered(() -> second().post("/orders", key + number, order(1 + number)));
            }
            assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
            assertThat(reply.json().get("amount").asLong()).isEqualTo(1 + i);
            assertThat(reply.header("Idempotency-Key")).isEqualTo(key + i);
        }
        assertThat(database.orders(merchant)).isEqualTo(300);
    }
}
