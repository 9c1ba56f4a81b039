package dev.oncepay.idempotency;

import dev.oncepay.store.Deadline;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.util.TypeLiteral;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The hints in Redis: who is running, what is finished. One script, one key and one round trip for each step; every
 * failure, of whatever kind, counts as "no answer", and behind a breaker no one waits for it.
 *
 * <p>Losing all of it at any moment changes speed, never an outcome, so no entry has an owner or a fence.
 */
@ApplicationScoped
class RedisClaims {
    /** Larger answers live in Postgres only: Redis's memory is dear, and its one thread copies every byte. */
    static final int MAX_ENTRY_BYTES = 32 * 1024;

    /** What was claimed stays; what was there is told, and for how long it still holds. */
    private static final Script CLAIM = new Script(
            """
            local entry = redis.call('GET', KEYS[1])
            if entry then return {entry, redis.call('PTTL', KEYS[1])} end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return false
            """);

    /**
     * An answer with a record yields to a later record's. One without yields to any finished answer, and to a running
     * claim of another request, which may have a record by now.
     */
    private static final Script PUBLISH = new Script(
            """
            local entry, new = redis.call('GET', KEYS[1]), ARGV[1]
            if entry then
              local kind, made = entry:sub(2, 2), 4 + 32
              if kind == 'F' and entry:sub(made + 1, made + 16) >= new:sub(made + 1, made + 16) then return 0 end
              if kind == 'R' and new:sub(2, 2) == 'S' and entry:sub(3, made) ~= new:sub(3, made) then return 0 end
            end
            redis.call('SET', KEYS[1], new, 'PX', ARGV[2])
            return 1
            """);

    private static final Script RELEASE = new Script(
            """
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """);

    private final RedisLines redis;
    private final Deadline deadline;
    private final IdempotencyConfig config;
    private final TypedGuard<Uni<Response>> breaker;
    private final RedisHealth health;

    RedisClaims(RedisLines redis, Deadline deadline, IdempotencyConfig config, RedisHealth health) {
        this.redis = redis;
        this.deadline = deadline;
        this.config = config;
        this.health = health;
        // Half of 20 steps failed: stop asking for a second, then let a few try. 20 steps of 50 ms are soon over.
        this.breaker = TypedGuard.create(new TypeLiteral<Uni<Response>>() {})
                .withCircuitBreaker()
                .requestVolumeThreshold(20)
                .failureRatio(0.5)
                .delay(Duration.ofSeconds(1).toMillis(), java.time.temporal.ChronoUnit.MILLIS)
                .successThreshold(3)
                .onStateChange(health::breakerIs)
                .done()
                .build();
    }

    /** What Redis says of a key. */
    sealed interface Hint {
        /** Claimed just now, or no answer: go on, Postgres decides. */
        record Unknown() implements Hint {}

        /**
         * There is an entry.
         *
         * @param expiresAtNanos by {@link System#nanoTime()}, never later than in Redis
         */
        record Known(RedisEntry entry, long expiresAtNanos) implements Hint {}

        /** There is an entry, of a version that is not ours. */
        record Unreadable() implements Hint {}
    }

    Uni<Hint> claim(Attempt attempt) {
        long asOf = System.nanoTime();
        return run(
                        CLAIM,
                        attempt,
                        RedisEntry.running(attempt.fingerprint()),
                        config.lease().toMillis())
                .map(found -> hint(found, asOf))
                .onFailure()
                .recoverWithItem(new Hint.Unknown());
    }

    private static Hint hint(Optional<Response> entry, long asOf) {
        return entry.<Hint>map(found -> {
                    long expiresAt =
                            asOf + TimeUnit.MILLISECONDS.toNanos(found.get(1).toLong());
                    return RedisEntry.read(found.get(0).toBuffer())
                            .<Hint>map(read -> new Hint.Known(read, expiresAt))
                            .orElseGet(Hint.Unreadable::new);
                })
                .orElseGet(Hint.Unknown::new);
    }

    Uni<Void> publish(Attempt attempt, Kept kept) {
        long millis = kept.remainingMillis();
        Buffer entry = RedisEntry.finished(attempt.fingerprint(), kept);
        if (entry.length() > MAX_ENTRY_BYTES || millis <= 0) {
            return release(attempt);
        }
        return quietly(run(PUBLISH, attempt, entry, millis));
    }

    Uni<Void> release(Attempt attempt) {
        return quietly(run(RELEASE, attempt, RedisEntry.running(attempt.fingerprint()), 0));
    }

    private static Uni<Void> quietly(Uni<?> step) {
        return step.replaceWithVoid().onFailure().recoverWithNull();
    }

    private Uni<Optional<Response>> run(Script script, Attempt attempt, Buffer value, long millis) {
        String name = name(attempt);
        long began = System.nanoTime();
        return breaker.get(() -> deadline.within(
                        config.redisTimeout(),
                        sent(script, name, value, millis),
                        () -> new IllegalStateException("Redis did not answer in time")))
                .invoke(() -> health.answered(began))
                .map(Optional::ofNullable)
                .onFailure()
                .invoke(health::didNotAnswer);
    }

    private Uni<Response> sent(Script script, String name, Buffer value, long millis) {
        return UniHelper.toUni(redis.send(script.bySha(name, value, millis))
                .recover(failure -> isUnknownScript(failure)
                        ? redis.send(script.byText(name, value, millis))
                        : Future.failedFuture(failure)));
    }

    private static boolean isUnknownScript(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith("NOSCRIPT");
    }

    /** Of a fixed length, whatever the key, and telling nobody who looks into Redis what the key was. */
    static String name(Attempt attempt) {
        MessageDigest digest = Fingerprint.sha256();
        byte[] merchant = attempt.merchant().getBytes(StandardCharsets.UTF_8);
        digest.update((byte) merchant.length); // at most 128 bytes: the frame that keeps ("a", "bc") from ("ab", "c")
        digest.update(merchant);
        byte[] hash = digest.digest(attempt.key().getBytes(StandardCharsets.UTF_8));
        return "oncepay:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    /** Called by its hash; by its text where Redis does not know it yet, or no more. */
    private record Script(String text, String sha) {
        Script(String text) {
            this(text, sha1(text));
        }

        Request bySha(String key, Buffer value, long millis) {
            return request(Command.EVALSHA, sha, key, value, millis);
        }

        Request byText(String key, Buffer value, long millis) {
            return request(Command.EVAL, text, key, value, millis);
        }

        private static Request request(Command command, String script, String key, Buffer value, long millis) {
            return Request.cmd(command).arg(script).arg(1).arg(key).arg(value).arg(millis);
        }

        private static String sha1(String text) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has SHA-1", impossible);
            }
        }
    }
}
