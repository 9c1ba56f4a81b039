package dev.oncepay.acquirer;

/** What the acquirer said of an authorization. A new outcome does not compile until every reader handles it. */
public sealed interface Outcome {
    /** @param authorization the acquirer's id of it */
    record Approved(String authorization) implements Outcome {}

    /** @param code the acquirer's reason, such as {@code insufficient_funds} */
    record Declined(String code) implements Outcome {}

    /**
     * No definite answer: it may have approved all the same.
     *
     * @param reason for the log
     */
    record Unknown(String reason) implements Outcome {}

    default <T> T fold(
            java.util.function.Function<Approved, T> approved,
            java.util.function.Function<Declined, T> declined,
            java.util.function.Function<Unknown, T> unknown) {
        if (this instanceof Approved yes) {
            return approved.apply(yes);
        }
        return this instanceof Declined no ? declined.apply(no) : unknown.apply((Unknown) this);
    }
}
