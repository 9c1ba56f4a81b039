package dev.oncepay.faults.audit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All that the clients have wanted, sent and got, written down as it happens, by many threads. */
public final class Trace {
    private final Map<Operation, Queue<Exchange>> exchanges = new ConcurrentHashMap<>();
    private final Map<Operation, Answer> outcomes = new ConcurrentHashMap<>();

    public void wanted(Operation operation) {
        exchanges.put(operation, new ConcurrentLinkedQueue<>());
    }

    public void add(Exchange exchange) {
        Exchange kept = exchange;
        if (exchange.isOutcome()) {
            Answer answer = exchange.answer().orElseThrow();
            Answer first = outcomes.putIfAbsent(exchange.operation(), answer);
            if (first != null && first.sameAs(answer)) {
                kept = new Exchange(
                        exchange.operation(),
                        exchange.instance(),
                        false,
                        exchange.from(),
                        exchange.to(),
                        exchange.ending(),
                        Optional.of(first)); // the same bytes need not be kept twice
            }
        }
        exchanges.get(exchange.operation()).add(kept);
    }

    public Collection<Operation> operations() {
        return exchanges.keySet();
    }

    /** The outcome that came first. */
    public Optional<Answer> outcome(Operation operation) {
        return Optional.ofNullable(outcomes.get(operation));
    }

    public List<Exchange> exchanges(Operation operation) {
        return List.copyOf(exchanges.get(operation));
    }

    public List<Exchange> exchanges() {
        return exchanges.values().stream().flatMap(Collection::stream).toList();
    }
}
