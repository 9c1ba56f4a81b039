package dev.oncepay.charges;

import java.time.Instant;

/** What the sweep must know of a charge or refund to bring it to its end. */
interface Unsettled {
    String merchant();

    String id();

    /** Of the resource, which is how its record names it. */
    String path();

    String status();

    /** The client's key, of the record that the settlement completes. */
    String idempotencyKey();

    /** How often the sweep has asked. */
    int tries();

    Instant createdAt();
}
