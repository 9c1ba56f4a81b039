package dev.oncepay.idempotency;

import dev.oncepay.store.Latency;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/** How Redis does, for whoever watches: one log line when it is given up and one when it is back, and its figures. */
@ApplicationScoped
class RedisHealth {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.idempotency");

    private final AtomicBoolean up = new AtomicBoolean(true);
    private final Counter degraded;
    private final Timer steps;

    RedisHealth(MeterRegistry metrics) {
        degraded = Counter.builder("oncepay.idempotency.degraded")
                .description("Steps that went on without an answer of Redis")
                .register(metrics);
        steps = Latency.timer("oncepay.idempotency.redis")
                .description("Steps that Redis answered: claims, publications, releases")
                .register(metrics);
        Gauge.builder("oncepay.redis.up", up, state -> state.get() ? 1 : 0)
                .description("0 while the breaker spares the requests the wait for Redis")
                .register(metrics);
    }

    void answered(long beganNanos) {
        steps.record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
    }

    void didNotAnswer(Throwable failure) {
        degraded.increment();
        if (!(failure instanceof CircuitBreakerOpenException)) {
            LOG.debugf("event=redis-no-answer cause=%s", failure);
        }
    }

    /** Half open is neither: while it lasts, each second, nobody wants to read that nothing has changed. */
    void breakerIs(CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN && up.getAndSet(false)) {
            LOG.warn("event=redis-out requests go on without it, replays ask PostgreSQL");
        }
        if (state == CircuitBreakerState.CLOSED && !up.getAndSet(true)) {
            LOG.info("event=redis-back");
        }
    }
}
