package dev.oncepay.acquirer;

import io.smallrye.mutiny.Uni;

/** The card network. It is told a key of its own for each charge, under which a repeated call has no second effect. */
public interface Acquirer {
    /**
     * @param charge id of the charge; the acquirer's idempotency key is made from it
     * @param amount in minor units
     */
    record Authorization(String merchant, String charge, long amount, String currency, String paymentMethod) {}

    /** Asks for the money. Never fails, and is answered within the acquirer's deadline. */
    Uni<Outcome> authorize(Authorization authorization);
}
