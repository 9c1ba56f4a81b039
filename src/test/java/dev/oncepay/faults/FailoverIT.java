package dev.oncepay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.OwnCluster;
import dev.oncepay.support.OwnSentinels;
import dev.oncepay.support.Ports;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two instances whose Redis is more than one server, while one of those servers is lost: clients see nothing of it. */
class FailoverIT {
    private static final int PURCHASES = 160;

    /** Of three. */
    private static final int KILLED = 2;

    private final Database database = Database.own();

    /** Little of everything that could run out, and connections that end by themselves when nothing is read. */
    private Map<String, String> settings(String type, String hosts) {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, 0));
        settings.put("quarkus.redis.client-type", type);
        settings.put("quarkus.redis.hosts", hosts);
        settings.put("quarkus.redis.max-pool-size", "6");
        settings.put("quarkus.redis.tcp.read-idle-timeout", "1s");
        settings.put("quarkus.vertx.event-loops-pool-size", "2");
        settings.put("oncepay.idempotency.lease", "PT4S");
        return settings;
    }

    private static List<Instance> two(Map<String, String> settings) {
        int sandbox = Ports.free();
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + sandbox + "/sandbox/acquirer");
        Map<String, String> first = new HashMap<>(settings);
        first.put("quarkus.http.port", "" + sandbox);
        List<Instance> both = List.of(Instance.launch(first), Instance.launch(settings));
        both.forEach(Instance::ready);
        return both;
    }

    @Test
    void aMasterOfAClusterIsKilledAgainAndAgain() {
        try (OwnCluster redis = new OwnCluster()) {
            trade(settings("cluster", redis.hosts()), shopping -> {
                for (int number = 0; number < KILLED; number++) {
                    int killed = number;
                    shopping.buy(PURCHASES, () -> redis.killMaster(killed));
                    redis.awaitPromotion(killed);
                    shopping.awaitNoMoreDegraded();
                    assertThat(redis.scriptCallsOfPromoted(killed)).isPositive();
                    redis.startAgain(killed);
                }
            });
            assertThat(redis.moved()).as("steps at the wrong node").isLessThan(PURCHASES);
        }
    }

    @Test
    void theMasterThatSentinelsWatchIsKilledAndThenReplaced() {
        try (OwnSentinels redis = new OwnSentinels()) {
            trade(settings("sentinel", redis.hosts()), shopping -> {
                shopping.buy(PURCHASES, redis::killMaster);
                redis.awaitPromotion();
                shopping.awaitNoMoreDegraded();
                assertThat(redis.scriptCallsOfPromoted()).isPositive();
                redis.startAgain();
                shopping.buy(PURCHASES, redis::failOver);
                shopping.awaitNoMoreDegraded();
            });
        }
    }

    private interface Trade {
        void with(Shopping shopping);
    }

    private void trade(Map<String, String> settings, Trade trade) {
        if (settings.get("quarkus.redis.client-type").equals("sentinel")) {
            settings.put("quarkus.redis.master-name", OwnSentinels.NAME);
        }
        List<Instance> instances = two(settings);
        try (Shopping shopping = new Shopping(database, instances)) {
            shopping.awaitNoMoreDegraded();
            List<Integer> warm =
                    instances.stream().map(one -> one.log().length()).toList();
            double before = shopping.degraded();
            trade.with(shopping);
            System.out.println("Steps without an answer of Redis: " + (shopping.degraded() - before));
            for (int i = 0; i < instances.size(); i++) {
                assertThat(instances.get(i).log().substring(warm.get(i)))
                        .doesNotContain("BlockedThreadChecker")
                        .doesNotContainPattern("ERROR +\\[dev\\.oncepay");
            }
        } finally {
            instances.forEach(Instance::close);
        }
    }
}
