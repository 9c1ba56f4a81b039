package dev.oncepay.faults.overload;

import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Expected;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Operation.Kind;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.support.Service;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What clients want: orders, and for each order that was made a charge; and what of it has no outcome yet. */
final class Wishes {
    private static final int AMOUNT = 100;

    /** Enough that none of them has more authorizations than the acquirer lists. */
    static final List<String> MERCHANTS = IntStream.range(0, 16)
            .mapToObj(i -> "m-" + i + "-" + UUID.randomUUID())
            .toList();

    private final Trace trace;
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Operation> charges = new ConcurrentLinkedQueue<>();
    private final Queue<Operation> again = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    Wishes(Trace trace) {
        this.trace = trace;
    }

    /** A charge if an order has none yet, else another order. */
    Operation fresh() {
        Operation operation = Optional.ofNullable(charges.poll()).orElseGet(this::order);
        trace.wanted(operation);
        return operation;
    }

    private Operation order() {
        int own = number.incrementAndGet();
        String id = "o" + own;
        String body = "{\"amount\":" + AMOUNT + ",\"currency\":\"EUR\",\"reference\":\"" + id + "\"}";
        String merchant = MERCHANTS.get(own % MERCHANTS.size());
        return operation(id, merchant, Kind.ORDER, "/orders", body);
    }

    private static Operation charge(Operation order, String orderId) {
        String id = order.id().replace('o', 'c');
        String body = Service.charge(orderId, AMOUNT, "pm_card_visa");
        body = body.substring(0, body.length() - 1) + ",\"metadata\":{\"operation\":\"" + id + "\"}}";
        return operation(id, order.merchant(), Kind.CHARGE, "/charges", body);
    }

    private static Operation operation(String id, String merchant, Kind kind, String path, String body) {
        return new Operation(id, merchant, UUID.randomUUID().toString(), kind, path, body, new Expected.Succeeds());
    }

    /** What a try has led to: an outcome, or one more try. */
    void ended(Exchange exchange) {
        if (!exchange.isOutcome()) {
            waiting.incrementAndGet();
            again.add(exchange.operation());
        } else if (exchange.operation().kind() == Kind.ORDER) {
            exchange.answer()
                    .filter(answer -> answer.status() == 201)
                    .ifPresent(answer -> charges.add(
                            charge(exchange.operation(), answer.json().get("id").asText())));
        }
    }

    Optional<Operation> again() {
        Optional<Operation> next = Optional.ofNullable(again.poll());
        next.ifPresent(taken -> waiting.decrementAndGet());
        return next;
    }

    /** How many have to be tried again. */
    int waiting() {
        return waiting.get();
    }
}
