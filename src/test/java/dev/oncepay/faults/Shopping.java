package dev.oncepay.faults;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.Database;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Clients that order, pay, and retry as they should, at two instances, while something happens to what is behind them. */
final class Shopping implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int AMOUNT = 10;

    /** A busy machine is slow, and a takeover waits for its lease. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Database database;
    private final List<Instance> instances;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    Shopping(Database database, List<Instance> instances) {
        this.database = database;
        this.instances = instances;
    }

    /** Each buys once and asks once more; then the tables and the acquirer's books are counted. */
    void buy(int times, Runnable inTheMiddle) {
        String merchant = "m-" + UUID.randomUUID();
        AtomicInteger done = new AtomicInteger();
        List<CompletableFuture<Void>> bought = IntStream.range(0, times)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            buyOne(merchant, i);
                            if (done.incrementAndGet() == times / 2) {
                                inTheMiddle.run();
                            }
                        },
                        clients))
                .toList();
        bought.forEach(CompletableFuture::join);
        assertOneEffectEach(merchant, times);
    }

    private void buyOne(String merchant, int number) {
        Reply made = answered(merchant, number, "/orders", order(AMOUNT));
        String order = made.json().get("id").asText();
        answered(merchant, number, "/charges", charge(order, AMOUNT, "pm_card_visa"));
    }

    /** The same key until there is an answer, now here, now there; and once more for the stored one. */
    private Reply answered(String merchant, int number, String path, String body) {
        String key = UUID.randomUUID().toString();
        AtomicInteger tries = new AtomicInteger(number);
        Reply answer = await().atMost(PATIENCE)
                .until(
                        () -> at(tries.getAndIncrement(), merchant).post(path, key, body),
                        reply -> reply.status() != 409 && reply.status() < 500);
        assertThat(answer.status()).as(answer.toString()).isIn(201, 202); // 202: the acquirer was too slow
        Reply again = await().atMost(PATIENCE)
                .until(
                        () -> at(tries.getAndIncrement(), merchant).post(path, key, body),
                        reply -> reply.status() < 500);
        assertThat(again.status()).as(again.toString()).isEqualTo(answer.status());
        assertThat(again.body()).isEqualTo(answer.body());
        assertThat(again.replayed()).isTrue();
        return answer;
    }

    private Service at(int turn, String merchant) {
        return instances.get(turn % instances.size()).as(merchant);
    }

    private void assertOneEffectEach(String merchant, int times) {
        String open = "select count(*) from charges where status = 'processing' and merchant = ?";
        await().atMost(PATIENCE).until(() -> database.count(open, merchant) == 0);
        assertThat(database.orders(merchant)).isEqualTo(times);
        assertThat(database.charges(merchant)).isEqualTo(times);
        assertThat(database.authorizations(merchant)).isEqualTo(times);
        assertThat(database.records(merchant)).isEqualTo(2L * times);
        assertThat(database.count("select sum(paid) from orders where merchant = ?", merchant))
                .isEqualTo((long) times * AMOUNT);
    }

    /** That Redis is there for each step: a while of trade in which nobody goes on without it. */
    void awaitNoMoreDegraded() {
        await().atMost(PATIENCE).until(() -> {
            double before = degraded();
            buy(2 * CLIENTS, () -> {});
            return degraded() == before && instances.stream().allMatch(one -> one.metric("oncepay_redis_up") == 1);
        });
    }

    /** Steps that went on without an answer of Redis. */
    double degraded() {
        return instances.stream()
                .mapToDouble(one -> one.metric("oncepay_idempotency_degraded_total"))
                .sum();
    }

    @Override
    public void close() {
        clients.shutdown();
    }
}
