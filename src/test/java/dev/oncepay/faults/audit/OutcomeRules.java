package dev.oncepay.faults.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.faults.audit.Expected.Contends;
import dev.oncepay.faults.audit.Expected.Declined;
import dev.oncepay.faults.audit.Expected.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Each outcome against what the card and the amount call for, and against what GET says in the end. */
final class OutcomeRules {
    /** What is settled later than it is answered; all else of an answer never changes. */
    private static final List<String> CHANGING = List.of("status", "amount_paid", "amount_refunded", "decline_code");

    private final Trace trace;
    private final Reader reader;
    private final Findings findings;
    private final Map<Contends, AtomicInteger> winners = new ConcurrentHashMap<>();

    OutcomeRules(Trace trace, Reader reader, Findings findings) {
        this.trace = trace;
        this.reader = reader;
        this.findings = findings;
    }

    /** Of many operations, by many threads. */
    void check(Operation operation) {
        trace.outcome(operation).ifPresent(outcome -> {
            String end = end(operation, outcome);
            findings.require(
                    isRight(operation.expected(), end),
                    Rule.THE_RIGHT_OUTCOME,
                    "%s ended as %s, not %s: %s",
                    operation.id(),
                    end,
                    operation.expected(),
                    outcome);
            recordOf(operation, outcome);
        });
    }

    /** After all operations. */
    void contests() {
        winners.forEach((contest, won) ->
                findings.require(won.get() == contest.winners(), Rule.SUMS, "%s was won by %d", contest, won.get()));
    }

    private boolean isRight(Expected expected, String end) {
        if (expected instanceof Contends contest) {
            AtomicInteger won = winners.computeIfAbsent(contest, first -> new AtomicInteger());
            won.addAndGet(end.equals("succeeded") ? 1 : 0);
            return end.equals("succeeded") || end.equals("refused " + contest.problem());
        }
        if (expected instanceof Declined declined) {
            return end.equals("declined " + declined.declineCode());
        }
        return end.equals(expected instanceof Refused refused ? "refused " + refused.problem() : "succeeded");
    }

    /** How it ended, of the answer and of GET together. */
    private String end(Operation operation, Answer outcome) {
        return switch (outcome.status()) {
            case 201 -> made(operation, outcome, Optional.of(expectedStatus(operation)));
            case 202 -> made(operation, outcome, Optional.empty());
            case 402 -> declined(operation, outcome);
            default -> "refused " + outcome.code();
        };
    }

    private static String expectedStatus(Operation operation) {
        return operation.kind() == Operation.Kind.ORDER ? "open" : "succeeded";
    }

    /** @param status what the answer must say, where it is known already */
    private String made(Operation operation, Answer outcome, Optional<String> status) {
        JsonNode told = outcome.json();
        Optional<JsonNode> found = found(operation, outcome.headers().getOrDefault("location", ""));
        if (found.isEmpty()) {
            return "lost";
        }
        JsonNode got = found.get();
        told.fieldNames().forEachRemaining(member -> {
            if (!CHANGING.contains(member)) {
                same(operation, member, told.get(member), got.path(member));
            }
        });
        String said = told.path("status").asText();
        findings.require(
                said.equals(status.orElse("processing")),
                Rule.THE_RIGHT_OUTCOME,
                "%s said %s",
                operation.id(),
                outcome);
        if (operation.kind() == Operation.Kind.ORDER) {
            return "succeeded";
        }
        String now = got.path("status").asText();
        status.ifPresent(then -> findings.require(
                now.equals(then), Rule.SAME_AS_GET, "%s is %s, and was answered %s", operation.id(), now, outcome));
        return operation.kind() == Operation.Kind.REFUND && now.equals("failed")
                ? "declined refund_declined"
                : now.equals("declined")
                        ? "declined " + got.path("decline_code").asText()
                        : now;
    }

    private String declined(Operation operation, Answer outcome) {
        JsonNode problem = outcome.json();
        boolean charge = operation.kind() == Operation.Kind.CHARGE;
        String id = problem.path(charge ? "charge" : "refund").asText();
        String code = problem.path("decline_code").asText();
        found(operation, operation.path() + "/" + id).ifPresent(got -> {
            String status = got.path("status").asText();
            boolean same = charge
                    ? status.equals("declined")
                            && got.path("decline_code").asText().equals(code)
                    : status.equals("failed");
            findings.require(same, Rule.SAME_AS_GET, "%s is %s, and was answered %s", operation.id(), got, outcome);
        });
        return "declined " + code;
    }

    private Optional<JsonNode> found(Operation operation, String path) {
        Answer got = reader.get(operation.merchant(), path, Map.of());
        findings.require(
                got.status() == 200,
                Rule.ACKNOWLEDGED_EXISTS,
                "%s was acknowledged at %s, where GET says %s",
                operation.id(),
                path,
                got);
        return got.status() == 200 ? Optional.of(got.json()) : Optional.empty();
    }

    private void same(Operation operation, String member, JsonNode told, JsonNode got) {
        findings.require(
                told.equals(got), Rule.SAME_AS_GET, "%s of %s was %s, is %s", member, operation.id(), told, got);
    }

    /** What {@code GET /idempotency-key} says of the key. */
    private void recordOf(Operation operation, Answer outcome) {
        Answer got = reader.get(operation.merchant(), "/idempotency-key", Map.of("Idempotency-Key", operation.key()));
        boolean same = got.status() == 200
                && got.json().path("state").asText().equals("completed")
                && got.json().path("response_status").asInt() == outcome.status();
        findings.require(
                same, Rule.SAME_AS_GET, "%s was answered %s, and of its key GET says %s", operation.id(), outcome, got);
    }
}
