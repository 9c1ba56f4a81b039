package dev.oncepay.faults.audit;

import java.util.Optional;

/**
 * One request, and how it ended.
 *
 * @param instance  which one was asked, counted from 0
 * @param otherBody whether another payload was sent under the operation's key, to see it refused
 * @param from      by {@link System#nanoTime()}
 * @param answer    nothing unless it was answered
 */
public record Exchange(
        Operation operation,
        int instance,
        boolean otherBody,
        long from,
        long to,
        Ending ending,
        Optional<Answer> answer) {
    /** How a request ended. */
    public enum Ending {
        ANSWERED,
        /** The client hung up before there was an answer, because it wanted to. */
        HUNG_UP,
        /** The connection was refused, or ended in the middle. */
        BROKEN,
        /** Nothing came in all the client's patience. */
        SILENT
    }

    public boolean isOutcome() {
        return !otherBody && answer.filter(Answer::isOutcome).isPresent();
    }

    public boolean overlaps(Outage outage) {
        return from <= outage.to() && outage.from() <= to;
    }
}
