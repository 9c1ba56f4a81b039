package dev.oncepay.faults.suite;

import java.time.Duration;

/**
 * One of the schedule.
 *
 * @param instance that is hit, counted from 0; 0 where none is
 * @param hold     how long it lasts, before it is healed
 * @param delay    how long each piece is held up on a delayed way
 */
record Fault(int number, FaultKind kind, int instance, Duration hold, Duration delay) {
    /** What is hit: two faults of the same part do not overlap, all others do. */
    String part() {
        String name = kind.toString();
        String part = name.substring(0, name.lastIndexOf('-'));
        return kind.isOfOneInstance() ? part + " " + instance : part;
    }

    @Override
    public String toString() {
        return "%d %s%s for %d ms"
                .formatted(number, kind, kind.isOfOneInstance() ? " of instance " + instance : "", hold.toMillis());
    }
}
