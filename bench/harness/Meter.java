package harness;

import java.util.List;

/** Runs a workload, and reads before and after it what it has cost. */
final class Meter {
    private static final int SETTLE_SECONDS = 1;
    private static final int COUNT_SECONDS = 2;

    private final Postgres postgres;
    private final List<Redis> redis;

    Meter(Postgres postgres, List<Redis> redis) {
        this.postgres = postgres;
        this.redis = redis;
    }

    private record Costs(long service, long postgres, long redis, long client, long wal) {}

    private Costs costs(Workload workload) {
        long wal = postgres.wal(); // first, and so before and after alike: it starts a process too
        return new Costs(
                workload.serviceMicros(),
                postgres.cpuMicros(),
                redis.stream().mapToLong(Redis::cpuMicros).sum(),
                Cpu.ofEndedChildren(),
                wal);
    }

    /** After a second that does not count: connections are made, and pools filled, by then. */
    Sample measure(Workload workload, int seconds, int connections) {
        workload.begin();
        try {
            workload.beforeMeasuring(connections);
            workload.run(SETTLE_SECONDS, connections);
            long effects = workload.effects();
            Costs before = costs(workload);
            Load load = workload.run(seconds, connections);
            Costs after = costs(workload);
            double requests = Math.max(load.requests(), 1);
            return new Sample(
                    load.perSecond(),
                    load.p50Millis(),
                    load.p99Millis(),
                    (after.service - before.service) / requests,
                    (after.postgres - before.postgres) / requests,
                    (after.redis - before.redis) / requests,
                    (after.client - before.client) / requests,
                    (after.wal - before.wal) / requests,
                    load.errors() + wrongEffects(workload, load, workload.effects() - effects, connections));
        } finally {
            workload.end();
        }
    }

    /** What was in flight when a client ended is made all the same, before or after a count. */
    private static long wrongEffects(Workload workload, Load load, long made, int connections) {
        long expected = workload.makesOneEach() ? load.requests() - load.errors() : 0;
        long most = workload.makesOneEach() ? load.requests() + 2L * connections : 0;
        return made < expected ? expected - made : Math.max(made - most, 0);
    }

    /** SQL statements for each request. Apart from the measuring, since counting them costs a little. */
    double statements(Workload workload, int connections) {
        workload.begin();
        try {
            workload.run(SETTLE_SECONDS, connections);
            postgres.set("pg_stat_statements.track", "top");
            postgres.query("postgres", "select pg_stat_statements_reset()");
            Load load = workload.run(COUNT_SECONDS, connections);
            long calls = postgres.number(
                    "postgres",
                    "select coalesce(sum(calls), 0)::bigint from pg_stat_statements join pg_database d on d.oid = dbid"
                            + " where datname = '" + workload.database() + "' and query !~ 'bench_effects'");
            return (double) calls / Math.max(load.requests(), 1);
        } finally {
            postgres.set("pg_stat_statements.track", "none");
            workload.end();
        }
    }
}
