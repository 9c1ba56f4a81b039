package dev.oncepay.idempotency;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * The answers that this process gave or read last: a retry that comes soon, to the same instance, needs no store at all.
 *
 * <p>Only answers that have a record: such a one never changes, and is the key's until it expires. A finished answer that
 * is not found here is no news; so what is forgotten, or never known, changes speed and never an outcome.
 */
@ApplicationScoped
class RememberedAnswers {
    /** Clients retry within seconds. Whoever deletes a record by hand waits for this long at most. */
    private static final Duration AT_MOST = Duration.ofMinutes(1);

    /** What an entry takes besides its texts and bytes, in the cache and as objects, roughly. */
    private static final int OVERHEAD_BYTES = 500;

    private final long maxBytes;
    private final Cache<Name, Remembered> answers;

    private record Name(String merchant, String key) {}

    /**
     * An answer, and which request's it is.
     *
     * @param untilMillis by the clock on the wall: one that counts while the process runs is not told that the machine
     *                    was suspended for a day
     */
    record Remembered(Fingerprint fingerprint, Kept kept, long untilMillis) {
        boolean holds() {
            return kept.remainingMillis() > 0 && System.currentTimeMillis() < untilMillis;
        }
    }

    RememberedAnswers(IdempotencyConfig config) {
        maxBytes = config.rememberedBytes().asLongValue();
        answers = Caffeine.newBuilder()
                .expireAfterWrite(AT_MOST)
                .executor(Runnable::run) // little is to be done at a time, less than to wake another thread for it
                .maximumWeight(maxBytes)
                .weigher(RememberedAnswers::bytes)
                .build();
    }

    private static int bytes(Name name, Remembered answer) {
        return OVERHEAD_BYTES
                + 2 * (name.merchant().length() + name.key().length())
                + answer.kept().answer().body().length;
    }

    Optional<Remembered> of(Attempt attempt) {
        return Optional.ofNullable(answers.getIfPresent(name(attempt))).filter(Remembered::holds);
    }

    void remember(Attempt attempt, Fingerprint fingerprint, Kept kept) {
        if (maxBytes > 0 && kept.hasRecord() && kept.answer().body().length <= RedisClaims.MAX_ENTRY_BYTES) {
            long until = System.currentTimeMillis() + AT_MOST.toMillis();
            answers.put(name(attempt), new Remembered(fingerprint, kept, until));
        }
    }

    private static Name name(Attempt attempt) {
        return new Name(attempt.merchant(), attempt.key());
    }
}
