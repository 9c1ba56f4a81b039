package dev.oncepay.acquirer;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;

/**
 * The card network. It is told a key of its own for each charge and refund, made from the id, under which a repeated
 * call has no second effect. No call fails, and each is answered within the acquirer's deadline.
 */
public interface Acquirer {
    /**
     * Money to take.
     *
     * @param charge id of the charge; the key is made from it
     * @param amount in minor units
     */
    @RegisterForReflection
    record Authorization(String merchant, String charge, long amount, String currency, String paymentMethod) {}

    /**
     * Money to give back.
     *
     * @param refund        id of the refund; the key is made from it
     * @param authorization the acquirer's id of what was taken
     * @param amount        in minor units
     */
    @RegisterForReflection
    record Reversal(
            String merchant,
            String charge,
            String refund,
            String authorization,
            long amount,
            String currency,
            String paymentMethod) {}

    /** @param repeated whether an earlier call may have arrived: then a refusal of this one proves nothing about it */
    Uni<Outcome> authorize(Authorization authorization, boolean repeated);

    /** @param repeated as above */
    Uni<Outcome> refund(Reversal reversal, boolean repeated);

    /** What became of a charge, without asking for it again: for when the acquirer may have forgotten its key. */
    Uni<Outcome> lookUpAuthorization(String charge);

    /** What became of a refund, without asking for it again. */
    Uni<Outcome> lookUpRefund(String refund);
}
