package dev.oncepay.charges;

import dev.oncepay.orders.Metadata;
import dev.oncepay.store.Ids;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Entity;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/** A payment of an order. It goes from processing to its final state exactly once. */
@Entity
@Table(name = "charges")
@IdClass(Charge.Id.class)
public class Charge extends PanacheEntityBase implements Unsettled {
    /** Of what a merchant has. */
    public record Id(String merchant, String id) implements Serializable {}

    public static final String PROCESSING = "processing";
    public static final String SUCCEEDED = "succeeded";
    public static final String DECLINED = "declined";

    @jakarta.persistence.Id
    public String merchant;

    @jakarta.persistence.Id
    public String id;

    public String orderId;

    /** In minor units of the currency. */
    public long amount;

    public String currency;
    public String paymentMethod;
    public String status;

    /** Null unless declined. */
    public String declineCode;

    /** The acquirer's id; null unless succeeded. */
    public String authorizationId;

    /** The refunds that succeeded or are still processing. */
    public long refundReserved;

    /** The refunds that succeeded. */
    public long amountRefunded;

    public String metadata;

    /** The key of the record that the settlement completes. */
    public String idempotencyKey;

    /** How often the sweep has asked the acquirer. */
    public int tries;

    /** When the sweep may take it up, by Postgres's clock; null once settled. */
    public Instant nextAttemptAt;

    public Instant createdAt;

    /** @return null where the merchant has no such charge */
    public static Uni<Charge> of(String merchant, String id) {
        return Ids.isId(id)
                ? find("merchant = ?1 and id = ?2", merchant, id).firstResult()
                : Uni.createFrom().nullItem();
    }

    /** A refund's amount is free again, or is given back. */
    static Uni<Integer> refunded(String merchant, String id, long amount, boolean succeeded) {
        return succeeded
                ? update("amountRefunded = amountRefunded + ?1 where merchant = ?2 and id = ?3", amount, merchant, id)
                : update("refundReserved = refundReserved - ?1 where merchant = ?2 and id = ?3", amount, merchant, id);
    }

    /** A copy that the acquirer has approved. */
    Charge approved(String authorization) {
        Charge after = copy();
        after.status = SUCCEEDED;
        after.authorizationId = authorization;
        return after;
    }

    /** A copy that the acquirer has declined. */
    Charge declined(String code) {
        Charge after = copy();
        after.status = DECLINED;
        after.declineCode = code;
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
        return ChargeResource.PATH + "/" + id;
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

    private Charge copy() {
        Charge copy = new Charge();
        copy.merchant = merchant;
        copy.id = id;
        copy.orderId = orderId;
        copy.amount = amount;
        copy.currency = currency;
        copy.paymentMethod = paymentMethod;
        copy.status = status;
        copy.declineCode = declineCode;
        copy.authorizationId = authorizationId;
        copy.refundReserved = refundReserved;
        copy.amountRefunded = amountRefunded;
        copy.metadata = metadata;
        copy.idempotencyKey = idempotencyKey;
        copy.tries = tries;
        copy.nextAttemptAt = nextAttemptAt;
        copy.createdAt = createdAt;
        return copy;
    }

    public ChargeView view() {
        return new ChargeView(
                id,
                orderId,
                amount,
                currency,
                paymentMethod,
                status,
                declineCode,
                amountRefunded,
                Metadata.read(metadata),
                createdAt);
    }

    /** A charge as clients see it. */
    public record ChargeView(
            String id,
            String orderId,
            long amount,
            String currency,
            String paymentMethod,
            String status,
            String declineCode,
            long amountRefunded,
            Map<String, String> metadata,
            Instant createdAt) {}
}
