package dev.oncepay.charges;

import dev.oncepay.store.Ids;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Entity;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** Money of a charge given back. It goes from processing to its final state exactly once. */
@Entity
@Table(name = "refunds")
@IdClass(Refund.Id.class)
public class Refund extends PanacheEntityBase implements Unsettled {
    /** Of what a merchant has. */
    public record Id(String merchant, String id) implements Serializable {}

    public static final String PROCESSING = "processing";
    public static final String SUCCEEDED = "succeeded";
    public static final String FAILED = "failed";

    @jakarta.persistence.Id
    public String merchant;

    @jakarta.persistence.Id
    public String id;

    public String chargeId;

    /** In minor units; a default was frozen when the refund was made. */
    public long amount;

    public String currency;
    public String paymentMethod;

    /** The acquirer's id of what is given back. */
    public String authorizationId;

    /** Null where none was given. */
    public String reason;

    public String status;

    /** Null unless failed. */
    public String declineCode;

    public String idempotencyKey;
    public int tries;

    /** When the sweep may take it up, by Postgres's clock; null once settled. */
    public Instant nextAttemptAt;

    public Instant createdAt;

    /** @return null where the merchant has no such refund */
    static Uni<Refund> of(String merchant, String id) {
        return Ids.isId(id)
                ? find("merchant = ?1 and id = ?2", merchant, id).firstResult()
                : Uni.createFrom().nullItem();
    }

    /** A copy as the acquirer's answer leaves it. */
    Refund settled(String outcome, String code) {
        Refund after = new Refund();
        after.merchant = merchant;
        after.id = id;
        after.chargeId = chargeId;
        after.amount = amount;
        after.currency = currency;
        after.paymentMethod = paymentMethod;
        after.authorizationId = authorizationId;
        after.reason = reason;
        after.status = outcome;
        after.declineCode = code;
        after.idempotencyKey = idempotencyKey;
        after.tries = tries;
        after.createdAt = createdAt;
        return after;
    }

    boolean isOpen() {
        return status.equals(PROCESSING);
    }

    @Override
    public String merchant() {
        return merchant;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String path() {
        return ChargeResource.PATH + "/" + chargeId + "/refunds/" + id;
    }

    @Override
    public String status() {
        return status;
    }

    @Override
    public String idempotencyKey() {
        return idempotencyKey;
    }

    @Override
    public int tries() {
        return tries;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    RefundView view() {
        return new RefundView(id, chargeId, amount, currency, reason, status, createdAt);
    }

    /** A refund as clients see it. */
    public record RefundView(
            String id,
            String chargeId,
            long amount,
            String currency,
            String reason,
            String status,
            Instant createdAt) {}
}
