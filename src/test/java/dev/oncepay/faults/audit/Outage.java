package dev.oncepay.faults.audit;

/**
 * While an instance was killed and not ready again, or was stopped: nobody can expect an answer.
 *
 * @param from by {@link System#nanoTime()}
 */
public record Outage(long from, long to) {}
