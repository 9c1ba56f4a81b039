package dev.oncepay.charges;

import dev.oncepay.store.Postgres;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the sweep of one table did, and what is still open there, for whoever watches. */
final class SettlementMetrics {
    /** Beyond it nobody needs to know how many; counting them all would cost the more the worse things are. */
    private static final int COUNTED = 10_000;

    /** The ages at which an open charge means something else: a slow answer, a lost one, an outage, a forgotten one. */
    private static final Map<String, String> AGES = new LinkedHashMap<>();

    static {
        AGES.put("under_1m", "created_at > now() - interval '1 minute'");
        AGES.put(
                "under_10m",
                "created_at <= now() - interval '1 minute' and created_at > now() - interval '10 minutes'");
        AGES.put("under_1h", "created_at <= now() - interval '10 minutes' and created_at > now() - interval '1 hour'");
        AGES.put("over_1h", "created_at <= now() - interval '1 hour'");
    }

    private final MeterRegistry metrics;
    private final String operation;
    private final String count;
    private final DistributionSummary tries;
    private final Counter overdue;
    private final Map<String, AtomicLong> open = new LinkedHashMap<>();

    SettlementMetrics(MeterRegistry metrics, String operation, String table) {
        this.metrics = metrics;
        this.operation = operation;
        tries = DistributionSummary.builder("oncepay.settlement.tries")
                .description("How often the sweep asked the acquirer until a charge or refund was settled")
                .tag("operation", operation)
                .serviceLevelObjectives(1, 2, 3, 5, 10, 20, 50)
                .register(metrics);
        overdue = Counter.builder("oncepay.settlement.overdue")
                .description("Tries of the sweep, from the tenth for one charge or refund on, without an answer")
                .tag("operation", operation)
                .register(metrics);
        AGES.keySet().forEach(age -> open.put(age, register(age)));
        // By the partial index of the open rows: the cost is that of what is open, not of the table.
        StringBuilder columns = new StringBuilder();
        AGES.values().forEach(age -> columns.append(columns.isEmpty() ? "" : ", ")
                .append("count(*) filter (where ")
                .append(age)
                .append(")"));
        count = "select " + columns + " from (select created_at from " + table
                + " where status = 'processing' order by next_attempt_at limit $1) open";
    }

    private AtomicLong register(String age) {
        AtomicLong number = new AtomicLong();
        Gauge.builder("oncepay.unsettled", number, AtomicLong::get)
                .description(
                        "Charges or refunds whose outcome is not known, by age; at most " + COUNTED + " are counted")
                .tag("operation", operation)
                .tag("age", age)
                .register(metrics);
        return number;
    }

    void settled(String status, int triesNeeded) {
        metrics.counter("oncepay.settled", "operation", operation, "status", status)
                .increment();
        tries.record(triesNeeded);
    }

    void overdue() {
        overdue.increment();
    }

    Uni<Void> countOpen(Postgres postgres) {
        return postgres.regular(count, Tuple.of(COUNTED))
                .invoke(rows -> {
                    Row row = rows.iterator().next();
                    int column = 0;
                    for (AtomicLong number : open.values()) {
                        number.set(row.getLong(column++));
                    }
                })
                .replaceWithVoid();
    }
}
