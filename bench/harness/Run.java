package harness;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** {@code bench/run}: what the guard costs, and how far it is from what the servers can do. */
final class Run {
    private static final String SANDBOX_DELAY = "20ms";
    private static final int MANY_KEYS = 100_000;
    private static final int FILL_SECONDS = 5;

    /** Of the warm-up, where orders get one: a charge is ten times the work, so there are fewer for the compilers to see. */
    private static final int CHARGES_SHARE = 3;

    private static final Set<String> UNGUARDED = Set.of("order-unguarded", "charge-unguarded");
    private static final Set<String> CHARGING = Set.of("charge-unguarded", "charge", "in-use");
    private static final Duration ERRORS_TAKE = Duration.ofSeconds(70);
    private static final List<Integer> CONNECTIONS = List.of(1, 32, 256);

    private final Options options;
    private final Scene scene;
    private final Redis redis;
    private final Instance guarded;
    private final List<Workload> workloads = new ArrayList<>();

    private Run(Options options, Cleanup cleanup) throws IOException, GeneralSecurityException {
        this.options = options;
        scene = Scene.set(cleanup);
        redis = scene.redis("redis");
        boolean charging = any(CHARGING);
        Instance sandbox = charging ? scene.sandbox(scene.postgres("acquirer", false), SANDBOX_DELAY) : null;
        String acquirer = charging ? sandbox.url() + "/sandbox/acquirer" : "http://127.0.0.1:9";
        guarded = scene.service("guarded", redis, acquirer, Map.of());
        if (any(UNGUARDED)) {
            Instance unguarded =
                    scene.service("unguarded", redis, acquirer, Map.of("oncepay.idempotency.enabled", "false"));
            unguarded.ready();
            workloads.addAll(ofOrders(unguarded, "order-unguarded", "order, unguarded", "unguarded"));
            workloads.addAll(ofCharges(unguarded, "charge-unguarded", "charge, unguarded", "unguarded"));
            unguarded.pause();
        }
        guarded.ready();
        addGuarded();
        guarded.pause();
    }

