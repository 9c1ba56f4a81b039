package dev.oncepay.store;

import dev.oncepay.store.Turns.Kind;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.impl.MutinySessionImpl;

/** The ways to Postgres, each with a limit on the wait, and one reading of what its failures mean. */
@ApplicationScoped
public class Postgres {
    /** Callers are told within 2 s that Postgres is out; the rest of that goes to Redis and the answer itself. */
    static final Duration PATIENCE = Duration.ofMillis(1800);

    /**
     * Nobody waits for the regular work: 1.7 s for its turn, and then the server's own statement_timeout, 5 s, ends it
     * first, and undoes it.
     */
    private static final Duration REGULAR_PATIENCE = Duration.ofSeconds(8);

    /** A deadlock or a serialization failure has undone everything; trying twice more is enough when locks have one order. */
    private static final int RETRIES = 2;

    private final Pool pool;
    private final Turns turns;
    private final GroupCommit groups;
    private final Deadline deadline;

    Postgres(Pool pool, Turns turns, GroupCommit groups, Deadline deadline) {
        this.pool = pool;
        this.turns = turns;
        this.groups = groups;
        this.deadline = deadline;
    }

    /** One statement that is a transaction by itself. */
    public Uni<RowSet<Row>> statement(String sql, Tuple values) {
        return inTurn(PATIENCE, Kind.BEGIN, () -> pool.preparedQuery(sql).execute(values));
    }

    /** The same for what settles what was begun: before all that would begin something. */
    public Uni<RowSet<Row>> settlingStatement(String sql, Tuple values) {
        return inTurn(PATIENCE, Kind.FINISH, () -> pool.preparedQuery(sql).execute(values));
    }

    /**
     * A statement for one row, perhaps together with others that come at the same time.
     *
     * @param order names what the row locks
     * @return what the statement says of this row, if anything
     */
    public Uni<Optional<Row>> grouped(GroupStatement statement, List<Object> values, String order) {
        return bounded(PATIENCE, () -> groups.execute(statement, values, order));
    }

    /** The same as {@link #statement} for the sweep and the reaper, which may take longer than any request. */
    public Uni<RowSet<Row>> regular(String sql, Tuple values) {
        return inTurn(
                REGULAR_PATIENCE, Kind.FINISH, () -> pool.preparedQuery(sql).execute(values));
    }

    /** One transaction of entities and SQL on the same connection. The answer comes after its COMMIT. */
    public <T> Uni<T> transaction(Supplier<Uni<T>> work) {
        return inTurn(PATIENCE, Kind.BEGIN, () -> Panache.withTransaction(work));
    }

    /** The same for what settles what was begun. */
    public <T> Uni<T> settlingTransaction(Supplier<Uni<T>> work) {
        return inTurn(PATIENCE, Kind.FINISH, () -> Panache.withTransaction(work));
    }

    /**
     * A statement in the caller's {@link #transaction}, on the same connection. It is not one of Hibernate's queries: a
     * native one that returns rows is planned anew each time, and pushes the plans of all others out of their cache.
     * What Hibernate has not flushed yet, the statement does not see.
     *
     * @return the rows, if it returns any
     */
    public Uni<List<Object[]>> inTransaction(String sql, Object... values) {
        return Panache.getSession()
                .chain(session -> Uni.createFrom().completionStage(() -> ((MutinySessionImpl) session)
                        .getReactiveConnection()
                        .select(sql, values)))
                .map(result -> {
                    List<Object[]> rows = new ArrayList<>();
                    result.forEachRemaining(rows::add);
                    return rows;
                });
    }

    /** Entities to read, outside of any transaction. */
    public <T> Uni<T> session(Supplier<Uni<T>> work) {
        return inTurn(PATIENCE, Kind.BEGIN, () -> Panache.withSession(work));
    }

    /** The same for what settles what was begun. */
    public <T> Uni<T> settlingSession(Supplier<Uni<T>> work) {
        return inTurn(PATIENCE, Kind.FINISH, () -> Panache.withSession(work));
    }

    /**
     * Steps of one request that share its patience: each is bounded by itself, and so is their sum.
     *
     * @param spentNanos what the request has waited already
     */
    public <T> Uni<T> together(long spentNanos, Uni<T> steps) {
        Duration left = PATIENCE.minusNanos(spentNanos);
        return deadline.within(
                left.toMillis() > 0 ? left : Duration.ofMillis(1),
                steps,
                () -> new StoreUnavailable("Postgres did not answer in time", false, null));
    }

    private <T> Uni<T> inTurn(Duration patience, Kind kind, Supplier<Uni<T>> work) {
        return bounded(patience, () -> turns.take(kind, work));
    }

    private <T> Uni<T> bounded(Duration patience, Supplier<Uni<T>> work) {
        Uni<T> tried = Uni.createFrom()
                .deferred(() -> work.get())
                .onFailure(Postgres::isTriedAgain)
                .retry()
                .atMost(RETRIES);
        return deadline.within(
                        patience, tried, () -> new StoreUnavailable("Postgres did not answer in time", false, null))
                .onFailure(Postgres::isOut)
                .transform(failure -> failure instanceof StoreUnavailable
                        ? failure
                        : new StoreUnavailable("Postgres is out of reach", didNothing(failure), failure));
    }

    /** Whether a lock was not had within {@code lock_timeout}; the statement's transaction is undone. */
    public static boolean isLockTimeout(Throwable failure) {
        return sqlState(failure).filter("55P03"::equals).isPresent();
    }

    /** Whether Postgres itself refused, and so undid the transaction: a constraint, a trigger, a broken statement. */
    public static boolean wasRefused(Throwable failure) {
        return sqlState(failure)
                .filter(state -> !state.matches("(08|57|58|XX).*"))
                .isPresent();
    }

    /** Whether what was refused is the reason, and not the state that the server is in, which would refuse anything. */
    static boolean wasRefusedForItself(Throwable failure) {
        return wasRefused(failure)
                && sqlState(failure)
                        .filter(state -> !state.matches("53.*|25.*"))
                        .isPresent();
    }

    /** Whether a transaction that failed so runs again, by itself and a few times. */
    public static boolean isTriedAgain(Throwable failure) {
        return sqlState(failure)
                .filter(state -> state.equals("40001") || state.equals("40P01"))
                .isPresent();
    }

    /**
     * Connection exceptions (08), transaction rollback (40), insufficient resources (53), operator intervention (57),
     * lock not available (55P03), and every failure below SQL.
     */
    private static boolean isOut(Throwable failure) {
        if (failure instanceof StoreUnavailable) {
            return true;
        }
        return sqlState(failure)
                .map(state -> state.matches("(08|40|53|57).*|55P03|25006|25P03"))
                .orElseGet(() -> causedBy(failure, java.io.IOException.class)
                        || causedBy(failure, io.vertx.core.VertxException.class)
                        || causedBy(failure, io.vertx.core.impl.NoStackTraceThrowable.class));
    }

    /** Not after the server went away: its last words may have crossed with a COMMIT. */
    private static boolean didNothing(Throwable failure) {
        return sqlState(failure)
                .map(state -> state.matches("(40|53).*|55P03|57014|57P03|25006"))
                .orElseGet(() -> causedBy(failure, ConnectException.class));
    }

    private static Optional<String> sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException postgres) {
                return Optional.ofNullable(postgres.getSqlState());
            }
            if (cause instanceof SQLException hibernates && hibernates.getSQLState() != null) {
                return Optional.of(hibernates.getSQLState()); // what Hibernate makes of the former
            }
        }
        return Optional.empty();
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
