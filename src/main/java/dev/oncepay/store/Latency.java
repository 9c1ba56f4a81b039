package dev.oncepay.store;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.Stream;

/** Timers with one set of buckets, so that the parts of a request can be compared on one chart. */
public final class Latency {
    /** From a step in Redis to the acquirer's deadline; few, because each is a time series for each tag. */
    private static final Duration[] BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private Latency() {}

    public static Timer.Builder timer(String name) {
        return Timer.builder(name).serviceLevelObjectives(BUCKETS);
    }
}
