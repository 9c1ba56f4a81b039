package dev.oncepay.charges;

import dev.oncepay.store.Postgres;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When the open rows of a table may be taken up by the sweep; all times are Postgres's. */
enum OpenRow {
    CHARGES("charges"),
    REFUNDS("refunds");

    private final String takeUp;
    private final String postpone;

    OpenRow(String table) {
        // Whoever takes a row up moves its next attempt, so another instance's sweep passes it by. That it is still
        // open is asked by the column that is null otherwise: by its status, the planner might look all open rows
        // through for each one, instead of the primary key.
        takeUp =
                """
                update %1$s t set tries = t.tries + 1, next_attempt_at = now() + $1 * interval '1 ms'
                from (select merchant, id from %1$s where status = 'processing' and next_attempt_at <= now()
                      order by next_attempt_at limit $2 for update skip locked) due
                where t.merchant = due.merchant and t.id = due.id and t.next_attempt_at is not null
                returning t.merchant, t.id
                """
                        .formatted(table);
        postpone =
                """
                update %s set next_attempt_at = now() + ?3 * interval '1 ms'
                where merchant = ?1 and id = ?2 and status = 'processing'
                """
                        .formatted(table);
    }

    /** One instance's share of what is due: merchant and id. */
    Uni<List<Row>> takeUp(Postgres postgres, Duration untilTakenUpAgain, int most) {
        return postgres.regular(takeUp, Tuple.of((double) untilTakenUpAgain.toMillis(), most))
                .map(rows -> {
                    List<Row> due = new ArrayList<>();
                    rows.forEach(due::add);
                    return due;
                });
    }

    /** In the caller's transaction: whether the row is still open, and is left alone for so long. */
    Uni<Boolean> postpone(String merchant, String id, Duration wait) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(postpone)
                        .setParameter(1, merchant)
                        .setParameter(2, id)
                        .setParameter(3, (double) wait.toMillis())
                        .executeUpdate())
                .map(rows -> rows == 1);
    }
}
