package dev.oncepay.faults.audit;

/** A rule that was broken, and where. */
public record Violation(Rule rule, String where) {
    @Override
    public String toString() {
        return rule + ": " + where;
    }
}
