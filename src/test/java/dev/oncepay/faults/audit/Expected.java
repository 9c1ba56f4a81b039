package dev.oncepay.faults.audit;

/** How an operation must end, by the contract: what its card and its amount call for. */
public sealed interface Expected {
    /** 201; or 202, and it succeeds later. */
    record Succeeds() implements Expected {}

    /** 402 with this code; or 202, and it is declined later. */
    record Declined(String declineCode) implements Expected {}

    /** 422, or 404, with this problem's code; there is no row of it. */
    record Refused(String problem) implements Expected {}

    /**
     * One of several that together want more than there is: it succeeds, or is refused with this problem's code.
     *
     * @param contest the others have the same
     * @param winners of the contest: so many succeed, not one more and not one less
     */
    record Contends(String contest, int winners, String problem) implements Expected {}
}
