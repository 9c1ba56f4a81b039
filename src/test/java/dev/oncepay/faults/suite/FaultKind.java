package dev.oncepay.faults.suite;

import java.util.Locale;

/** What can be done to one of the parts, and for how long, in ms. */
enum FaultKind {
    INSTANCE_KILL(50, 800),
    /** Past the lease, which is 2 s here, and on again. */
    INSTANCE_STOP(2300, 4000),
    POSTGRES_KILL(50, 600),
    POSTGRES_STOP(400, 2600),
    POSTGRES_RESTART(0, 300),
    REDIS_KILL(100, 1500),
    REDIS_STOP(200, 2000),
    REDIS_FLUSH(0, 0),
    REDIS_FILL(300, 2000),
    SANDBOX_KILL(50, 800),
    SANDBOX_STOP(400, 2600),
    WAY_TO_POSTGRES_CUT(400, 1500),
    WAY_TO_POSTGRES_DELAYED(400, 1500),
    WAY_TO_POSTGRES_STALLED(300, 2600),
    WAY_TO_REDIS_CUT(400, 1500),
    WAY_TO_REDIS_DELAYED(400, 1500),
    WAY_TO_REDIS_STALLED(300, 2600),
    WAY_TO_ACQUIRER_CUT(400, 1500),
    WAY_TO_ACQUIRER_DELAYED(400, 1500),
    WAY_TO_ACQUIRER_STALLED(300, 2600);

    private final int shortest;
    private final int longest;

    FaultKind(int shortest, int longest) {
        this.shortest = shortest;
        this.longest = longest;
    }

    int shortest() {
        return shortest;
    }

    int longest() {
        return longest;
    }

    /** Whether one instance is hit, itself or a way of its own. */
    boolean isOfOneInstance() {
        return name().startsWith("INSTANCE") || name().startsWith("WAY");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
