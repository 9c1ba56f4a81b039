package harness;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Two workloads compared, round by round; the median of the rounds counts. */
record Ratio(String title, String over, String under, Of of, double target) {
    /** What is compared, and whether more of it is better. */
    enum Of {
        THROUGHPUT(Sample::perSecond, true),
        P99(Sample::p99Millis, false);

        private final ToDoubleFunction<Sample> figure;
        private final boolean moreIsBetter;

        Of(ToDoubleFunction<Sample> figure, boolean moreIsBetter) {
            this.figure = figure;
            this.moreIsBetter = moreIsBetter;
        }
    }

    static final List<Ratio> OF_RUN = List.of(
            new Ratio("guarded order / unguarded order", "order", "order-unguarded", Of.THROUGHPUT, 0.85),
            new Ratio("guarded charge / unguarded charge", "charge", "charge-unguarded", Of.THROUGHPUT, 0.93),
            new Ratio("replay / noop", "replay", "noop", Of.THROUGHPUT, 0.65),
            new Ratio(
                    "guarded order / pgbench with the same statements", "order", "pgbench-order", Of.THROUGHPUT, 0.50),
            new Ratio(
                    "guarded order with Redis killed / with Redis",
                    "order-without-redis",
                    "order",
                    Of.THROUGHPUT,
                    0.60),
            new Ratio("p99 of a guarded order / of an unguarded one", "order", "order-unguarded", Of.P99, 1.5));

    static final List<Ratio> OF_GROWTH = List.of(
            new Ratio(
                    "guarded order with a million records / with none",
                    "order-million",
                    "order-none",
                    Of.THROUGHPUT,
                    0.95),
            new Ratio(
                    "guarded order while the reaper deletes as many / with none",
                    "order-reaped",
                    "order-none",
                    Of.THROUGHPUT,
                    0));

    boolean isMeasured(Results results) {
        return results.has(over) && results.has(under);
    }

    List<Double> rounds(Results results) {
        return IntStream.range(0, results.rounds())
                .mapToObj(round -> of.figure.applyAsDouble(results.sample(over, round))
                        / of.figure.applyAsDouble(results.sample(under, round)))
                .toList();
    }

    double value(Results results) {
        return Results.median(rounds(results));
    }

    boolean hasTarget() {
        return target > 0;
    }

    boolean isMet(Results results) {
        return of.moreIsBetter ? value(results) >= target : value(results) <= target;
    }

    String targetText() {
        return hasTarget() ? (of.moreIsBetter ? "≥ " : "≤ ") + Results.text(target) : "–";
    }
}
