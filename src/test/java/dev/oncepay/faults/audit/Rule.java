package dev.oncepay.faults.audit;

/** What must hold, each with the words that a violation is reported under. */
public enum Rule {
    OUTCOME_FOR_EVERY_KEY("every operation got an outcome"),
    ONE_ROW_FOR_A_KEY("a key has at most one order, charge or refund"),
    ACQUIRER_HAS_OURS_AND_NO_MORE(
            "each authorization and refund at the acquirer is one of ours, and the other way round"),
    ONE_ANSWER("all outcome answers of a key have the same status and bytes"),
    THE_RIGHT_OUTCOME("each outcome is the one that card and amount call for"),
    SAME_AS_GET("each outcome is what GET says"),
    ACKNOWLEDGED_EXISTS("what was acknowledged exists"),
    NOTHING_LEFT_OPEN("nothing is processing after the settling time"),
    SUMS("sums are in bounds and exact"),
    NO_CONFLICT_AFTER_THE_OUTCOME("no 409 after an outcome was received"),
    OTHER_BODY_REFUSED("another payload under a finished key is refused"),
    IN_TIME("every request at a running instance is answered in time"),
    CONTRACT("every answer is one of the contract"),
    NO_BLOCKED_EVENT_LOOP("no event loop is blocked");

    private final String words;

    Rule(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
