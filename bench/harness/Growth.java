package harness;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code bench/growth}: what a million finished records cost, and the reaper that deletes as many as are written. */
final class Growth {
    private static final String NOBODY = "http://127.0.0.1:9"; // orders ask no acquirer
    private static final String EXPIRED =
            "select count(*) from idempotency_record where state = 'completed' and expires_at <= now()";

    private final Options options;
    private final Scene scene;

    private Growth(Options options, Cleanup cleanup) throws IOException, GeneralSecurityException {
        this.options = options;
        this.scene = Scene.set(cleanup);
    }

    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        try (Cleanup cleanup = new Cleanup()) {
            Options options = Options.of(arguments);
            new Growth(options, cleanup).run();
        } catch (Options.Refused refused) {
            System.err.println(refused.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        Redis forNone = scene.redis("redis-none");
        Redis forMillion = scene.redis("redis-million");
        Redis forReaped = scene.redis("redis-reaped");
        Instance none = scene.service("none", forNone, NOBODY, Map.of());
        Instance million = scene.service("million", forMillion, NOBODY, Map.of());
        Instance reaped = scene.service("reaped", forReaped, NOBODY, shortLived());
        List.of(none, million, reaped).forEach(Instance::ready);
        none.pause();
        reaped.pause();

        System.out.println("Making a million records.");
        Million records = Million.of(million, scene.tokens(), scene.postgres(), "million", forMillion);
        million.pause();

        WithReaper withReaper =
                new WithReaper(reaped, orders(reaped), () -> scene.postgres().number("reaped", EXPIRED));
        HttpWorkload fromNothing =
                new FromNothing("order-none", "order, no records at first", none, orders(none), () -> {
                    scene.postgres().query("none", "truncate idempotency_record");
                    forNone.ask("flushall");
                });
        HttpWorkload withMillion =
                new HttpWorkload("order-million", "order, a million records", million, orders(million));
        List<Workload> workloads = List.of(
                fromNothing.checking(scene.postgres(), "none", "orders", true).warmedUp(1),
                withMillion
                        .checking(scene.postgres(), "million", "orders", true)
                        .warmedUp(1),
                withReaper.checking(scene.postgres(), "reaped", "orders", true).warmedUp(1));
        Meter meter = new Meter(scene.postgres(), List.of(forNone, forMillion, forReaped));
        Results results = new Rounds(workloads, options, meter, Duration.ZERO).run();
        report(results, records, withReaper, forMillion.version());
    }

    /** As short as it may be beside a lease, which must be longer than the acquirer's deadline. */
    private static Map<String, String> shortLived() {
        return Map.of(
                "oncepay.idempotency.lifetime", "PT" + WithReaper.LIFETIME_SECONDS + "S",
                "oncepay.idempotency.lease", "PT1S",
                "oncepay.acquirer.timeout", "PT0.5S");
    }

    private Wrk orders(Instance instance) {
        return new Wrk(instance, scene.tokens(), "/orders").set("KEYS", "new").set("BODY", HttpWorkload.ORDER);
    }

    private void report(Results results, Million records, WithReaper reaper, String redisVersion) throws IOException {
        String text = String.join(
                "\n\n",
                "",
                Report.conditions(results, Scene.versions(scene.postgres(), redisVersion), options),
                Report.figures(results),
                Report.ratios(results, Ratio.OF_GROWTH),
                bytes(records),
                reaped(reaper, results.rounds()) + "\n");
        System.out.println(text);
        if (options.writes()) {
            Document.put("growth", text);
            System.out.println("Written: docs/benchmarks.md.");
        }
    }

    private static String bytes(Million records) {
        return """
                | bytes for each key | |
                |---|---:|
                | PostgreSQL, table | %s |
                | PostgreSQL, indexes | %s |
                | Redis, memory | %s |"""
                .formatted(
                        Report.whole(records.tableBytesPerKey()),
                        Report.whole(records.indexBytesPerKey()),
                        Report.whole(records.redisBytesPerKey()));
    }

    private static String reaped(WithReaper reaper, int rounds) {
        return rounds == 0
                ? ""
                : "The reaper, with a lifetime of " + WithReaper.LIFETIME_SECONDS + " s, deleted "
                        + Results.text(reaper.deletedForEachWritten(rounds))
                        + " records for each one written; at the end of"
                        + " a measurement " + Results.text(reaper.secondsBehind(rounds))
                        + " s worth of writes had expired and were still there (it looks every 5 s).";
    }
}
