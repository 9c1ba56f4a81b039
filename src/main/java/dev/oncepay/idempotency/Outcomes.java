package dev.oncepay.idempotency;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.store.Latency;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

/** How guarded requests end, counted and timed, and the two refusals that are about the key itself. */
@ApplicationScoped
class Outcomes {
    private final Timer first;
    private final Timer replayed;
    private final Timer inUse;
    private final Timer reused;
    private final Counter takeovers;
    private final int reusedStatus;

    Outcomes(MeterRegistry metrics, IdempotencyConfig config) {
        first = timer(metrics, "first");
        replayed = timer(metrics, "replayed");
        inUse = timer(metrics, "in_use");
        reused = timer(metrics, "reused");
        takeovers = Counter.builder("oncepay.idempotency.takeovers")
                .description("Abandoned attempts that another one went on with")
                .register(metrics);
        reusedStatus = config.reusedStatus();
    }

    private static Timer timer(MeterRegistry metrics, String outcome) {
        return Latency.timer("oncepay.idempotency.requests")
                .description("Guarded requests by what their key led to, from the key to the answer")
                .tag("outcome", outcome)
                .register(metrics);
    }

    void first(Exchange exchange) {
        ended(first, exchange);
    }

    void replayed(Exchange exchange) {
        ended(replayed, exchange);
    }

    void takenOver() {
        takeovers.increment();
    }

    ProblemException inUse(Exchange exchange) {
        ended(inUse, exchange);
        return new ProblemException(
                ProblemCode.IDEMPOTENCY_KEY_IN_USE,
                "Wait for Retry-After seconds, then send the same request with the same key to get its answer.");
    }

    ProblemException reused(Exchange exchange) {
        ended(reused, exchange);
        return new ProblemException(Problem.of(
                        ProblemCode.IDEMPOTENCY_KEY_REUSED,
                        "The method, path, query or JSON body differs from the first request with this key.")
                .withStatus(reusedStatus));
    }

    private static void ended(Timer outcome, Exchange exchange) {
        outcome.record(exchange.elapsedNanos(), TimeUnit.NANOSECONDS);
    }
}
