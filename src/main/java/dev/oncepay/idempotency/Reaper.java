package dev.oncepay.idempotency;

import dev.oncepay.store.Postgres;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Deletes what is expired and completed, in small batches. A record in progress is never deleted, however old. */
@ApplicationScoped
class Reaper {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.idempotency");

    /** Small enough that a batch holds its locks for milliseconds. */
    private static final int BATCH = 500;

    /** Batches a turn: every five seconds 50 000 records go, more than one instance writes in that time. */
    private static final int BATCHES = 100;

    /**
     * The predicate stands twice: between the look and the delete the key may have been used again. The second time it
     * is written so that no index answers it: the planner takes what has expired for little, and would look all of it
     * through for each row, instead of the primary key.
     */
    private static final String REAP =
            """
            delete from idempotency_record r
            using (select merchant, key from idempotency_record
                   where state = 'completed' and expires_at <= now()
                   order by expires_at limit $1 for update skip locked) expired
            where r.merchant = expired.merchant and r.key = expired.key
              and r.state = 'completed' and r.expires_at - now() <= interval '0'
            """;

    private final Postgres postgres;
    private final Counter reaped;

    Reaper(Postgres postgres, MeterRegistry metrics) {
        this.postgres = postgres;
        this.reaped = Counter.builder("oncepay.idempotency.reaped")
                .description("Records deleted after their lifetime")
                .register(metrics);
    }

    @Scheduled(
            identity = "reaper",
            every = "{oncepay.recovery.every}",
            delayed = "{oncepay.recovery.every}",
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> reap() {
        return reap(BATCHES).onFailure().recoverWithUni(failure -> {
            LOG.warnf("event=reaper-failed cause=%s", failure);
            return Uni.createFrom().voidItem();
        });
    }

    private Uni<Void> reap(int batches) {
        return postgres.regular(REAP, Tuple.of(BATCH)).chain(rows -> {
            reaped.increment(rows.rowCount());
            return rows.rowCount() < BATCH || batches == 1 ? Uni.createFrom().voidItem() : reap(batches - 1);
        });
    }
}
