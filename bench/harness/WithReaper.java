package harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Orders whose records live so shortly that, after a while, as many expire as are written. */
final class WithReaper extends HttpWorkload {
    static final int LIFETIME_SECONDS = 10;

    /** The lifetime, and one turn of the reaper: from then on writes and deletions keep step. */
    private static final int UNTIL_STEADY_SECONDS = LIFETIME_SECONDS + 6;

    private final LongSupplier expired;
    private final List<Double> deletedForEachWritten = new ArrayList<>();
    private final List<Double> secondsBehind = new ArrayList<>();

    /** @param expired records whose lifetime is over, and that are still there */
    WithReaper(Instance instance, Wrk wrk, LongSupplier expired) {
        super("order-reaped", "order, while the reaper deletes as many", instance, wrk);
        this.expired = expired;
    }

    @Override
    public void beforeMeasuring(int connections) {
        super.run(UNTIL_STEADY_SECONDS, connections);
    }

    @Override
    public Load run(int seconds, int connections) {
        double before = deleted();
        Load load = super.run(seconds, connections);
        deletedForEachWritten.add((deleted() - before) / Math.max(load.requests(), 1));
        secondsBehind.add(expired.getAsLong() / Math.max(load.perSecond(), 1));
        return load;
    }

    private double deleted() {
        return instance().metric("oncepay_idempotency_reaped_total");
    }

    /** Of the measured runs: what came before was no steady state. */
    double deletedForEachWritten(int rounds) {
        return Results.median(lastOfEachRound(deletedForEachWritten, rounds));
    }

    /** How many seconds' worth of writes had expired and not been deleted, at the end of each measured run. */
    double secondsBehind(int rounds) {
        return Results.median(lastOfEachRound(secondsBehind, rounds));
    }

    /** In each round a run to settle comes first, and the measured one follows. */
    private static List<Double> lastOfEachRound(List<Double> all, int rounds) {
        List<Double> measured = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            measured.add(all.get(all.size() - 1 - 2 * round));
        }
        return measured;
    }
}
