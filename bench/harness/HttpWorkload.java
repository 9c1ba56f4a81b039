package harness;

import java.util.Optional;
import java.util.function.Function;

/** Requests to one instance; all others are stopped while it is measured. */
class HttpWorkload implements Workload {
    static final String ORDER = "{\"amount\":10000,\"currency\":\"EUR\",\"reference\":\"cart-1001\"}";

    private final String name;
    private final String title;
    private final Instance instance;
    private final Wrk wrk;
    private Optional<Postgres> postgres = Optional.empty();
    private String database = "";
    private String table = "";
    private boolean makesOneEach;
    private int warmUpShare;

    HttpWorkload(String name, String title, Instance instance, Wrk wrk) {
        this.name = name;
        this.title = title;
        this.instance = instance;
        this.wrk = wrk;
    }

    /** What shall be in the database: one more row of a table for each request, or none. */
    HttpWorkload checking(Postgres server, String itsDatabase, String itsTable, boolean oneEach) {
        postgres = Optional.of(server);
        database = itsDatabase;
        table = itsTable;
        makesOneEach = oneEach;
        return this;
    }

    /**
     * How much of its instance's time to warm up it gets, in parts of those that all its workloads ask for; 0, where
     * others warm up what it needs.
     */
    HttpWorkload warmedUp(int share) {
        warmUpShare = share;
        return this;
    }

    int warmUpShare() {
        return warmUpShare;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    Instance instance() {
        return instance;
    }

    Wrk wrk() {
        return wrk;
    }

    @Override
    public void begin() {
        instance.resume();
        instance.ready();
    }

    @Override
    public Load run(int seconds, int connections) {
        return wrk.run(seconds, connections);
    }

    @Override
    public void end() {
        Wait.aMoment(); // what the client has left in flight ends, and is not stopped in its transaction
        instance.pause();
    }

    @Override
    public long serviceMicros() {
        return instance.cpuMicros();
    }

    @Override
    public long effects() {
        return count(server -> server.number(database, "/* bench_effects */ select count(*) from " + table));
    }

    private long count(Function<Postgres, Long> rows) {
        return postgres.map(rows).orElse(0L);
    }

    @Override
    public boolean makesOneEach() {
        return makesOneEach;
    }

    @Override
    public String database() {
        return database;
    }
}
