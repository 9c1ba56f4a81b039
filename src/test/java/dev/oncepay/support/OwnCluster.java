package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real Redis Cluster of a test's own: three masters, each with a replica that takes its place. */
public final class OwnCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisProcess> masters = nodes();
    private final List<RedisProcess> replicas = nodes();

    public OwnCluster() {
        try {
            join();
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    private static List<RedisProcess> nodes() {
        return Stream.generate(() -> RedisProcess.server(
                        "cluster-enabled yes",
                        "cluster-config-file nodes.conf",
                        "cluster-node-timeout 1000",
                        "repl-diskless-sync-delay 0"))
                .limit(MASTERS)
                .toList();
    }

    private void join() {
        for (int i = 0; i < MASTERS; i++) {
            RedisWire master = masters.get(i).wire();
            master.command(slots(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS));
            master.command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        }
        all().skip(1).forEach(node -> first().command("CLUSTER", "MEET", "127.0.0.1", "" + node.port()));
        awaitEach("cluster_known_nodes:" + 2 * MASTERS);
        for (int i = 0; i < MASTERS; i++) {
            String master = masters.get(i).wire().command("CLUSTER", "MYID");
            replicas.get(i).wire().command("CLUSTER", "REPLICATE", master);
        }
        awaitEach("cluster_state:ok");
        await().atMost(PATIENCE)
                .until(() -> all().allMatch(node -> replicasKnownTo(node) == MASTERS)
                        && replicas.stream().allMatch(replica -> replica.says("replication", "master_link_status:up")));
    }

    private static String[] slots(int from, int end) {
        return Stream.concat(
                        Stream.of("CLUSTER", "ADDSLOTS"),
                        IntStream.range(from, end).mapToObj(Integer::toString))
                .toArray(String[]::new);
    }

    private void awaitEach(String state) {
        await().atMost(PATIENCE).until(() -> all().allMatch(
                        node -> node.wire().command("CLUSTER", "INFO").contains(state)));
    }

    private static long replicasKnownTo(RedisProcess node) {
        return node.wire()
                .command("CLUSTER", "NODES")
                .lines()
                .filter(line -> line.contains("slave"))
                .count();
    }

    private Stream<RedisProcess> all() {
        return Stream.concat(masters.stream(), replicas.stream());
    }

    private RedisWire first() {
        return masters.get(0).wire();
    }

    /** For {@code quarkus.redis.hosts}. */
    public String hosts() {
        return all().map(node -> "redis://127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** {@code kill -9} to one of the three first masters. */
    public void killMaster(int number) {
        masters.get(number).kill();
    }

    /** That its replica is the master now, and that the others have heard of it. */
    public void awaitPromotion(int number) {
        await().atMost(PATIENCE)
                .until(() -> replicas.get(number).isMaster()
                        && replicas.get(number)
                                .wire()
                                .command("CLUSTER", "INFO")
                                .contains("cluster_state:ok"));
    }

    /** A master that was killed comes back, as a replica of the one that has its place. */
    public void startAgain(int number) {
        RedisProcess back = masters.get(number);
        back.start();
        await().atMost(PATIENCE).until(() -> !back.isMaster() && back.says("replication", "master_link_status:up"));
    }

    /** Scripts that were run by the one that took over. */
    public long scriptCallsOfPromoted(int number) {
        return replicas.get(number).wire().scriptCalls();
    }

    /** How often a step was sent to a node that is not its key's. */
    public long moved() {
        return all().filter(RedisProcess::isAlive)
                .map(node -> node.wire().command("INFO", "errorstats"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("errorstat_MOVED:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Override
    public void close() {
        all().forEach(RedisProcess::close);
    }
}
