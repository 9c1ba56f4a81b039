package dev.oncepay.faults.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches, from outside and all the while, which charges and refunds are processing: how long each takes from its
 * making to its end, and how long the last one takes once everything is healed.
 */
public final class Settling implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Reader reader;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong slowestMillis = new AtomicLong();
    private final Thread thread;
    private Map<String, Long> open = new HashMap<>();

    public Settling(Places places) {
        reader = new Reader(places);
        thread = new Thread(this::watch, "settling");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!ended.get()) {
            try {
                look();
            } catch (SQLException down) {
                // the database is what a fault has hit just now; what is open shows when it is back
            }
            try {
                Thread.sleep(LOOK_EVERY.toMillis());
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    private synchronized Set<String> look() throws SQLException {
        Map<String, Long> now = reader.open();
        long time = System.currentTimeMillis();
        open.forEach((id, made) -> {
            if (!now.containsKey(id)) {
                slowestMillis.accumulateAndGet(time - made, Math::max);
            }
        });
        open = now;
        return Set.copyOf(open.keySet());
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
    public Set<String> settled(Duration bound) throws InterruptedException, SQLException {
        long end = System.nanoTime() + bound.toNanos();
        Set<String> left = look();
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY.toMillis());
            left = look();
        }
        return left;
    }

    @Override
    public void close() {
        ended.set(true);
        thread.interrupt();
    }
}
