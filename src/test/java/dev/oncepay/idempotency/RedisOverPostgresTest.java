package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.RedisWire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract as it runs every day, and what Redis alone is trusted with. */
@QuarkusTest
@WithTestResource(Environment.class)
class RedisOverPostgresTest extends KeyStoreContract {
    @Test
    void aClaimIsSeenByTheNextAttempt() {
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.InUse.class);
        assertThat(claim(attempt("k", 2))).isInstanceOf(Claim.Reused.class);
    }

    @Test
    void aRefusalOnTheRequestAloneIsReplayedAndHoldsItsKey() {
        Kept refusal = Kept.onTheRequestAlone(answer(400, "{}"), Duration.ofHours(1));
        claim(attempt("k", 1));
        step(() -> store.publish(attempt("k", 1), refusal));
        assertReplays(claim(attempt("k", 1)), refusal.answer());
        assertThat(claim(attempt("k", 2))).isInstanceOf(Claim.Reused.class);
    }

    /** Redis had lost the answer when the other request was refused under the same key. */
    @Test
    void aRefusalOnTheRequestAloneIsNoProofAboutAnotherRequest() {
        Kept kept = insert(attempt("k", 2), "o2").orElseThrow();
        step(() -> store.publish(attempt("k", 1), Kept.onTheRequestAlone(answer(400, "{}"), Duration.ofHours(1))));
        assertReplays(claim(attempt("k", 2)), kept.answer());
    }

    @Test
    void anAnswerThatIsFoundInPostgresHoldsInRedisForWhatRemains() {
        Kept kept = insert(attempt("k", 1), "o1").orElseThrow();
        Database.shared()
                .change(
                        "update idempotency_record set expires_at = now() + interval '60 s' where merchant = ?",
                        attempt("k", 1).merchant());
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        assertReplays(claim(attempt("k", 1)), kept.answer()); // found in Postgres, and published
        RedisWire redis = new RedisWire(EmbeddedServers.redisPort());
        String name = RedisClaims.name(attempt("k", 1));
        await().until(() -> redis.command("GETRANGE", name, "1", "1").equals("F"));
        assertThat(Long.parseLong(redis.command("PTTL", name))).isBetween(1L, 60_000L);
    }

    @Test
    void aRefusalOnTheRequestAloneLeavesTheRunningClaimOfAnotherRequest() {
        claim(attempt("k", 1));
        step(() -> store.publish(attempt("k", 2), Kept.onTheRequestAlone(answer(400, "{}"), Duration.ofHours(1))));
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.InUse.class);
    }

    @Test
    void anEarlierAnswerNeverReplacesALaterOne() {
        Kept later = new Kept(
                answer(201, "later"),
                2_000_000,
                System.nanoTime() + Duration.ofHours(1).toNanos());
        Kept earlier = new Kept(answer(201, "earlier"), 1_000_000, later.expiresAtNanos());
        step(() -> store.publish(attempt("k", 1), later));
        step(() -> store.publish(attempt("k", 1), earlier));
        assertReplays(claim(attempt("k", 1)), later.answer());
    }

    @Test
    void releasingLeavesWhatIsFinishedAndWhatAnotherRequestClaimed() {
        claim(attempt("k", 1));
        step(() -> store.release(attempt("k", 2)));
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.InUse.class);
        Kept kept = insertAndPublish(attempt("k", 1), "o1");
        step(() -> store.release(attempt("k", 1)));
        assertReplays(claim(attempt("k", 1)), kept.answer());
    }

    @Test
    void anEntryOfAnUnknownVersionIsLookedUpInPostgres() {
        Kept kept = insert(attempt("k", 1), "o1").orElseThrow();
        RedisWire redis = new RedisWire(EmbeddedServers.redisPort());
        redis.command("SET", RedisClaims.name(attempt("k", 1)), "2F of a version to come");
        assertReplays(claim(attempt("k", 1)), kept.answer());
    }
}
