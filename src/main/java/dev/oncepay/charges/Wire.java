package dev.oncepay.charges;

import dev.oncepay.acquirer.Acquirer;
import dev.oncepay.acquirer.AcquirerConfig;
import dev.oncepay.idempotency.IdempotencyConfig;
import dev.oncepay.store.Postgres;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** What both flows go through: the acquirer, Postgres, and how long things take. */
@ApplicationScoped
class Wire {
    /** Instances' clocks differ a little; a key is counted as forgotten a little early. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    /** When a client should look again at what is not settled: the sweep's usual first try is over by then. */
    static final int LOOK_AGAIN_SECONDS = 5;

    /** The sweep leaves a row alone for so long after a live attempt got no answer. */
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

    private static final Duration AROUND_A_CALL = Duration.ofSeconds(5);

    private final Acquirer acquirer;
    private final Postgres postgres;
    private final IdempotencyConfig idempotency;
    private final AcquirerConfig config;

    Wire(Acquirer acquirer, Postgres postgres, IdempotencyConfig idempotency, AcquirerConfig config) {
        this.acquirer = acquirer;
        this.postgres = postgres;
        this.idempotency = idempotency;
        this.config = config;
    }

    Acquirer acquirer() {
        return acquirer;
    }

    Postgres postgres() {
        return postgres;
    }

    /** How long a live attempt is left alone by the sweep. */
    double leaseMillis() {
        return idempotency.lease().toMillis();
    }

    /**
     * How long one instance's sweep keeps a row to itself: a call and the statements around it. Whoever dies in the
     * middle keeps it from the others for that long, so never longer than the lease; a turn that ends too soon costs one
     * more call under the same key.
     */
    Duration turn() {
        Duration turn = config.timeout().plus(AROUND_A_CALL);
        Duration lease = idempotency.lease();
        return turn.compareTo(lease) < 0 ? turn : lease;
    }

    /** Whether the acquirer may have forgotten the key of what was made then: it is looked up, never posted again. */
    boolean keyIsForgotten(Unsettled thing) {
        Duration age = Duration.between(thing.createdAt(), Instant.now());
        return age.plus(CLOCKS_APART).compareTo(config.keyLifetime()) > 0;
    }
}
