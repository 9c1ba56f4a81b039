package dev.oncepay.faults.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Expected;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.PatientAcquirer;
import dev.oncepay.support.Service;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** As many requests as are let in by default wait for the acquirer, in an instance of 256 MiB of heap. */
class ManyInFlightIT {
    private static final int MANY = 1000;
    /** Longer than the lease: what a busy machine has not settled in time is settled after it. */
    private static final Duration SOON = Duration.ofMinutes(2);

    private final Database database = Database.own();
    private final String merchant = "m-" + UUID.randomUUID();
    private final Trace trace = new Trace();

    @Test
    void aThousandRequestsFitInto256MebibytesOfHeap() {
        try (PatientAcquirer acquirer = new PatientAcquirer();
                Instance instance = Instance.start(settings(acquirer));
                Sender sender = new Sender(instance.port(), trace)) {
            Service service = instance.as(merchant);
            List<Future<Exchange>> charges = IntStream.range(0, MANY)
                    .mapToObj(i -> charge(i, service.newOrder(1)))
                    .map(charge -> untilOutcome(sender, charge))
                    .toList();
            await().atMost(SOON).until(() -> acquirer.waiting() == MANY);
            assertThat(instance.metric("oncepay_requests_in_flight")).isEqualTo(MANY);
            assertThat(service.post("/orders", "k", Service.order(1)).code()).isEqualTo("overloaded");
            acquirer.release();
            charges.forEach(charge -> assertThat(answer(charge).status()).isEqualTo(201));
            assertThat(database.charges(merchant)).isEqualTo(MANY);
            assertThat(instance.log()).doesNotContain("OutOfMemoryError");
        }
    }

    private Map<String, String> settings(PatientAcquirer acquirer) {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put("oncepay.acquirer.url", acquirer.url());
        settings.put("oncepay.acquirer.timeout", "40s");
        settings.put("oncepay.idempotency.lease", "45s");
        return settings;
    }

    private Operation charge(int number, String order) {
        Operation charge = new Operation(
                "c" + number,
                merchant,
                UUID.randomUUID().toString(),
                Operation.Kind.CHARGE,
                "/charges",
                Service.charge(order, 1, "pm_any"),
                new Expected.Succeeds());
        trace.wanted(charge);
        return charge;
    }

    /** A thousand at once are too much for a busy machine's two seconds: some are told to come again. */
    private static Future<Exchange> untilOutcome(Sender sender, Operation charge) {
        return sender.send(charge)
                .compose(exchange ->
                        exchange.isOutcome() ? Future.succeededFuture(exchange) : untilOutcome(sender, charge));
    }

    private static Answer answer(Future<Exchange> charge) {
        return charge.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join()
                .answer()
                .orElseThrow();
    }
}
