package dev.oncepay.charges;

import dev.oncepay.acquirer.Acquirer;
import dev.oncepay.acquirer.Outcome;
import dev.oncepay.idempotency.Answer;
import dev.oncepay.idempotency.OutsideEffect;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.LockModeType;
import java.util.Optional;

/** One refund's two transactions and the call between them. Locks: record, refund, charge. */
final class RefundFlow implements OutsideEffect<Refund, Outcome> {
    private static final String INSERT =
            """
            insert into refunds (merchant, id, charge_id, amount, currency, payment_method, authorization_id, reason,
              status, idempotency_key, created_at, next_attempt_at)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ''), 'processing', ?9, ?10, now() + ?11 * interval '1 ms')
            """;

    private final Refund refund;
    private final Optional<Long> amount;
    private final Wire wire;

    /**
     * @param refund without what is known only of its charge
     * @param amount in minor units; nothing means all that is left
     */
    RefundFlow(Refund refund, Optional<Long> amount, Wire wire) {
        this.refund = refund;
        this.amount = amount;
        this.wire = wire;
    }

    @Override
    public String operation() {
        return "refund";
    }

    @Override
    public String resource() {
        return refund.path();
    }

    @Override
    public Uni<Reserved<Refund>> reserve() {
        return Charge.<Charge>find("merchant = ?1 and id = ?2", refund.merchant, refund.chargeId)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResult()
                .chain(charge -> refusal(charge)
                        .<Uni<Reserved<Refund>>>map(
                                problem -> Uni.createFrom().item(new Reserved.Refused<>(Answer.refused(problem))))
                        .orElseGet(() -> reserve(charge)));
    }

    private Optional<Problem> refusal(Charge charge) {
        if (charge == null) {
            return Optional.of(Problem.of(ProblemCode.NOT_FOUND, "There is no charge " + refund.chargeId + "."));
        }
        if (!charge.status.equals(Charge.SUCCEEDED)) {
            return Optional.of(
                    Problem.of(ProblemCode.CHARGE_NOT_REFUNDABLE, "The charge's status is " + charge.status + "."));
        }
        long left = charge.amount - charge.refundReserved;
        if (left == 0 || amount.filter(asked -> asked > left).isPresent()) {
            return Optional.of(Problem.of(
                    ProblemCode.AMOUNT_EXCEEDS_CHARGE,
                    "Refunds that succeeded or are processing leave " + left + " of the charge's " + charge.amount
                            + "."));
        }
        return Optional.empty();
    }

    /** What the call needs is copied, and the default amount frozen: a later attempt evaluates nothing again. */
    private Uni<Reserved<Refund>> reserve(Charge charge) {
        refund.amount = amount.orElse(charge.amount - charge.refundReserved);
        refund.currency = charge.currency;
        refund.paymentMethod = charge.paymentMethod;
        refund.authorizationId = charge.authorizationId;
        charge.refundReserved += refund.amount;
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(INSERT)
                        .setParameter(1, refund.merchant)
                        .setParameter(2, refund.id)
                        .setParameter(3, refund.chargeId)
                        .setParameter(4, refund.amount)
                        .setParameter(5, refund.currency)
                        .setParameter(6, refund.paymentMethod)
                        .setParameter(7, refund.authorizationId)
                        .setParameter(8, Optional.ofNullable(refund.reason).orElse(""))
                        .setParameter(9, refund.idempotencyKey)
                        .setParameter(10, refund.createdAt)
                        .setParameter(11, wire.leaseMillis())
                        .executeUpdate())
                .replaceWith(new Reserved.Open<>(refund));
    }

    @Override
    public Uni<Refund> resume(String resource) {
        String id = resource.substring(resource.lastIndexOf('/') + 1);
        return wire.postgres().settlingSession(() -> Refund.of(refund.merchant, id));
    }

    @Override
    public Uni<Outcome> call(Refund open) {
        return wire.keyIsForgotten(open)
                ? wire.acquirer().lookUpRefund(open.id)
                : wire.acquirer()
                        .refund(
                                new Acquirer.Reversal(
                                        open.merchant,
                                        open.chargeId,
                                        open.id,
                                        open.authorizationId,
                                        open.amount,
                                        open.currency,
                                        open.paymentMethod),
                                isRepeated(open));
    }

    /** Only the attempt that has just reserved it knows that nobody asked before. */
    private boolean isRepeated(Refund open) {
        return open != refund || open.tries > 0;
    }

    @Override
    public Refund after(Refund open, Outcome outcome) {
        return outcome.fold(
                approved -> open.settled(Refund.SUCCEEDED, null),
                declined -> open.settled(Refund.FAILED, declined.code()),
                unknown -> open);
    }

    @Override
    public Uni<Refund> settle(Refund after) {
        if (after.isOpen()) {
            return OpenRow.REFUNDS
                    .postpone(after.merchant, after.id, Wire.FIRST_BACKOFF)
                    .chain(open -> open ? Uni.createFrom().item(after) : Refund.of(after.merchant, after.id));
        }
        return Refund.update(
                        "status = ?1, declineCode = ?2, nextAttemptAt = null"
                                + " where merchant = ?3 and id = ?4 and status = 'processing'",
                        after.status,
                        after.declineCode,
                        after.merchant,
                        after.id)
                .chain(rows -> rows == 1 ? book(after) : Refund.of(after.merchant, after.id));
    }

    private static Uni<Refund> book(Refund after) {
        boolean succeeded = after.status.equals(Refund.SUCCEEDED);
        return Charge.refunded(after.merchant, after.chargeId, after.amount, succeeded)
                .replaceWith(after);
    }

    @Override
    public Answer answer(Refund settled) {
        return switch (settled.status) {
            case Refund.SUCCEEDED -> Answer.created(settled.path(), settled.view());
            case Refund.FAILED ->
                Answer.refused(
                        settled.path(),
                        Problem.of(ProblemCode.REFUND_DECLINED, "The acquirer declined: " + settled.declineCode + ".")
                                .with("decline_code", settled.declineCode)
                                .with("refund", settled.id));
            default -> Answer.accepted(settled.path(), Wire.LOOK_AGAIN_SECONDS, settled.view());
        };
    }
}
