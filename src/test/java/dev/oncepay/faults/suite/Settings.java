package dev.oncepay.faults.suite;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How large a run is.
 *
 * @param payments logical ones: an order with its charges and refunds
 * @param each     how often each kind of fault strikes
 * @param clients  that pay at the same time
 * @param bound    a run that takes longer has failed
 */
record Settings(long seed, int payments, int each, int clients, Duration bound) {
    /** As system properties say: {@code faults.payments}, {@code .each}, {@code .seed}, {@code .clients}, {@code .minutes}. */
    static Settings ofTheLongRun() {
        int payments = Integer.getInteger("faults.payments", 2000);
        return new Settings(
                Long.getLong("faults.seed", ThreadLocalRandom.current().nextLong(1_000_000)),
                payments,
                Integer.getInteger("faults.each", Math.max(1, payments / 100)),
                Integer.getInteger("faults.clients", 24),
                Duration.ofMinutes(Integer.getInteger("faults.minutes", 15)));
    }

    static Settings ofTheShortRun() {
        return new Settings(17, 300, 1, 24, Duration.ofMinutes(10));
    }
}
