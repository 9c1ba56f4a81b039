package dev.oncepay.faults.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches, from outside and all the while, which charges and refunds are processing: how long each takes from its
 * making to its end, and how long the last one takes once everything is healed.
 */
public final class Settling implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Reader reader;
    private final AtomicLong slowestMillis = new AtomicLong();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    private Map<String, Long> open = new HashMap<>();
    private long looks;

    public Settling(Places places) {
        reader = new Reader(places);
        watch.scheduleWithFixedDelay(this::watch, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void watch() {
        try {
            look();
        } catch (SQLException down) {
            // the database is what a fault has hit just now; what is open shows when it is back
        }
    }

    private synchronized void look() throws SQLException {
        Map<String, Long> now = reader.open();
        long time = System.currentTimeMillis();
        open.forEach((id, made) -> {
            if (!now.containsKey(id)) {
                slowestMillis.accumulateAndGet(time - made, Math::max);
            }
        });
        open = now;
        looks++;
        notifyAll();
    }

    /** From its making to its end, over all that were seen processing. */
    public Duration slowest() {
        return Duration.ofMillis(slowestMillis.get());
    }

    /**
     * Waits until nothing is processing, or the time is over.
     *
     * @return what is still processing
     */
    public synchronized Set<String> settled(Duration bound) throws InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        long before = looks; // what was seen until now may be over, or not have begun
        while ((looks == before || !open.isEmpty()) && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return looks == before ? Set.of("nobody could look") : Set.copyOf(open.keySet());
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
