package dev.oncepay.charges;

import dev.oncepay.acquirer.Acquirer;
import dev.oncepay.acquirer.Outcome;
import dev.oncepay.idempotency.Answer;
import dev.oncepay.idempotency.OutsideEffect;
import dev.oncepay.orders.Order;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;

/** One charge's two transactions and the call between them. Locks: record, charge, order. */
final class ChargeFlow implements OutsideEffect<Charge, Outcome> {
    private static final String INSERT =
            """
            insert into charges (merchant, id, order_id, amount, currency, payment_method, status, metadata,
              idempotency_key, created_at, next_attempt_at)
            values (?1, ?2, ?3, ?4, ?5, ?6, 'processing', ?7, ?8, ?9, now() + ?10 * interval '1 ms')
            """;

    private final Charge charge;
    private final Wire wire;

    ChargeFlow(Charge charge, Wire wire) {
        this.charge = charge;
        this.wire = wire;
    }

    @Override
    public String operation() {
        return "charge";
    }

    @Override
    public String resource() {
        return charge.path();
    }

    @Override
    public Uni<Reserved<Charge>> reserve() {
        return Order.reserve(charge.merchant, charge.orderId, charge.amount, charge.currency)
                .chain(reserved -> reserved ? insert() : refusal());
    }

    private Uni<Reserved<Charge>> insert() {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(INSERT)
                        .setParameter(1, charge.merchant)
                        .setParameter(2, charge.id)
                        .setParameter(3, charge.orderId)
                        .setParameter(4, charge.amount)
                        .setParameter(5, charge.currency)
                        .setParameter(6, charge.paymentMethod)
                        .setParameter(7, charge.metadata)
                        .setParameter(8, charge.idempotencyKey)
                        .setParameter(9, charge.createdAt)
                        .setParameter(10, wire.leaseMillis())
                        .executeUpdate())
                .replaceWith(new Reserved.Open<>(charge));
    }

    private Uni<Reserved<Charge>> refusal() {
        return Order.of(charge.merchant, charge.orderId)
                .map(order -> new Reserved.Refused<>(Answer.refused(reason(order))));
    }

    private Problem reason(Order order) {
        if (order == null) {
            return Problem.of(ProblemCode.NOT_FOUND, "There is no order " + charge.orderId + ".");
        }
        if (!order.currency.equals(charge.currency)) {
            return Problem.of(
                    ProblemCode.CURRENCY_MISMATCH,
                    "The order is in " + order.currency + ", the charge in " + charge.currency + ".");
        }
        return Problem.of(
                ProblemCode.AMOUNT_EXCEEDS_ORDER,
                "Charges that succeeded or are processing leave " + (order.amount - order.reserved) + " of the order's "
                        + order.amount + ".");
    }

    @Override
    public Uni<Charge> resume(String resource) {
        String id = resource.substring(resource.lastIndexOf('/') + 1);
        return wire.postgres().settlingSession(() -> Charge.of(charge.merchant, id));
    }

    @Override
    public Uni<Outcome> call(Charge open) {
        return wire.keyIsForgotten(open)
                ? wire.acquirer().lookUpAuthorization(open.id)
                : wire.acquirer()
                        .authorize(
                                new Acquirer.Authorization(
                                        open.merchant, open.id, open.amount, open.currency, open.paymentMethod),
                                isRepeated(open));
    }

    /** Only the attempt that has just reserved it knows that nobody asked before. */
    private boolean isRepeated(Charge open) {
        return open != charge || open.tries > 0;
    }

    @Override
    public Charge after(Charge open, Outcome outcome) {
        return outcome.fold(
                approved -> open.approved(approved.authorization()),
                declined -> open.declined(declined.code()),
                unknown -> open);
    }

    @Override
    public Uni<Charge> settle(Charge after) {
        if (after.isOpen()) {
            return OpenRow.CHARGES
                    .postpone(after.merchant, after.id, Wire.FIRST_BACKOFF)
                    .chain(open -> open ? Uni.createFrom().item(after) : Charge.of(after.merchant, after.id));
        }
        return Charge.update(
                        "status = ?1, declineCode = ?2, authorizationId = ?3, nextAttemptAt = null"
                                + " where merchant = ?4 and id = ?5 and status = 'processing'",
                        after.status,
                        after.declineCode,
                        after.authorizationId,
                        after.merchant,
                        after.id)
                .chain(rows -> rows == 1 ? book(after) : Charge.of(after.merchant, after.id));
    }

    private static Uni<Charge> book(Charge after) {
        return (after.status.equals(Charge.SUCCEEDED)
                        ? Order.pay(after.merchant, after.orderId, after.amount)
                        : Order.giveBack(after.merchant, after.orderId, after.amount))
                .replaceWith(after);
    }

    @Override
    public Answer answer(Charge settled) {
        return switch (settled.status) {
            case Charge.SUCCEEDED -> Answer.created(settled.path(), settled.view());
            case Charge.DECLINED ->
                Answer.refused(
                        settled.path(),
                        Problem.of(ProblemCode.CARD_DECLINED, "The acquirer declined: " + settled.declineCode + ".")
                                .with("decline_code", settled.declineCode)
                                .with("charge", settled.id));
            default -> Answer.accepted(settled.path(), Wire.LOOK_AGAIN_SECONDS, settled.view());
        };
    }
}
