package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.RedisWire;
import dev.oncepay.support.Service;
import io.quarkus.test.junit.QuarkusTest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the guard adds to a request, in statements and commands: counted by PostgreSQL and Redis themselves. The sweep's
 * and the sandbox's own statements are left out.
 */
@QuarkusTest
class CostTest extends HttpTest {
    /** Not what the sweep and the reaper do regularly: they take up rows, and count the open ones by age. */
    private static final String OURS =
            "from pg_stat_statements where query !~* 'sandbox|pg_stat|for update skip locked|filter [(]where'"
                    + " and query ~* 'orders|charges|idempotency_record|^begin'";

    private static final int REQUESTS = 300;

    private final RedisWire redis = new RedisWire(EmbeddedServers.redisPort());

    @BeforeEach
    void warmUp() {
        database.change("create extension if not exists pg_stat_statements");
        String order = service().newOrder(1000);
        service().post("/charges", key(), charge(order, 1, "pm_card_visa"));
        replayed("/orders", key(), order(1));
    }

    /** The second try, once Redis has the first's answer. */
    private void replayed(String path, String key, String body) {
        service().post(path, key, body);
        await().until(() -> measure(() -> service().post(path, key, body)).statements() == 0);
    }

    private record Cost(long statements, long ofTheGuard, long begins, long scripts) {}

    private Cost measure(Supplier<?> request) {
        database.value("select pg_stat_statements_reset()::text");
        redis.command("CONFIG", "RESETSTAT");
        request.get();
        return new Cost(
                count(OURS + " and query !~* '^begin'"),
                count(OURS + " and query ~* 'idempotency_record'"),
                count(OURS + " and query ~* '^begin'"),
                redis.scriptCalls());
    }

    private long count(String from) {
        return database.count("select coalesce(sum(calls), 0) " + from);
    }

    @Test
    void anOrderAndItsRecordAreOneStatementWithoutATransaction() {
        Cost cost = measure(() -> service().post("/orders", key(), order(1)));
        assertThat(cost.statements()).isEqualTo(1);
        assertThat(cost.begins()).isZero();
        assertThat(cost.scripts()).isBetween(1L, 2L); // the claim, and the publication that nobody waits for
    }

    @Test
    void aChargesGuardIsTwoStatementsInItsTwoTransactions() {
        String order = service().newOrder(1000);
        Cost cost = measure(() -> service().post("/charges", key(), charge(order, 1, "pm_card_visa")));
        assertThat(cost.ofTheGuard()).isEqualTo(2);
        assertThat(cost.begins()).isEqualTo(2);
        assertThat(cost.statements()).isEqualTo(6); // order reserved, charge made; charge settled, order paid
        assertThat(cost.scripts()).isBetween(1L, 2L);
    }

    @Test
    void aReplayIsOneRedisRoundTripAndNoPostgresAtAll() {
        String order = service().newOrder(1000);
        for (String path : new String[] {"/orders", "/charges"}) {
            String key = key();
            String body = path.equals("/orders") ? order(1) : charge(order, 1, "pm_card_visa");
            replayed(path, key, body);
            Cost cost = measure(() -> service().post(path, key, body));
            assertThat(cost).isEqualTo(new Cost(0, 0, 0, 1));
        }
    }

    @Test
    void aRefusedReuseIsOneRedisRoundTrip() {
        String key = key();
        replayed("/orders", key, order(1));
        assertThat(measure(() -> service().post("/orders", key, order(2)))).isEqualTo(new Cost(0, 0, 0, 1));
    }

    /** A fifth more than was measured, 41, 62 and 178 kB with a cold compiler, so that a copy or a wrapper too many is seen. */
    @Test
    void whatIsAllocatedForARequestIsBounded() {
        Service service = service(); // and one token, which is verified once
        String replayedKey = key();
        replayed("/orders", replayedKey, order(1));
        assertThat(allocated(() -> service.post("/orders", replayedKey, order(1))))
                .isLessThan(50_000);
        assertThat(allocated(() -> service.post("/orders", key(), order(1)))).isLessThan(75_000);
        String large = service.newOrder(1_000_000);
        assertThat(allocated(() -> service.post("/charges", key(), charge(large, 1, "pm_card_visa"))))
                .isLessThan(215_000);
    }

    /** Bytes, on the event loops, on average. */
    private static long allocated(Supplier<?> request) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] loops = Arrays.stream(threads.dumpAllThreads(false, false))
                .filter(thread -> thread.getThreadName().startsWith("vert.x-eventloop-thread-"))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
        IntStream.range(0, REQUESTS).forEach(i -> request.get());
        long before = Arrays.stream(threads.getThreadAllocatedBytes(loops)).sum();
        IntStream.range(0, REQUESTS).forEach(i -> request.get());
        return (Arrays.stream(threads.getThreadAllocatedBytes(loops)).sum() - before) / REQUESTS;
    }
}
