package dev.oncepay.idempotency;

import dev.oncepay.idempotency.RedisClaims.Hint;
import dev.oncepay.idempotency.RememberedAnswers.Remembered;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process knows already, then Redis, and Postgres where Redis's word is no proof: <em>finished</em> is true,
 * <em>running</em> is a reason to look, <em>new</em> or silence means: go on, the record's insert decides.
 */
@ApplicationScoped
class RedisOverPostgres implements KeyStore {
    private final RememberedAnswers answers;
    private final RedisClaims redis;
    private final PostgresRecords records;
    private final IdempotencyConfig config;

    /** Who was let through here and has no answer yet: as many as there are requests in flight. */
    private final Map<Name, Fingerprint> running = new ConcurrentHashMap<>();

    private record Name(String merchant, String key) {}

    RedisOverPostgres(RememberedAnswers answers, RedisClaims redis, PostgresRecords records, IdempotencyConfig config) {
        this.answers = answers;
        this.redis = redis;
        this.records = records;
        this.config = config;
    }

    @Override
    public Uni<Claim> claim(Attempt attempt) {
        if (!config.enabled()) {
            return Uni.createFrom().item(Claim.WON);
        }
        Optional<Remembered> answer = answers.of(attempt);
        if (answer.isPresent()) {
            return Uni.createFrom()
                    .item(
                            answer.get().fingerprint().sameAs(attempt.fingerprint())
                                    ? new Claim.Replay(answer.get().kept().answer())
                                    : Claim.REUSED);
        }
        return redis.claim(attempt).chain(hint -> {
            if (hint instanceof Hint.Known known) {
                return judge(attempt, known);
            }
            return hint instanceof Hint.Unreadable ? look(attempt, Claim.WON) : claimHere(attempt);
        });
    }

    /** Redis knows of nobody: a twin in this very process is seen here, and need not wait for a lock in Postgres. */
    private Uni<Claim> claimHere(Attempt attempt) {
        Fingerprint twin = running.putIfAbsent(new Name(attempt.merchant(), attempt.key()), attempt.fingerprint());
        if (twin == null) {
            return Uni.createFrom().item(Claim.WON);
        }
        return look(attempt, twin.sameAs(attempt.fingerprint()) ? Claim.IN_USE : Claim.REUSED);
    }

    @Override
    public void ended(Attempt attempt) {
        running.remove(new Name(attempt.merchant(), attempt.key()));
    }

    private Uni<Claim> judge(Attempt attempt, Hint.Known known) {
        RedisEntry entry = known.entry();
        boolean same = entry.fingerprint().sameAs(attempt.fingerprint());
        if (entry instanceof RedisEntry.Finished finished) {
            answers.remember(attempt, entry.fingerprint(), finished.kept().until(known.expiresAtNanos()));
            if (same) {
                return Uni.createFrom().item(new Claim.Replay(finished.kept().answer()));
            }
            // A refusal on the request alone has no record, so it is no proof about another request.
            return finished.kept().hasRecord() ? Uni.createFrom().item(Claim.REUSED) : look(attempt, Claim.REUSED);
        }
        return look(attempt, same ? Claim.IN_USE : Claim.REUSED);
    }

    private Uni<Claim> look(Attempt attempt, Claim ifThereIsNone) {
        return records.find(attempt).map(found -> found.map(record -> {
                    record.kept()
                            .filter(kept -> record.judge(attempt) instanceof Claim.Replay)
                            .ifPresent(
                                    kept -> publish(attempt, kept).subscribe().with(done -> {}));
                    return record.canBeTakenOverBy(attempt) ? Claim.WON : record.judge(attempt);
                })
                .orElse(ifThereIsNone));
    }

    @Override
    public Uni<Void> publish(Attempt attempt, Kept kept) {
        if (!config.enabled()) {
            return Uni.createFrom().voidItem();
        }
        answers.remember(attempt, attempt.fingerprint(), kept);
        return redis.publish(attempt, kept);
    }

    @Override
    public Uni<Void> release(Attempt attempt) {
        return config.enabled() ? redis.release(attempt) : Uni.createFrom().voidItem();
    }
}
