package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Expected;
import java.util.List;
import java.util.OptionalLong;

/**
 * One logical payment: an order, its charges, the refunds of the first of them.
 *
 * @param charges rounds: what is in one is sent at the same time, the next begins when the last is settled
 * @param refunds the same
 */
record Plan(int number, String merchant, long amount, List<List<Charge>> charges, List<List<Refund>> refunds) {
    record Charge(long amount, String card, Expected expected) {}

    /** @param amount nothing for all that is left */
    record Refund(OptionalLong amount, Expected expected) {}
}
