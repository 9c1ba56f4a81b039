package harness;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** {@code scripts/scaling}: what an order costs each part, with one instance and with two on the same servers. */
final class Scaling {
    private static final int MOST = 2;
    private static final int ROUNDS = 3;
    private static final int WARM_UP_SECONDS = 15;
    private static final int SECONDS = 8;
    private static final int CONNECTIONS = 32;
    private static final String DATABASE = "service";

    private final Scene scene;
    private final Redis redis;
    private final List<Instance> instances = new ArrayList<>();

    /** What one order cost. */
    private record Cost(double perSecond, double service, double postgres, double redis, double client) {}

    private Scaling(Cleanup cleanup) throws IOException, GeneralSecurityException {
        scene = Scene.set(cleanup);
        redis = scene.redis("redis");
        Map<String, String> settings = scene.settings(DATABASE, redis, "http://127.0.0.1:9");
        for (int i = 0; i < MOST; i++) {
            instances.add(Instance.launch("instance-" + i, scene.folder(), settings, cleanup)
                    .ready());
            orders(instances.subList(i, i + 1), WARM_UP_SECONDS);
        }
    }

    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        try (Cleanup cleanup = new Cleanup()) {
            new Scaling(cleanup).run();
        }
    }

    /** Of all together; each instance has its own client, and they share the connections. */
    private double orders(List<Instance> some, int seconds) {
        List<CompletableFuture<Load>> loads = some.stream()
                .map(instance -> CompletableFuture.supplyAsync(() -> new Wrk(instance, scene.tokens(), "/orders")
                        .set("KEYS", "new")
                        .set("BODY", HttpWorkload.ORDER)
                        .run(seconds, CONNECTIONS / some.size())))
                .toList();
        return loads.stream().mapToDouble(load -> load.join().requests()).sum();
    }

    private void run() {
        List<List<Cost>> costs = IntStream.range(0, MOST)
                .<List<Cost>>mapToObj(i -> new ArrayList<>())
                .toList();
        List<Double> loads = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            loads.add(Machine.load());
            for (int number = 1; number <= MOST; number++) {
                costs.get(number - 1).add(cost(instances.subList(0, number)));
            }
        }
        System.out.println(
                "\n| instances | orders a second | CPU of the instances | of PostgreSQL | of Redis | of the client |");
        System.out.println("|---|---|---|---|---|---|");
        for (int number = 1; number <= MOST; number++) {
            System.out.println("| " + number + row(costs.get(number - 1)));
        }
        System.out.println("\nCPU in µs an order; median of " + ROUNDS + " rounds in turn, " + SECONDS + " s each, "
                + CONNECTIONS + " connections in all. " + Machine.describe() + "; load " + loads + "; "
                + Scene.versions(scene.postgres(), redis.version()));
        sizes();
    }

    private static String row(List<Cost> all) {
        return text(all.stream().map(Cost::perSecond).toList())
                + text(all.stream().map(Cost::service).toList())
                + text(all.stream().map(Cost::postgres).toList())
                + text(all.stream().map(Cost::redis).toList())
                + text(all.stream().map(Cost::client).toList())
                + " |";
    }

    private static String text(List<Double> all) {
        return String.format(Locale.ROOT, " | %.0f", Results.median(all));
    }

    private Cost cost(List<Instance> some) {
        instances.stream().filter(instance -> !some.contains(instance)).forEach(Instance::pause);
        long service = cpu(some);
        long postgres = scene.postgres().cpuMicros();
        long ofRedis = redis.cpuMicros();
        long client = Cpu.ofEndedChildren();
        double orders = orders(some, SECONDS);
        Cost cost = new Cost(
                orders / SECONDS,
                (cpu(some) - service) / orders,
                (scene.postgres().cpuMicros() - postgres) / orders,
                (redis.cpuMicros() - ofRedis) / orders,
                (Cpu.ofEndedChildren() - client) / orders);
        instances.stream().filter(instance -> !some.contains(instance)).forEach(Instance::resume);
        instances.forEach(Instance::ready);
        return cost;
    }

    private static long cpu(List<Instance> some) {
        return some.stream().mapToLong(Instance::cpuMicros).sum();
    }

    /** What an order leaves behind, and what the instances hold open. */
    private void sizes() {
        redis.ask("flushall");
        long empty = redis.memory();
        long rows = rows();
        long records = size("idempotency_record");
        long orders = size("orders");
        long wal = scene.postgres().wal();
        orders(instances, SECONDS);
        Wait.aMoment();
        double made = rows() - rows;
        long keys = Long.parseLong(redis.ask("dbsize"));
        System.out.printf(
                Locale.ROOT,
                "An order leaves: Redis %.0f bytes a key (%d keys), PostgreSQL %.0f bytes in idempotency_record and"
                        + " %.0f in orders with their indexes, %.0f bytes of WAL.%n",
                (redis.memory() - empty) / (double) keys,
                keys,
                (size("idempotency_record") - records) / made,
                (size("orders") - orders) / made,
                (scene.postgres().wal() - wal) / made);
        System.out.println("Held open by " + MOST + " instances: "
                + scene.postgres()
                        .query(DATABASE, "select count(*) from pg_stat_activity where application_name = 'oncepay'")
                + " connections to PostgreSQL, "
                + redis.ask("info", "clients")
                        .lines()
                        .filter(line -> line.startsWith("connected_clients"))
                        .findFirst()
                        .orElseThrow()
                + "; resident: "
                + instances.stream().map(Instance::residentMegabytes).toList()
                + " MB.");
    }

    private long rows() {
        return scene.postgres().number(DATABASE, "select count(*) from orders");
    }

    private long size(String table) {
        return scene.postgres().number(DATABASE, "select pg_total_relation_size('" + table + "')");
    }
}
