package dev.oncepay.store;

import io.netty.channel.EventLoop;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows that are to be inserted at the same time go in one statement: one trip, one transaction and one flush of the log
 * for all.
 *
 * <p>A lone row is sent at once. Only while it is on its way do others gather, and go together when it is back: the
 * busier it is, the larger the groups, and nobody waits for a group to fill. A group that Postgres refuses is undone as a
 * whole, and each of its rows is sent alone, so that none fails for another's sake.
 */
@ApplicationScoped
class GroupCommit {
    /** What one transaction may hold: the gain of more is small, and its locks would be held for longer. */
    static final int LARGEST = 64;

    /** Rows that wait for one event loop's turn; as many as may wait for a connection. */
    static final int WAITING = Turns.WAITING;

    /** A group that takes longer waits for a lock, or for a server that is out: the next one does not wait with it. */
    private static final long TURN_MILLIS = 25;

    /** One row may wait for a lock as long as any statement, a second; but its neighbours not for its sake. */
    private static final String LONE_LOCK_TIMEOUT = "1000ms";

    private static final String GROUPS_LOCK_TIMEOUT = "200ms";
    private static final String LOCK_TIMEOUT_THEREAFTER = "800ms";

    private final Vertx vertx;
    private final Pool pool;
    private final Turns turns;
    private final Map<Line, Gathering> gatherings = new ConcurrentHashMap<>(); // one for each event loop and statement

    private record Line(EventLoop loop, GroupStatement statement) {}

    private record Asked(List<Object> values, String order, long sinceNanos, Promise<Optional<Row>> answer) {}

    GroupCommit(Vertx vertx, Pool pool, Turns turns) {
        this.vertx = vertx;
        this.pool = pool;
        this.turns = turns;
    }

    /**
     * One row's statement, perhaps together with others'.
     *
     * @param order names what the row locks; a group has each only once, and in this order, so that no two groups can
     *              block each other
     * @return what the statement says of this row, if anything
     */
    Uni<Optional<Row>> execute(GroupStatement statement, List<Object> values, String order) {
        return Uni.createFrom().deferred(() -> {
            statement.check(values);
            ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
            EventLoop loop = context.nettyEventLoop();
            Promise<Optional<Row>> answer =
                    context.promise(); // told on the context of who asked, whoever's group it is
            Asked asked = new Asked(values, order, System.nanoTime(), answer);
            Gathering gathering =
                    gatherings.computeIfAbsent(new Line(loop, statement), line -> new Gathering(line, context.owner()));
            if (loop.inEventLoop()) {
                gathering.add(asked);
            } else {
                gathering.home.runOnContext(arrived -> gathering.add(asked));
            }
            return UniHelper.toUni(answer.future());
        });
    }

    /** Touched by its event loop only. */
    private final class Gathering {
        private final GroupStatement statement;

        /** On its event loop: without a context there, answers and timers would come to any other. */
        private final ContextInternal home;

        private Deque<Asked> waiting = new ArrayDeque<>();
        private boolean underWay;

        Gathering(Line line, VertxInternal owner) {
            statement = line.statement();
            home = owner.createEventLoopContext(
                    line.loop(), null, Thread.currentThread().getContextClassLoader());
        }

        void add(Asked asked) {
            if (waiting.size() >= WAITING) {
                asked.answer().fail(new StoreUnavailable("too many rows wait for Postgres", true, null));
                return;
            }
            waiting.add(asked);
            if (!underWay) {
                next();
            }
        }

        private void next() {
            TreeMap<String, Asked> group = new TreeMap<>();
            Deque<Asked> later = new ArrayDeque<>();
            for (Asked asked : waiting) {
                if (isLate(asked)) {
                    asked.answer().fail(new StoreUnavailable("Postgres was not asked in time", true, null));
                } else if (group.size() == LARGEST || group.putIfAbsent(asked.order(), asked) != null) {
                    later.add(asked);
                }
            }
            waiting = later;
            if (!group.isEmpty()) {
                send(List.copyOf(group.values()));
            }
        }

        private void send(List<Asked> group) {
            underWay = true;
            long turn = vertx.setTimer(TURN_MILLIS, over -> turnIsOver());
            together(group, group.size() == 1 ? LONE_LOCK_TIMEOUT : GROUPS_LOCK_TIMEOUT)
                    .subscribe()
                    .with(
                            rows -> {
                                tell(group, rows);
                                ended(turn);
                            },
                            failure -> {
                                failed(group, failure);
                                ended(turn);
                            });
        }

        private void ended(long turn) {
            if (vertx.cancelTimer(turn)) {
                turnIsOver();
            }
        }

        private void turnIsOver() {
            underWay = false;
            next();
        }

        private Uni<RowSet<Row>> together(List<Asked> group, String lockTimeout) {
            List<Object> arrays = new ArrayList<>();
            for (int column = 0; column < statement.types().size(); column++) {
                Object values = Array.newInstance(statement.types().get(column), group.size());
                for (int row = 0; row < group.size(); row++) {
                    Array.set(values, row, group.get(row).values().get(column));
                }
                arrays.add(values);
            }
            arrays.add(lockTimeout);
            return turns.take(
                    Turns.Kind.BEGIN, () -> pool.preparedQuery(statement.sql()).execute(Tuple.wrap(arrays.toArray())));
        }

        private void failed(List<Asked> group, Throwable failure) {
            boolean oneOfThem = group.size() > 1 && Postgres.wasRefusedForItself(failure);
            for (Asked asked : group) {
                if (oneOfThem && !isLate(asked)) {
                    together(List.of(asked), LOCK_TIMEOUT_THEREAFTER)
                            .subscribe()
                            .with(rows -> tell(List.of(asked), rows), asked.answer()::fail);
                } else {
                    asked.answer().fail(failure);
                }
            }
        }
    }

    private static boolean isLate(Asked asked) {
        return System.nanoTime() - asked.sinceNanos() > Postgres.PATIENCE.toNanos();
    }

    private static void tell(List<Asked> group, RowSet<Row> rows) {
        List<Optional<Row>> answers = new ArrayList<>(java.util.Collections.nCopies(group.size(), Optional.empty()));
        rows.forEach(row -> answers.set(row.getLong(0).intValue() - 1, Optional.of(row)));
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().complete(answers.get(i));
        }
    }
}
