package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Redis of a test's own with two replicas, and three sentinels that agree on which of them is the master. */
public final class OwnSentinels implements AutoCloseable {
    public static final String NAME = "oncepay";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisProcess master = RedisProcess.server("repl-diskless-sync-delay 0");
    private final List<RedisProcess> replicas = Stream.generate(
                    () -> RedisProcess.server("replicaof 127.0.0.1 " + master.port(), "repl-diskless-sync-delay 0"))
            .limit(2)
            .toList();
    private final List<RedisProcess> sentinels = Stream.generate(() -> RedisProcess.sentinel(
                    "sentinel monitor " + NAME + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " 1000",
                    "sentinel failover-timeout " + NAME + " 5000"))
            .limit(3)
            .toList();

    public OwnSentinels() {
        try {
            await().atMost(PATIENCE)
                    .until(() -> sentinels.stream()
                                    .allMatch(one -> one.says("sentinel", "status=ok,")
                                            && one.says("sentinel", "slaves=2,sentinels=3"))
                            && replicas.stream().allMatch(one -> one.says("replication", "link_status:up")));
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** For {@code quarkus.redis.hosts}. */
    public String hosts() {
        return sentinels.stream().map(one -> "redis://127.0.0.1:" + one.port()).collect(Collectors.joining(","));
    }

    /** {@code kill -9}. */
    public void killMaster() {
        master.kill();
    }

    /** That one of the replicas is the master now; how many scripts it has run. */
    public long scriptCallsOfPromoted() {
        return promoted().wire().scriptCalls();
    }

    public void awaitPromotion() {
        await().atMost(PATIENCE).until(() -> replicas.stream().anyMatch(RedisProcess::isMaster));
    }

    /** The killed one comes back, and is told that it is a replica now. */
    public void startAgain() {
        master.start();
        await().atMost(PATIENCE).until(() -> !master.isMaster() && master.says("replication", "master_link_status:up"));
    }

    /** The sentinels are asked to choose another one, while the master is well. */
    public void failOver() {
        RedisProcess before = promoted();
        await().atMost(PATIENCE)
                .ignoreExceptions() // refused while the last one is not quite over
                .until(() -> "OK".equals(sentinels.get(0).wire().command("SENTINEL", "FAILOVER", NAME)));
        await().atMost(PATIENCE).until(() -> !before.isMaster());
    }

    private RedisProcess promoted() {
        return Stream.concat(Stream.of(master), replicas.stream())
                .filter(RedisProcess::isAlive)
                .filter(RedisProcess::isMaster)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        Stream.of(sentinels, replicas, List.of(master)).flatMap(List::stream).forEach(RedisProcess::close);
    }
}
