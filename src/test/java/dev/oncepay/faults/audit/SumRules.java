package dev.oncepay.faults.audit;

import dev.oncepay.faults.audit.Books.ChargeRow;
import dev.oncepay.faults.audit.Books.Effect;
import dev.oncepay.faults.audit.Books.OrderRow;
import dev.oncepay.faults.audit.Books.RefundRow;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The money: what an order and a charge say of themselves is what was really taken and given back, to the cent. */
final class SumRules {
    private final Books books;
    private final Findings findings;

    SumRules(Books books, Findings findings) {
        this.books = books;
        this.findings = findings;
    }

    void check() {
        Map<String, Long> charged = books.charges().stream()
                .filter(ChargeRow::succeeded)
                .collect(Collectors.groupingBy(ChargeRow::order, Collectors.summingLong(ChargeRow::amount)));
        Map<String, Long> refunded = books.refunds().stream()
                .filter(RefundRow::succeeded)
                .collect(Collectors.groupingBy(RefundRow::charge, Collectors.summingLong(RefundRow::amount)));
        Map<String, Long> taken = taken(books.authorizations());
        books.orders().forEach(order -> order(order, charged.getOrDefault(order.id(), 0L)));
        books.charges().forEach(charge -> charge(charge, refunded.getOrDefault(charge.id(), 0L), taken));
    }

    private static Map<String, Long> taken(List<Effect> authorizations) {
        return authorizations.stream()
                .filter(Effect::approved)
                .collect(Collectors.groupingBy(Effect::of, Collectors.summingLong(Effect::amount)));
    }

    private void order(OrderRow order, long charged) {
        findings.require(
                order.paid() == charged && order.reserved() == charged && charged <= order.amount(),
                Rule.SUMS,
                "%s, its charges that succeeded: %d",
                order,
                charged);
    }

    private void charge(ChargeRow charge, long refunded, Map<String, Long> taken) {
        long bound = charge.succeeded() ? charge.amount() : 0;
        findings.require(
                charge.refunded() == refunded && charge.refundReserved() == refunded && refunded <= bound,
                Rule.SUMS,
                "%s, its refunds that succeeded: %d",
                charge,
                refunded);
        findings.require(
                taken.getOrDefault(charge.id(), 0L) == bound,
                Rule.SUMS,
                "%s, taken at the acquirer: %d",
                charge,
                taken.getOrDefault(charge.id(), 0L));
    }
}
