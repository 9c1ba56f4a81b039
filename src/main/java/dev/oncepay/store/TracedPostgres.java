package dev.oncepay.store;

import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The same with a span around each. */
@Singleton
@Alternative
@Priority(1)
@IfBuildProperty(name = "quarkus.otel.enabled", stringValue = "true")
class TracedPostgres extends Postgres {
    private final Spans spans;

    TracedPostgres(Pool pool, Turns turns, GroupCommit groups, Deadline deadline, Spans spans) {
        super(pool, turns, groups, deadline);
        this.spans = spans;
    }

    @Override
    public Uni<RowSet<Row>> statement(String sql, Tuple values) {
        return spans.around("statement", () -> super.statement(sql, values));
    }

    /** As long as this request waits for it. */
    @Override
    public Uni<Optional<Row>> grouped(GroupStatement statement, List<Object> values, String order) {
        return spans.around("statement", () -> super.grouped(statement, values, order));
    }

    @Override
    public <T> Uni<T> transaction(Supplier<Uni<T>> work) {
        return spans.around("transaction", () -> super.transaction(work));
    }

    @Override
    public <T> Uni<T> settlingTransaction(Supplier<Uni<T>> work) {
        return spans.around("transaction", () -> super.settlingTransaction(work));
    }

    @Override
    public Uni<RowSet<Row>> settlingStatement(String sql, Tuple values) {
        return spans.around("statement", () -> super.settlingStatement(sql, values));
    }

    @Override
    public <T> Uni<T> settlingSession(Supplier<Uni<T>> work) {
        return spans.around("session", () -> super.settlingSession(work));
    }

    @Override
    public <T> Uni<T> session(Supplier<Uni<T>> work) {
        return spans.around("session", () -> super.session(work));
    }
}
