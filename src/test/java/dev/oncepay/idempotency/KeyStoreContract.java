package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.oncepay.idempotency.Effect.Column;
import dev.oncepay.idempotency.Effect.Target;
import dev.oncepay.store.Postgres;
import dev.oncepay.support.Database;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the store promises, whatever happens to Redis: its subclasses run it with Redis, without, and with a Redis that
 * loses everything between any two steps.
 */
abstract class KeyStoreContract {
    private static final Target ORDERS = new Target(
            "orders",
            List.of(
                    new Column("merchant", "text"),
                    new Column("id", "text"),
                    new Column("amount", "bigint"),
                    new Column("currency", "text"),
                    new Column("reference", "text"),
                    new Column("metadata", "text"),
                    new Column("created_at", "timestamptz")));

    @Inject
    KeyStore store;

    @Inject
    PostgresRecords records;

    @Inject
    Postgres postgres;

    private final Database database = Database.shared();
    private final String merchant = "m-" + UUID.randomUUID();

    /** Called between any two steps. */
    void betweenSteps() {}

    // --- steps ---------------------------------------------------------------------------------------------------

    final <T> T step(Supplier<Uni<T>> work) {
        betweenSteps();
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }

    Attempt attempt(String key, int amount) {
        var body = JsonNodeFactory.instance.objectNode().put("amount", (long) amount);
        return new Attempt(merchant, key, Fingerprint.of("POST", "/orders", "", body), "POST", "/orders");
    }

    static StoredAnswer answer(int status, String body) {
        return new StoredAnswer(status, Map.of("Content-Type", "application/json"), body.getBytes());
    }

    Effect order(String id) {
        return new Effect(ORDERS, List.of(merchant, id, 100L, "EUR", "contract", "{}", OffsetDateTime.now()));
    }

    Claim claim(Attempt attempt) {
        return step(() -> store.claim(attempt));
    }

    /** What a guarded order does once it was let through; the answer it may give, if it was first. */
    Optional<Kept> insert(Attempt attempt, String id) {
        StoredAnswer answer = answer(201, "{\"id\":\"" + id + "\"}");
        return step(() -> records.insertCompleted(attempt, "order", "/orders/" + id, answer, order(id)));
    }

    Kept insertAndPublish(Attempt attempt, String id) {
        Kept kept = insert(attempt, id).orElseThrow();
        store.ended(attempt);
        step(() -> store.publish(attempt, kept));
        return kept;
    }

    boolean begin(Attempt attempt, String resource) {
        return step(() -> postgres.transaction(() -> records.begin(attempt, "charge", resource)));
    }

    Optional<Kept> complete(Attempt attempt, String resource, StoredAnswer answer) {
        return step(() -> postgres.transaction(
                () -> records.complete(attempt.merchant(), attempt.key(), resource, resource, answer)));
    }

    Optional<RecordRow> find(Attempt attempt) {
        return step(() -> records.find(attempt));
    }

    /** What a retry is told in the end: the hint, and where the hint lets it through, the record. */
    Claim retry(Attempt attempt) {
        Claim hint = claim(attempt);
        if (!(hint instanceof Claim.Won)) {
            return hint;
        }
        return insert(attempt, "second-effect")
                .<Claim>map(first -> Claim.WON)
                .orElseGet(() -> find(attempt).orElseThrow().judge(attempt));
    }

    static void assertReplays(Claim claim, StoredAnswer answer) {
        assertThat(claim).isInstanceOf(Claim.Replay.class);
        StoredAnswer replayed = ((Claim.Replay) claim).answer();
        assertThat(replayed.status()).isEqualTo(answer.status());
        assertThat(replayed.headers()).isEqualTo(answer.headers());
        assertThat(replayed.body()).isEqualTo(answer.body());
    }

    // --- the contract --------------------------------------------------------------------------------------------

