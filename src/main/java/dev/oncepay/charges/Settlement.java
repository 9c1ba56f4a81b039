package dev.oncepay.charges;

import dev.oncepay.acquirer.Acquirer;
import dev.oncepay.acquirer.AcquirerConfig;
import dev.oncepay.acquirer.Outcome;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.IdempotencyConfig;
import dev.oncepay.store.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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

    /** Whoever takes a charge up moves its next attempt, so another instance's sweep passes it by. */
    private static final String TAKE_UP =
            """
            update charges c set tries = c.tries + 1, next_attempt_at = now() + $1 * interval '1 ms'
            from (select merchant, id from charges where status = 'processing' and next_attempt_at <= now()
                  order by next_attempt_at limit $2 for update skip locked) due
            where c.merchant = due.merchant and c.id = due.id and c.status = 'processing'
            returning c.merchant, c.id
            """;

    private static final String BACK_OFF =
            """
            update charges set next_attempt_at = now() + $3 * interval '1 ms'
            where merchant = $1 and id = $2 and status = 'processing'
            """;

    private final Postgres postgres;
    private final Acquirer acquirer;
    private final Guard guard;
    private final IdempotencyConfig idempotency;
    private final AcquirerConfig acquirerConfig;
    private final MeterRegistry metrics;

    Settlement(
            Postgres postgres,
            Acquirer acquirer,
            Guard guard,
            IdempotencyConfig idempotency,
            AcquirerConfig acquirerConfig,
            MeterRegistry metrics) {
        this.postgres = postgres;
        this.acquirer = acquirer;
        this.guard = guard;
        this.idempotency = idempotency;
        this.acquirerConfig = acquirerConfig;
        this.metrics = metrics;
    }

    @Scheduled(
            identity = "settlement",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        Duration untilTakenUpAgain = acquirerConfig.timeout().plus(Duration.ofSeconds(10));
        return postgres.statement(TAKE_UP, Tuple.of((double) untilTakenUpAgain.toMillis(), BATCH))
                .map(rows -> {
                    List<Row> due = new ArrayList<>();
                    rows.forEach(due::add);
                    return due;
                })
                .onItem()
                .transformToMulti(due -> Multi.createFrom().iterable(due))
                .onItem()
                .transformToUni(row -> apart(() -> settle(row.getString(0), row.getString(1))))
                .merge(BATCH)
                .collect()
                .last()
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf("event=sweep-failed cause=%s", failure);
                    return Uni.createFrom().voidItem();
                });
    }

    /** On a context of its own: a Hibernate session belongs to a context and does one thing at a time. */
    private static Uni<Void> apart(Supplier<Uni<Void>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Context own = VertxContext.createNewDuplicatedContext();
            VertxContextSafetyToggle.setContextSafe(own, true);
            own.runOnContext(go -> work.get().subscribe().with(emitter::complete, emitter::fail));
        });
    }

    private Uni<Void> settle(String merchant, String id) {
        return postgres.session(() -> Charge.of(merchant, id))
                .chain(charge -> settle(charge, new ChargeFlow(charge, acquirer, postgres, idempotency.lease())))
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf("event=settlement-failed charge=%s cause=%s", id, failure);
                    return Uni.createFrom().voidItem(); // it is due again when its time is over
                });
    }

    private Uni<Void> settle(Charge charge, ChargeFlow flow) {
        return flow.call(charge).chain(outcome -> {
            if (outcome instanceof Outcome.Unknown unknown) {
                return backOff(charge, unknown.reason());
            }
            Charge after = flow.after(charge, outcome);
            return guard.settle(flow, charge.merchant, charge.idempotencyKey, charge.path(), after)
                    .invoke(kept -> {
                        metrics.counter("oncepay.settled", "status", after.status)
                                .increment();
                        LOG.infof("event=settled charge=%s status=%s tries=%d", charge.id, after.status, charge.tries);
                    })
                    .replaceWithVoid();
        });
    }

    private Uni<Void> backOff(Charge charge, String reason) {
        if (charge.tries >= TRIES_BEFORE_ALARM) {
            metrics.counter("oncepay.settlement.overdue").increment();
            LOG.errorf("event=settlement-overdue charge=%s tries=%d cause=%s", charge.id, charge.tries, reason);
        }
        return postgres.statement(BACK_OFF, Tuple.of(charge.merchant, charge.id, (double) backoffMillis(charge.tries)))
                .replaceWithVoid();
    }

    /** 1, 2, 4, … up to 60 s, of which the second half is chance: instances and charges spread out. */
    static long backoffMillis(int tries) {
        long full = Math.min(MAX_BACKOFF.toMillis(), 1000L << Math.min(Math.max(tries - 1, 0), 10));
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }
}
