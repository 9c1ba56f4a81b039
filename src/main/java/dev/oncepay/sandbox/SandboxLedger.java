package dev.oncepay.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sandbox's own table: one row for each effect, and how often it was asked for. */
@ApplicationScoped
class SandboxLedger {
    private static final String AUTHORIZE =
            """
            insert into sandbox_authorization
              (key, id, merchant, charge, amount, currency, payment_method, status, decline_code)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (key) do update set calls = sandbox_authorization.calls + 1
            returning *
            """;

    private static final String LIST =
            """
            select * from sandbox_authorization
            where merchant = $1 and ($2::text is null or charge = $2) order by created_at, key limit 10000
            """;

    private static final String FIND = "select * from sandbox_authorization where key = $1";

    private final Pool pool;

    SandboxLedger(Pool pool) {
        this.pool = pool;
    }

    /** One authorization, approved or declined. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
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

    /** The same key has one row, whatever comes with it again. */
    Uni<Authorization> authorize(String key, String id, SandboxResource.NewAuthorization asked, CardBehaviour card) {
        return pool.preparedQuery(AUTHORIZE)
                .execute(Tuple.tuple()
                        .addString(key)
                        .addString(id)
                        .addString(asked.merchant())
                        .addString(asked.charge())
                        .addLong(asked.amount())
                        .addString(asked.currency())
                        .addString(asked.paymentMethod())
                        .addString(card.declineCode().isPresent() ? "declined" : "approved")
                        .addString(card.declineCode().orElse(null)))
                .map(rows -> Authorization.of(rows.iterator().next()));
    }

    Uni<List<Authorization>> list(String merchant, Optional<String> charge) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.tuple().addString(merchant).addString(charge.orElse(null)))
                .map(rows -> {
                    List<Authorization> found = new ArrayList<>();
                    rows.forEach(row -> found.add(Authorization.of(row)));
                    return found;
                });
    }

    Uni<Optional<Authorization>> find(String key) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(key))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Authorization.of(rows.iterator().next())));
    }
}