    @Test
    void theFirstAttemptIsLetThrough() {
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        assertThat(insert(attempt("k", 1), "o1")).isPresent();
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void aRetryOfAFinishedRequestGetsItsBytes() {
        claim(attempt("k", 1));
        Kept kept = insertAndPublish(attempt("k", 1), "o1");
        assertReplays(retry(attempt("k", 1)), kept.answer());
        assertReplays(retry(attempt("k", 1)), kept.answer());
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void anUnpublishedAnswerIsReplayedToo() {
        claim(attempt("k", 1));
        Kept kept = insert(attempt("k", 1), "o1").orElseThrow();
        assertReplays(retry(attempt("k", 1)), kept.answer());
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void anotherRequestUnderAFinishedKeyIsRefused() {
        claim(attempt("k", 1));
        insertAndPublish(attempt("k", 1), "o1");
        assertThat(retry(attempt("k", 2))).isInstanceOf(Claim.Reused.class);
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void anotherRequestUnderARunningKeyIsRefused() {
        claim(attempt("k", 1));
        begin(attempt("k", 1), "/charges/c1");
        assertThat(retry(attempt("k", 2))).isInstanceOf(Claim.Reused.class);
    }

    @Test
    void aRunningRequestIsInUse() {
        claim(attempt("k", 1));
        assertThat(begin(attempt("k", 1), "/charges/c1")).isTrue();
        assertThat(retry(attempt("k", 1))).isInstanceOf(Claim.InUse.class);
        assertThat(begin(attempt("k", 1), "/charges/c2")).isFalse();
    }

    @Test
    void anotherMerchantsKeyIsAKeyOfItsOwn() {
        claim(attempt("k", 1));
        insertAndPublish(attempt("k", 1), "o1");
        Attempt other = new Attempt(merchant + "-other", "k", attempt("k", 1).fingerprint(), "POST", "/orders");
        assertThat(claim(other)).isInstanceOf(Claim.Won.class);
        assertThat(find(other)).isEmpty();
    }

    /** Even with the same path in the record, which ids of 128 random bits would never have. */
    @Test
    void anotherMerchantsRunningKeyIsAKeyOfItsOwn() {
        Attempt other = new Attempt(merchant + "-other", "k", attempt("k", 1).fingerprint(), "POST", "/orders");
        claim(attempt("k", 1));
        begin(attempt("k", 1), "/charges/c1");
        leaseIsOver("k");
        assertThat(claim(other)).isInstanceOf(Claim.Won.class);
        assertThat(begin(other, "/charges/c1")).isTrue();
        assertThat(step(() -> records.takeOver(other))).isFalse();
        assertThat(step(() -> records.takeOver(attempt("k", 1)))).isTrue();
        assertThat(complete(attempt("k", 1), "/charges/c1", answer(201, "mine")))
                .isPresent();
        assertThat(find(other).orElseThrow().kept()).isEmpty();
    }

    @Test
    void oneOfManyAtOnceHasTheEffect() {
        List<Uni<Optional<Kept>>> twins = IntStream.range(0, 32)
                .mapToObj(i -> records.insertCompleted(
                        attempt("k", 1), "order", "/orders/o" + i, answer(201, "" + i), order("o" + i)))
                .toList();
        List<Optional<Kept>> ends = step(() -> Uni.join().all(twins).andFailFast());
        assertThat(ends.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void theFirstAnswerWins() {
        begin(attempt("k", 1), "/charges/c1");
        assertThat(complete(attempt("k", 1), "/charges/c1", answer(201, "first")))
                .isPresent();
        assertThat(complete(attempt("k", 1), "/charges/c1", answer(202, "second")))
                .isEmpty();
        assertReplays(retry(attempt("k", 1)), answer(201, "first"));
    }

    @Test
    void anAbandonedAttemptIsTakenOverByOneOnly() {
        claim(attempt("k", 1));
        begin(attempt("k", 1), "/charges/c1");
        assertThat(step(() -> records.takeOver(attempt("k", 1)))).isFalse();
        leaseIsOver("k");
        assertThat(find(attempt("k", 1)).orElseThrow().canBeTakenOverBy(attempt("k", 1)))
                .isTrue();
        assertThat(find(attempt("k", 1)).orElseThrow().canBeTakenOverBy(attempt("k", 2)))
                .isFalse();
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        List<Uni<Boolean>> rivals = IntStream.range(0, 16)
                .mapToObj(i -> records.takeOver(attempt("k", 1)))
                .toList();
        assertThat(step(() -> Uni.join().all(rivals).andFailFast()))
                .filteredOn(taken -> taken)
                .hasSize(1);
    }

    @Test
    void aRecordInProgressNeverExpires() {
        begin(attempt("k", 1), "/charges/c1");
        expire("k");
        assertThat(begin(attempt("k", 1), "/charges/c2")).isFalse();
        assertThat(find(attempt("k", 1)).orElseThrow().resource()).isEqualTo("/charges/c1");
    }

    @Test
    void anExpiredRecordCountsAsAbsent() {
        insert(attempt("k", 1), "o1");
        expire("k");
        assertThat(find(attempt("k", 1))).isEmpty();
        assertThat(insert(attempt("k", 2), "o2")).isPresent();
        assertThat(database.orders(merchant)).isEqualTo(2);
        assertThat(database.records(merchant)).isEqualTo(1);
        assertThat(find(attempt("k", 2)).orElseThrow().judge(attempt("k", 2))).isInstanceOf(Claim.Replay.class);
    }

    @Test
    void aLateSettlementLeavesALaterUseOfTheKeyAlone() {
        begin(attempt("k", 1), "/charges/c1");
        complete(attempt("k", 1), "/charges/c1", answer(202, "{}"));
        expire("k");
        begin(attempt("k", 2), "/charges/c2");
        assertThat(complete(attempt("k", 1), "/charges/c1", answer(201, "late")))
                .isEmpty();
        assertThat(find(attempt("k", 2)).orElseThrow().kept()).isEmpty();
    }

    @Test
    void aRefusalOnTheRequestAloneNeverHidesARecord() {
        Attempt refused = attempt("k", 1);
        Kept refusal = Kept.onTheRequestAlone(answer(400, "{}"), Duration.ofHours(1));
        Kept kept = insertAndPublish(attempt("k", 2), "o2");
        step(() -> store.publish(refused, refusal));
        assertThat(retry(refused)).isInstanceOf(Claim.Reused.class); // first: the other retry would publish the record
        assertReplays(retry(attempt("k", 2)), kept.answer());
    }

    @Test
    void aReleasedClaimCanBeClaimedAgain() {
        claim(attempt("k", 1));
        store.ended(attempt("k", 1));
        step(() -> store.release(attempt("k", 1)));
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
    }

    @Test
    void anAnswerTooBigForRedisIsReplayedByteForByte() {
        byte[] body = new byte[100_000];
        new java.util.Random(1).nextBytes(body);
        StoredAnswer big = new StoredAnswer(201, Map.of("Content-Type", "application/json"), body);
        claim(attempt("k", 1));
        Kept kept = step(() -> records.insertCompleted(attempt("k", 1), "order", "/orders/o1", big, order("o1")))
                .orElseThrow();
        step(() -> store.publish(attempt("k", 1), kept));
        assertReplays(retry(attempt("k", 1)), big);
    }

    @Test
    void theAnswerHoldsNoLongerInRedisThanInPostgres() throws SQLException {
        CompletableFuture<Optional<Kept>> waiting;
        try (Connection twin = database.connect()) {
            twin.setAutoCommit(false);
            try (var insert = twin.prepareStatement("insert into orders (merchant, id, amount, currency, reference,"
                    + " metadata, created_at) values (?, 'o1', 1, 'EUR', 'r', '{}', now())")) {
                insert.setString(1, merchant);
                insert.executeUpdate();
            }
            // The statement waits for a lock: by Postgres's clock the record is made before it waits.
            waiting = records.insertCompleted(attempt("k", 1), "order", "/orders/o1", answer(201, "{}"), order("o1"))
                    .subscribeAsCompletionStage();
            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> database.count(
                                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                            + " and query like '%idempotency_record%' and now() - query_start > interval '0.2 s'")
                            == 1);
            twin.rollback();
        }
        Kept kept = waiting.join().orElseThrow();
        long remaining = database.count(
                "select (extract(epoch from expires_at - now()) * 1000)::bigint from idempotency_record"
                        + " where merchant = ?",
                merchant);
        assertThat(kept.remainingMillis()).isLessThanOrEqualTo(remaining + 1);
    }

    // --- from outside --------------------------------------------------------------------------------------------

    private void leaseIsOver(String key) {
        database.change(
                "update idempotency_record set lease_until = now() - interval '1 s' where merchant = ? and key = ?",
                merchant,
                key);
    }

    private void expire(String key) {
        database.change(
                "update idempotency_record set expires_at = now() - interval '1 s' where merchant = ? and key = ?",
                merchant,
                key);
    }
}
