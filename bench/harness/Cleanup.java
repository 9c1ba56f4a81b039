package harness;

import java.util.ArrayDeque;
import java.util.Deque;

/** Ends whatever was started, the last first: when all is done, on a failure, and on Ctrl-C. */
final class Cleanup implements AutoCloseable {
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private boolean closed;

    Cleanup() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    synchronized void later(Runnable end) {
        if (closed) {
            end.run(); // started while all was being ended
        } else {
            ends.push(end);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!ends.isEmpty()) {
            try {
                ends.pop().run();
            } catch (RuntimeException failure) {
                System.err.println("ending what was started: " + failure.getMessage());
            }
        }
    }
}
