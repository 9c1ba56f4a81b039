package dev.oncepay.faults.audit;

/**
 * What a client wants once, under one key, however often it asks.
 *
 * @param id   unique in the run, and part of what is sent: the order's reference, the charge's metadata, the refund's
 *             reason. So each row tells which operation made it
 * @param path without the host
 */
public record Operation(
        String id, String merchant, String key, Kind kind, String path, String body, Expected expected) {
    /** What is asked for. */
    public enum Kind {
        ORDER,
        CHARGE,
        REFUND
    }
}
