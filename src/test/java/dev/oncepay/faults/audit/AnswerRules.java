package dev.oncepay.faults.audit;

import dev.oncepay.faults.audit.Exchange.Ending;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the clients' own notes say: the answers of each key, beside one another and in time. */
final class AnswerRules {
    /** In the contract, and no outcome. */
    private static final Set<String> NOT_YET =
            Set.of("idempotency-key-in-use", "store-unavailable", "overloaded", "internal-error");

    /** A 404 is one only where something that is not there is asked for. */
    private static final Set<Integer> OUTCOMES = Set.of(201, 202, 402, 404, 422);

    private final Trace trace;
    private final Findings findings;

    AnswerRules(Trace trace, Findings findings) {
        this.trace = trace;
        this.findings = findings;
    }

    void check() {
        trace.operations().forEach(this::check);
    }

    private void check(Operation operation) {
        Optional<Answer> outcome = trace.outcome(operation);
        findings.require(
                outcome.isPresent(), Rule.OUTCOME_FOR_EVERY_KEY, "%s has none, the client gave up", operation.id());
        List<Exchange> exchanges = trace.exchanges(operation);
        exchanges.stream()
                .filter(exchange -> exchange.answer().isPresent())
                .forEach(exchange -> inContract(exchange, exchange.answer().orElseThrow()));
        outcome.ifPresent(first -> {
            oneAnswer(operation, first, exchanges);
            afterwards(operation, exchanges);
        });
    }

    private void inContract(Exchange exchange, Answer answer) {
        boolean known = exchange.isOutcome()
                ? OUTCOMES.contains(answer.status())
                : NOT_YET.contains(answer.code())
                        || exchange.otherBody() && answer.code().equals("idempotency-key-reused");
        Rule rule = exchange.otherBody() ? Rule.OTHER_BODY_REFUSED : Rule.CONTRACT;
        findings.require(known, rule, "%s was answered %s", exchange.operation().id(), answer);
    }

    private void oneAnswer(Operation operation, Answer first, List<Exchange> exchanges) {
        exchanges.stream()
                .filter(Exchange::isOutcome)
                .map(exchange -> exchange.answer().orElseThrow())
                .filter(answer -> !answer.sameAs(first))
                .forEach(other -> findings.require(
                        false, Rule.ONE_ANSWER, "%s was answered %s and %s", operation.id(), first, other));
    }

    /** A request that was sent after an outcome had come back, whoever sent it and wherever to. */
    private void afterwards(Operation operation, List<Exchange> exchanges) {
        long known = exchanges.stream()
                .filter(Exchange::isOutcome)
                .mapToLong(Exchange::to)
                .min()
                .orElseThrow();
        exchanges.stream()
                .filter(later -> later.from() > known && later.ending() == Ending.ANSWERED)
                .filter(later -> later.answer().orElseThrow().status() == 409)
                .forEach(later -> findings.require(
                        false,
                        Rule.NO_CONFLICT_AFTER_THE_OUTCOME,
                        "%s, %d ms later, at instance %d",
                        operation.id(),
                        (later.from() - known) / 1_000_000,
                        later.instance()));
    }
}
