package dev.oncepay.idempotency;

import java.time.Duration;

/**
 * A final answer, and for how long it holds.
 *
 * @param answer         the very bytes
 * @param madeMicros     when its record was made, by Postgres's clock, in µs since 1970: the later one wins.
 *                       0 for a refusal on the request alone, which has no record and yields to any that has
 * @param expiresAtNanos when the record expires, by this process's {@link System#nanoTime()}; never later than in Postgres
 */
public record Kept(StoredAnswer answer, long madeMicros, long expiresAtNanos) {
    /** @param asOfNanos a moment before Postgres computed what remains */
    static Kept recorded(StoredAnswer answer, long madeMicros, Duration remaining, long asOfNanos) {
        return new Kept(answer, madeMicros, asOfNanos + remaining.toNanos());
    }

    static Kept onTheRequestAlone(StoredAnswer answer, Duration lifetime) {
        return new Kept(answer, 0, System.nanoTime() + lifetime.toNanos());
    }

    Kept with(StoredAnswer other) {
        return new Kept(other, madeMicros, expiresAtNanos);
    }

    Kept until(long nanos) {
        return new Kept(answer, madeMicros, nanos);
    }

    boolean hasRecord() {
        return madeMicros > 0;
    }

    long remainingMillis() {
        return Duration.ofNanos(expiresAtNanos - System.nanoTime()).toMillis();
    }
}
