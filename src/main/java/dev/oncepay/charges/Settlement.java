package dev.oncepay.charges;

import dev.oncepay.acquirer.Outcome;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.OutsideEffect;
import dev.oncepay.store.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The sweep: whatever is still processing is asked for again under the acquirer's same key, and settled, whoever began
 * it and however it was answered.
 */
@ApplicationScoped
class Settlement {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.settlement");

    /** Taken up at once by one instance; all asked at the same time, so a silent acquirer costs one deadline. */
    private static final int BATCH = 50;

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(60);

    /** From this try on a person should look: with the longest backoff that is some minutes of an acquirer's silence. */
    private static final int TRIES_BEFORE_ALARM = 10;

    private final Postgres postgres;
    private final Guard guard;
    private final Wire wire;
    private final MeterRegistry metrics;

    Settlement(Postgres postgres, Guard guard, Wire wire, MeterRegistry metrics) {
        this.postgres = postgres;
        this.guard = guard;
        this.wire = wire;
        this.metrics = metrics;
    }

    @Scheduled(
            identity = "settle-charges",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> charges() {
        return sweep(OpenRow.CHARGES, Charge::of, charge -> new ChargeFlow(charge, wire));
    }

    @Scheduled(
            identity = "settle-refunds",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> refunds() {
        return sweep(OpenRow.REFUNDS, Refund::of, refund -> new RefundFlow(refund, Optional.empty(), wire));
    }

    private <T extends Unsettled> Uni<Void> sweep(
            OpenRow rows, BiFunction<String, String, Uni<T>> load, Function<T, OutsideEffect<T, Outcome>> flow) {
        return rows.takeUp(postgres, wire.turn(), BATCH)
                .onItem()
                .transformToMulti(due -> Multi.createFrom().iterable(due))
                .onItem()
                .transformToUni(
                        row -> apart(() -> postgres.session(() -> load.apply(row.getString(0), row.getString(1)))
                                .chain(thing -> settle(rows, thing, flow.apply(thing)))
                                .onFailure()
                                .recoverWithUni(failure -> told("settlement-failed", failure))))
                .merge(BATCH)
                .collect()
                .last()
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> told("sweep-failed", failure));
    }

    /** What failed is due again when its turn is over. */
    private static Uni<Void> told(String event, Throwable failure) {
        LOG.warnf("event=%s cause=%s", event, failure);
        return Uni.createFrom().voidItem();
    }

    /** On a context of its own: a Hibernate session belongs to a context and does one thing at a time. */
    private static Uni<Void> apart(Supplier<Uni<Void>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Context own = VertxContext.createNewDuplicatedContext();
            VertxContextSafetyToggle.setContextSafe(own, true);
            own.runOnContext(go -> work.get().subscribe().with(emitter::complete, emitter::fail));
        });
    }

    private <T extends Unsettled> Uni<Void> settle(OpenRow rows, T thing, OutsideEffect<T, Outcome> flow) {
        return flow.call(thing).chain(outcome -> {
            if (outcome instanceof Outcome.Unknown unknown) {
                return backOff(rows, thing, unknown.reason());
            }
            T after = flow.after(thing, outcome);
            return guard.settle(flow, thing.merchant(), thing.idempotencyKey(), thing.path(), after)
                    .invoke(kept -> {
                        metrics.counter("oncepay.settled", "operation", flow.operation(), "status", after.status())
                                .increment();
                        LOG.infof("event=settled id=%s status=%s tries=%d", thing.id(), after.status(), thing.tries());
                    })
                    .replaceWithVoid();
        });
    }

    private Uni<Void> backOff(OpenRow rows, Unsettled thing, String reason) {
        if (thing.tries() >= TRIES_BEFORE_ALARM) {
            metrics.counter("oncepay.settlement.overdue").increment();
            LOG.errorf("event=settlement-overdue id=%s tries=%d cause=%s", thing.id(), thing.tries(), reason);
        }
        Duration wait = Duration.ofMillis(backoffMillis(thing.tries()));
        return postgres.transaction(() -> rows.postpone(thing.merchant(), thing.id(), wait))
                .replaceWithVoid();
    }

    /** 1, 2, 4, … up to 60 s, of which the second half is chance: instances and charges spread out. */
    static long backoffMillis(int tries) {
        long full = Math.min(MAX_BACKOFF.toMillis(), 1000L << Math.min(Math.max(tries - 1, 0), 10));
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }
}
