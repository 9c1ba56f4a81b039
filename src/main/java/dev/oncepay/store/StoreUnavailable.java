package dev.oncepay.store;

/**
 * A store did not answer, or not in time. What was sent to it may still take effect, unless {@link #nothingWasDone()}.
 */
public final class StoreUnavailable extends RuntimeException {
    private final boolean nothingWasDone;

    public StoreUnavailable(String message, boolean nothingWasDone, Throwable cause) {
        super(message, cause);
        this.nothingWasDone = nothingWasDone;
    }

    /** True only where the store itself said that it undid the work, or never got it. */
    public boolean nothingWasDone() {
        return nothingWasDone;
    }
}
