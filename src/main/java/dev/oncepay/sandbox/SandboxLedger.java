package dev.oncepay.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oncepay.store.Ids;
import dev.oncepay.store.Postgres;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The sandbox's own tables: one row for each effect, and how often it was asked for. */
@ApplicationScoped
class SandboxLedger {
    /** Every call is counted; whether it has an effect is up to the card. */
    private static final String CALL =
            """
            with call as (
              insert into sandbox_call as c (key) values ($1)
              on conflict (key) do update set calls = c.calls + 1
              returning calls, first_at)
            """;

    private static final String IF_NOT_REFUSED =
            "from call where calls > $2 and now() >= first_at + $3 * interval '1 ms'"
                    + " on conflict (key) do update set calls = excluded.calls returning *";

    private static final String AUTHORIZE = CALL
            + """
            insert into sandbox_authorization
              (calls, key, id, merchant, charge, amount, currency, payment_method, status, decline_code)
            select calls, $1, $4, $5, $6, $7::bigint, $8, $9, $10, $11
            """
            + IF_NOT_REFUSED;

    private static final String REFUND = CALL
            + """
            insert into sandbox_refund (calls, key, id, merchant, charge, refund, amount, status, decline_code)
            select calls, $1, $4, $5, $6, $7, $8::bigint, $9, $10
            """
            + IF_NOT_REFUSED;

    private static final String LIST =
            """
            select * from %s where merchant = $1 and ($2::text is null or charge = $2)
            order by created_at, key limit 10000
            """;

    private final Postgres postgres;

    SandboxLedger(Postgres postgres) {
        this.postgres = postgres;
    }

    /** One authorization, approved or declined. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(name = "SandboxAuthorization")
    record Authorization(
            String id,
            String key,
            String charge,
            long amount,
            String status,
            String declineCode,
            int calls,
            Instant createdAt) {
        private static Authorization of(Row row) {
            return new Authorization(
                    row.getString("id"),
                    row.getString("key"),
                    row.getString("charge"),
                    row.getLong("amount"),
                    row.getString("status"),
                    row.getString("decline_code"),
                    row.getInteger("calls"),
                    row.get(OffsetDateTime.class, "created_at").toInstant());
        }
    }

    /** One refund, approved or declined. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @Schema(name = "SandboxRefund")
    record Refund(
            String id,
            String key,
            String charge,
            String refund,
            long amount,
            String status,
            String declineCode,
            int calls,
            Instant createdAt) {
        private static Refund of(Row row) {
            return new Refund(
                    row.getString("id"),
                    row.getString("key"),
                    row.getString("charge"),
                    row.getString("refund"),
                    row.getLong("amount"),
                    row.getString("status"),
                    row.getString("decline_code"),
                    row.getInteger("calls"),
                    row.get(OffsetDateTime.class, "created_at").toInstant());
        }
    }

    /** The same key has one row, whatever comes with it again; none while the card refuses. */
    Uni<Optional<Authorization>> authorize(String key, SandboxResource.NewAuthorization asked, CardBehaviour card) {
        return first(
                AUTHORIZE,
                called(key, card, "auth_")
                        .addString(asked.merchant())
                        .addString(asked.charge())
                        .addLong(asked.amount())
                        .addString(asked.currency())
                        .addString(asked.paymentMethod())
                        .addString(status(card.declineCode()))
                        .addString(card.declineCode().orElse(null)),
                Authorization::of);
    }

    Uni<Optional<Refund>> refund(String key, SandboxResource.NewRefund asked, CardBehaviour card) {
        return first(
                REFUND,
                called(key, card, "rfd_")
                        .addString(asked.merchant())
                        .addString(asked.charge())
                        .addString(asked.refund())
                        .addLong(asked.amount())
                        .addString(status(card.refundDeclineCode()))
                        .addString(card.refundDeclineCode().orElse(null)),
                Refund::of);
    }

    private static Tuple called(String key, CardBehaviour card, String idPrefix) {
        return Tuple.tuple()
                .addString(key)
                .addInteger(card.refusedCalls())
                .addDouble((double) card.refusedFor().toMillis())
                .addString(Ids.next(idPrefix));
    }

    private static String status(Optional<String> declineCode) {
        return declineCode.isPresent() ? "declined" : "approved";
    }

    Uni<List<Authorization>> authorizations(String merchant, Optional<String> charge) {
        return all("sandbox_authorization", merchant, charge, Authorization::of);
    }

    Uni<List<Refund>> refunds(String merchant, Optional<String> charge) {
        return all("sandbox_refund", merchant, charge, Refund::of);
    }

    Uni<Optional<Authorization>> authorization(String key) {
        return first("select * from sandbox_authorization where key = $1", Tuple.of(key), Authorization::of);
    }

    Uni<Optional<Refund>> refund(String key) {
        return first("select * from sandbox_refund where key = $1", Tuple.of(key), Refund::of);
    }

    private <T> Uni<Optional<T>> first(String sql, Tuple values, Function<Row, T> read) {
        return postgres.settlingStatement(sql, values) // somebody who has begun something waits for the answer
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(read.apply(rows.iterator().next())));
    }

    private <T> Uni<List<T>> all(String table, String merchant, Optional<String> charge, Function<Row, T> read) {
        return postgres.statement(
                        LIST.formatted(table), Tuple.tuple().addString(merchant).addString(charge.orElse(null)))
                .map(rows -> listed(rows, read));
    }

    private static <T> List<T> listed(RowSet<Row> rows, Function<Row, T> read) {
        List<T> found = new ArrayList<>();
        rows.forEach(row -> found.add(read.apply(row)));
        return found;
    }
}
