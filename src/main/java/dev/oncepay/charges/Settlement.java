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

    /** Full batches in a row while the acquirer answers: what an outage left open is worked off at its speed. */
    private static final int ROUNDS = 40;

    private final Postgres postgres;
    private final Guard guard;
    private final Duration turn;
    private final Kind<Charge> charges;
    private final Kind<Refund> refunds;

    /** One table of what can be open, and the way to settle it. */
    private record Kind<T extends Unsettled>(
            String name,
            OpenRow rows,
            SettlementMetrics metrics,
            BiFunction<String, String, Uni<T>> load,
            Function<T, OutsideEffect<T, Outcome>> flow) {}

    Settlement(Postgres postgres, Guard guard, Wire wire, MeterRegistry metrics) {
        this.postgres = postgres;
        this.guard = guard;
        this.turn = wire.turn();
        charges = new Kind<>(
                "charge",
                OpenRow.CHARGES,
                new SettlementMetrics(metrics, "charge", "charges"),
                Charge::of,
                charge -> new ChargeFlow(charge, wire));
        refunds = new Kind<>(
                "refund",
                OpenRow.REFUNDS,
                new SettlementMetrics(metrics, "refund", "refunds"),
                Refund::of,
                refund -> new RefundFlow(refund, Optional.empty(), wire));
    }

    @Scheduled(
            identity = "settle-charges",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> charges() {
        return sweep(charges);
    }

    @Scheduled(
            identity = "settle-refunds",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> refunds() {
        return sweep(refunds);
    }

    private <T extends Unsettled> Uni<Void> sweep(Kind<T> kind) {
        return sweep(kind, ROUNDS)
                .chain(done -> kind.metrics().countOpen(postgres))
                .onFailure()
                .recoverWithUni(failure -> told("sweep-failed", failure));
    }

    /** Not another round when none was settled: a silent acquirer is left alone until the next turn. */
    private <T extends Unsettled> Uni<Void> sweep(Kind<T> kind, int rounds) {
        return kind.rows().takeUp(postgres, turn, BATCH).chain(due -> Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUni(row -> apart(() -> settle(kind, row.getString(0), row.getString(1))
                        .onFailure()
                        .recoverWithUni(
                                failure -> told("settlement-failed", failure).replaceWith(false))))
                .merge(BATCH)
                .collect()
                .asList()
                .chain(settled -> due.size() == BATCH && settled.contains(true) && rounds > 1
                        ? sweep(kind, rounds - 1)
                        : Uni.createFrom().voidItem()));
    }

    /** What failed is due again when its turn is over. */
    private static Uni<Void> told(String event, Throwable failure) {
        LOG.warnf("event=%s cause=%s", event, failure);
        return Uni.createFrom().voidItem();
    }

    /** On a context of its own: a Hibernate session belongs to a context and does one thing at a time. */
    private static <R> Uni<R> apart(Supplier<Uni<R>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Context own = VertxContext.createNewDuplicatedContext();
            VertxContextSafetyToggle.setContextSafe(own, true);
            own.runOnContext(go -> work.get().subscribe().with(emitter::complete, emitter::fail));
        });
    }

    /** @return whether it is settled now */
    private <T extends Unsettled> Uni<Boolean> settle(Kind<T> kind, String merchant, String id) {
        return postgres.settlingSession(() -> kind.load().apply(merchant, id)).chain(thing -> {
            OutsideEffect<T, Outcome> flow = kind.flow().apply(thing);
            return flow.call(thing)
                    .chain(outcome -> outcome instanceof Outcome.Unknown unknown
                            ? backOff(kind, thing, unknown.reason()).replaceWith(false)
                            : settle(kind, thing, flow, flow.after(thing, outcome))
                                    .replaceWith(true));
        });
    }

    private <T extends Unsettled> Uni<Void> settle(Kind<T> kind, T thing, OutsideEffect<T, Outcome> flow, T after) {
        return guard.settle(flow, thing.merchant(), thing.idempotencyKey(), thing.path(), after)
                .invoke(kept -> {
                    kind.metrics().settled(after.status(), thing.tries());
                    LOG.infof(
                            "event=settled operation=%s merchant=%s id=%s status=%s tries=%d",
                            kind.name(), thing.merchant(), thing.id(), after.status(), thing.tries());
                })
                .replaceWithVoid();
    }

    private Uni<Void> backOff(Kind<?> kind, Unsettled thing, String reason) {
        if (thing.tries() >= TRIES_BEFORE_ALARM) {
            kind.metrics().overdue();
            LOG.errorf(
                    "event=settlement-overdue operation=%s merchant=%s id=%s tries=%d cause=%s",
                    kind.name(), thing.merchant(), thing.id(), thing.tries(), reason);
        }
        Duration wait = Duration.ofMillis(backoffMillis(thing.tries()));
        return postgres.settlingTransaction(() -> kind.rows().postpone(thing.merchant(), thing.id(), wait))
                .replaceWithVoid();
    }

    /** 1, 2, 4, … up to 60 s, of which the second half is chance: instances and charges spread out. */
    static long backoffMillis(int tries) {
        long full = Math.min(MAX_BACKOFF.toMillis(), 1000L << Math.min(Math.max(tries - 1, 0), 10));
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }
}
