package dev.oncepay.orders;

import dev.oncepay.store.Ids;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Entity;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/**
 * Something to be paid. What its charges add up to is kept on its own row, where a check constraint bounds it, so no
 * concurrency can overcharge it.
 */
@Entity
@Table(name = "orders")
@IdClass(Order.Id.class)
public class Order extends PanacheEntityBase {
    /** Of what a merchant has. */
    public record Id(String merchant, String id) implements Serializable {}

    @jakarta.persistence.Id
    public String merchant;

    @jakarta.persistence.Id
    public String id;

    /** In minor units of the currency, as all amounts. */
    public long amount;

    public String currency;
    public String reference;
    public String metadata;

    /** The charges that succeeded or are still processing. */
    public long reserved;

    /** The charges that succeeded. */
    public long paid;

    public Instant createdAt;

    /** @return null where the merchant has no such order */
    public static Uni<Order> of(String merchant, String id) {
        return Ids.isId(id)
                ? find("merchant = ?1 and id = ?2", merchant, id).firstResult()
                : Uni.createFrom().nullItem();
    }

    /** Sets an amount aside for a charge: whether the order is there, in that currency, with that much left. */
    public static Uni<Boolean> reserve(String merchant, String id, long amount, String currency) {
        return update(
                        "reserved = reserved + ?1 where merchant = ?2 and id = ?3 and currency = ?4"
                                + " and reserved + ?1 <= amount",
                        amount,
                        merchant,
                        id,
                        currency)
                .map(rows -> rows == 1);
    }

    /** A charge that had reserved its amount succeeded. */
    public static Uni<Integer> pay(String merchant, String id, long amount) {
        return update("paid = paid + ?1 where merchant = ?2 and id = ?3", amount, merchant, id);
    }

    /** A charge that had reserved its amount was declined. */
    public static Uni<Integer> giveBack(String merchant, String id, long amount) {
        return update("reserved = reserved - ?1 where merchant = ?2 and id = ?3", amount, merchant, id);
    }

    public OrderView view() {
        return new OrderView(
                id,
                amount,
                currency,
                reference,
                paid == amount ? "paid" : "open",
                paid,
                Metadata.read(metadata),
                createdAt);
    }

    /** An order as clients see it. */
    public record OrderView(
            String id,
            long amount,
            String currency,
            String reference,
            String status,
            long amountPaid,
            Map<String, String> metadata,
            Instant createdAt) {}
}
