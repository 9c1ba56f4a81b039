package dev.oncepay.idempotency;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** How guarded requests end, counted, and the two refusals that are about the key itself. */
@ApplicationScoped
class Outcomes {
    private final Counter first;
    private final Counter replayed;
    private final Counter inUse;
    private final Counter reused;
    private final int reusedStatus;

    Outcomes(MeterRegistry metrics, IdempotencyConfig config) {
        first = counter(metrics, "first");
        replayed = counter(metrics, "replayed");
        inUse = counter(metrics, "in_use");
        reused = counter(metrics, "reused");
        reusedStatus = config.reusedStatus();
    }

    private static Counter counter(MeterRegistry metrics, String outcome) {
        return Counter.builder("oncepay.idempotency.requests")
                .description("Guarded requests by what their key led to")
                .tag("outcome", outcome)
                .register(metrics);
    }

    void first() {
        first.increment();
    }

    void replayed() {
        replayed.increment();
    }

    ProblemException inUse() {
        inUse.increment();
        return new ProblemException(
                ProblemCode.IDEMPOTENCY_KEY_IN_USE,
                "Wait for Retry-After seconds, then send the same request with the same key to get its answer.");
    }

    ProblemException reused() {
        reused.increment();
        return new ProblemException(Problem.of(
                        ProblemCode.IDEMPOTENCY_KEY_REUSED,
                        "The method, path, query or JSON body differs from the first request with this key.")
                .withStatus(reusedStatus));
    }
}