    private boolean any(Set<String> names) {
        return names.stream().anyMatch(options::has);
    }

    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        try (Cleanup cleanup = new Cleanup()) {
            Options options = Options.of(arguments);
            new Run(options, cleanup).run();
        } catch (Options.Refused refused) {
            System.err.println(refused.getMessage());
            System.exit(2);
        }
    }

    private Wrk wrk(Instance instance, String path, String keys, String body) {
        return new Wrk(instance, scene.tokens(), path).set("KEYS", keys).set("BODY", body);
    }

    private List<Workload> ofOrders(Instance instance, String name, String title, String database) {
        if (!options.has(name)) {
            return List.of();
        }
        Wrk wrk = wrk(instance, "/orders", "new", HttpWorkload.ORDER);
        return List.of(new HttpWorkload(name, title, instance, wrk)
                .checking(scene.postgres(), database, "orders", true)
                .warmedUp(1));
    }

    private List<Workload> ofCharges(Instance instance, String name, String title, String database) throws IOException {
        if (!options.has(name)) {
            return List.of();
        }
        var file = Orders.file(
                Orders.make(instance, scene.tokens()), scene.folder().resolve(name + ".orders"));
        Wrk wrk = wrk(instance, "/charges", "new", Orders.charge("%s", "pm_card_visa"))
                .set("LINES", file.toString());
        return List.of(new HttpWorkload(name, title, instance, wrk)
                .checking(scene.postgres(), database, "charges where status = 'succeeded'", true)
                .warmedUp(CHARGES_SHARE));
    }

    private void addGuarded() throws IOException {
        if (options.has("noop")) {
            Wrk wrk = wrk(guarded, "/bench/noop", "none", HttpWorkload.ORDER);
            workloads.add(0, new HttpWorkload("noop", "noop: token and JSON, no store", guarded, wrk));
        }
        workloads.addAll(ofOrders(guarded, "order", "order, guarded, new keys", "guarded"));
        addReplays();
        workloads.addAll(ofCharges(guarded, "charge", "charge, guarded, new keys", "guarded"));
        if (options.has("in-use")) {
            String order = Orders.make(guarded, scene.tokens()).get(0);
            workloads.add(new RunningKey(guarded, scene.tokens(), order));
        }
        if (options.has("order-without-redis")) {
            Wrk wrk = wrk(guarded, "/orders", "new", HttpWorkload.ORDER);
            workloads.add(new WithoutRedis(guarded, wrk, redis, scene.tokens())
                    .checking(scene.postgres(), "guarded", "orders", true));
        }
        if (options.has("pgbench-order")) {
            Capture capture = Capture.ofOneOrder(guarded, scene.tokens(), scene.postgres());
            workloads.add(new PgbenchOrder(scene.postgres(), scene.folder(), capture));
        }
        if (options.has("redis-claim")) {
            workloads.add(RedisClaim.ofOneOrder(guarded, scene.tokens(), redis, scene.folder()));
        }
    }

    private void addReplays() {
        if (options.has("replay")) {
            String key = UUID.randomUUID().toString();
            Orders.id(guarded.post("/orders", scene.tokens().token(), key, HttpWorkload.ORDER));
            Wrk wrk = wrk(guarded, "/orders", "one", HttpWorkload.ORDER).set("KEY", key);
            workloads.add(new HttpWorkload("replay", "replay of one key", guarded, wrk)
                    .checking(scene.postgres(), "guarded", "orders", false));
        }
        if (options.has("replay-many")) {
            fill();
            Wrk wrk = wrk(guarded, "/orders", "many", HttpWorkload.ORDER).set("LAST", "" + MANY_KEYS);
            workloads.add(new HttpWorkload("replay-many", "replay over 100 000 keys", guarded, wrk)
                    .checking(scene.postgres(), "guarded", "orders", false));
        }
    }

    /** It is a warm-up too. */
    private void fill() {
        System.out.println("Making " + MANY_KEYS + " orders to replay.");
        for (long made = 0; made < MANY_KEYS; ) {
            Load load = wrk(guarded, "/orders", "fill", HttpWorkload.ORDER)
                    .set("FROM", "" + made)
                    .withOneThread()
                    .run(FILL_SECONDS, options.connections());
            // What the last turn left in flight may still run when this one asks for it again: 409, and made all the
            // same.
            if (load.requests() == 0 || load.errors() > options.connections()) {
                throw new IllegalStateException("orders to replay could not be made: " + load);
            }
            made += load.requests();
        }
    }

    private void run() throws IOException {
        Set<String> unknown = new TreeSet<>(options.only());
        unknown.removeAll(workloads.stream().map(Workload::name).toList());
        if (!unknown.isEmpty()) {
            throw new Options.Refused("There is no workload " + String.join(", ", unknown) + ".");
        }
        Meter meter = new Meter(scene.postgres(), List.of(redis));
        Results results = new Rounds(workloads, options, meter, options.writes() ? ERRORS_TAKE : Duration.ZERO).run();
        Map<String, Map<Integer, Long>> errors = options.writes() ? errors(meter) : Map.of();
        Report report = new Report(results, errors, Scene.versions(scene.postgres(), redis.version()), options);
        System.out.println(report.text());
        if (options.writes()) {
            report.write();
        }
    }

    /** With nothing set that has a default. */
    private Map<String, Map<Integer, Long>> errors(Meter meter) {
        Map<String, Map<Integer, Long>> errors = new LinkedHashMap<>();
        for (Workload workload : workloads) {
            if (Set.of("order", "replay", "charge").contains(workload.name())) {
                Map<Integer, Long> ofWorkload = new LinkedHashMap<>();
                CONNECTIONS.forEach(connections -> ofWorkload.put(
                        connections,
                        meter.measure(workload, options.seconds() / 2 + 1, connections)
                                .errors()));
                errors.put(workload.name(), ofWorkload);
            }
        }
        return errors;
    }
}
