package harness;

import java.time.Duration;
import java.util.concurrent.Callable;

/** For a condition, with a bound. */
final class Wait {
    private static final long PAUSE_MILLIS = 100;
    private static final long MOMENT_MILLIS = 300;

    private Wait() {}

    static void until(String what, Duration limit, Callable<Boolean> condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited in vain, " + limit.toSeconds() + " s: " + what);
            }
            pause(PAUSE_MILLIS);
        }
    }

    /** Many times what a request takes. */
    static void aMoment() {
        pause(MOMENT_MILLIS);
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (IllegalStateException hopeless) {
            throw hopeless;
        } catch (Exception notYet) {
            return false;
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
