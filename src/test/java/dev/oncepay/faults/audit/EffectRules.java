package dev.oncepay.faults.audit;

import dev.oncepay.faults.audit.Books.ChargeRow;
import dev.oncepay.faults.audit.Books.Effect;
import dev.oncepay.faults.audit.Books.RefundRow;
import dev.oncepay.faults.audit.Books.Row;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows against what was wanted, and both sides' books against each other: one effect each, no more and no less. */
final class EffectRules {
    private final Books books;
    private final Trace trace;
    private final Findings findings;

    EffectRules(Books books, Trace trace, Findings findings) {
        this.books = books;
        this.trace = trace;
        this.findings = findings;
    }

    void check() {
        oneRowForAKey();
        Map<String, ChargeRow> charges = byId(books.charges());
        Map<String, RefundRow> refunds = byId(books.refunds());
        oneEffectFor(books.charges(), books.authorizations());
        oneEffectFor(books.refunds(), books.refundsAtTheAcquirer());
        books.authorizations()
                .forEach(effect -> belongs(
                        effect, charges.get(effect.of()), charge -> matches(charge.amount(), charge.status(), effect)));
        books.refundsAtTheAcquirer()
                .forEach(effect -> belongs(
                        effect, refunds.get(effect.of()), refund -> matches(refund.amount(), refund.status(), effect)));
    }

    private void oneRowForAKey() {
        Set<String> wanted = trace.operations().stream().map(Operation::id).collect(Collectors.toSet());
        Map<String, List<String>> rows = Stream.of(books.orders(), books.charges(), books.refunds())
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(
                        row -> String.valueOf(row.operation()), Collectors.mapping(Row::id, Collectors.toList())));
        rows.forEach((operation, ids) -> {
            findings.require(ids.size() == 1, Rule.ONE_ROW_FOR_A_KEY, "%s made %s", operation, ids);
            findings.require(wanted.contains(operation), Rule.ONE_ROW_FOR_A_KEY, "nobody asked for %s", ids);
        });
    }

    private static <T extends Row> Map<String, T> byId(List<T> rows) {
        return rows.stream().collect(Collectors.toMap(Row::id, Function.identity()));
    }

    private <T extends Row> void oneEffectFor(List<T> rows, List<Effect> effects) {
        Map<String, List<String>> keys = effects.stream()
                .collect(Collectors.groupingBy(Effect::of, Collectors.mapping(Effect::key, Collectors.toList())));
        rows.forEach(row -> {
            List<String> own = keys.getOrDefault(row.id(), List.of());
            findings.require(
                    own.size() == 1,
                    Rule.ACQUIRER_HAS_OURS_AND_NO_MORE,
                    "%s of %s has %d effects at the acquirer, under %s",
                    row.id(),
                    row.operation(),
                    own.size(),
                    own);
        });
    }

    private <T extends Row> void belongs(Effect effect, T row, Function<T, Boolean> matches) {
        findings.require(
                row != null && row.merchant().equals(effect.merchant()),
                Rule.ACQUIRER_HAS_OURS_AND_NO_MORE,
                "%s is at the acquirer and not with us",
                effect);
        findings.require(
                row == null || matches.apply(row),
                Rule.ACQUIRER_HAS_OURS_AND_NO_MORE,
                "%s is ours, and at the acquirer %s",
                row,
                effect);
    }

    private static boolean matches(long amount, String status, Effect effect) {
        boolean sameEnd = effect.approved()
                ? status.equals("succeeded")
                : Set.of("declined", "failed").contains(status);
        return amount == effect.amount() && sameEnd;
    }
}
