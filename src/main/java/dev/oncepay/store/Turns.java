package dev.oncepay.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who may use a connection to Postgres now: as many as there are connections. The others wait here, so that nobody waits
 * in the pool itself.
 *
 * <p>The pool would work for those who have long been told that it was too late; and whom it serves in the very moment in
 * which his time runs out, he leaves with a connection that never comes back (Vert.x up to 4.5.26,
 * eclipse-vertx/vertx-sql-client#1620): after as many of them as there are connections, nothing works any more.
 */
@ApplicationScoped
class Turns {
    /** Of each kind; beyond it a refusal at once is kinder than a queue. */
    static final int WAITING = 2048;

    /** What somebody wants to do, in the order in which turns are given. */
    enum Kind {
        /** What was begun is brought to its end, even when everything else has to wait. */
        FINISH(Duration.ofMillis(1700)),

        /** Half of a caller's patience is left for the work itself. */
        BEGIN(Duration.ofMillis(900));

        private final Duration patience;

        Kind(Duration patience) {
            this.patience = patience;
        }
    }

    private final Vertx vertx;
    private final Timer waited;
    private final Map<Kind, Queue<Asker>> waiting = new EnumMap<>(Kind.class);
    private int free;

    /** Who waits, and is told on his own context, later: work that ends at once would give its turn on, and so on, and on. */
    private static final class Asker {
        private final ContextInternal context;
        private final Promise<Void> turn;
        private final AtomicBoolean told = new AtomicBoolean();

        Asker(ContextInternal context) {
            this.context = context;
            this.turn = context.promise();
        }

        /** Whether he still waited for it. */
        boolean isTold(Consumer<Promise<Void>> answer) {
            boolean waits = told.compareAndSet(false, true);
            if (waits) {
                context.runOnContext(later -> answer.accept(turn));
            }
            return waits;
        }
    }

    Turns(
            Vertx vertx,
            MeterRegistry metrics,
            @ConfigProperty(name = "quarkus.datasource.reactive.max-size") int connections) {
        this.vertx = vertx;
        free = connections;
        Stream.of(Kind.values()).forEach(kind -> waiting.put(kind, new ArrayDeque<>()));
        waited = Timer.builder("oncepay.postgres.waits")
                .description("How long who had to wait for a connection to PostgreSQL has waited")
                .register(metrics);
        Gauge.builder("oncepay.postgres.waiting", this, Turns::count)
                .description("Who waits for a connection to PostgreSQL")
                .register(metrics);
    }

    /**
     * Does the work when there is a connection for it. When there is none in time, or too many wait already, it fails with
     * a {@link StoreUnavailable}, and nothing was done.
     */
    <T> Uni<T> take(Kind kind, Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            AtomicBoolean over = new AtomicBoolean(); // a retry cancels what has failed, and so ends it once more
            Uni<T> held = Uni.createFrom()
                    .deferred(() -> work.get())
                    .onTermination()
                    .invoke(() -> {
                        if (over.compareAndSet(false, true)) {
                            giveBack();
                        }
                    });
            return ask(kind).map(turn -> turn.chain(() -> held)).orElse(held);
        });
    }

    /** Nothing, where there is a turn at once. */
    private Optional<Uni<Void>> ask(Kind kind) {
        Asker asker;
        synchronized (this) {
            if (free > 0) {
                free--;
                return Optional.empty();
            }
            if (waiting.get(kind).size() >= WAITING) {
                return Optional.of(
                        Uni.createFrom().failure(new StoreUnavailable("too many wait for Postgres", true, null)));
            }
            asker = new Asker((ContextInternal) vertx.getOrCreateContext());
            waiting.get(kind).add(asker);
        }
        long since = System.nanoTime();
        long timer = vertx.setTimer(kind.patience.toMillis(), late -> tooLate(kind, asker));
        return Optional.of(UniHelper.toUni(asker.turn.future()).onTermination().invoke(() -> {
            vertx.cancelTimer(timer);
            waited.record(Duration.ofNanos(System.nanoTime() - since));
        }));
    }

    private void tooLate(Kind kind, Asker asker) {
        synchronized (this) {
            waiting.get(kind).remove(asker);
        }
        asker.isTold(turn -> turn.fail(new StoreUnavailable("Postgres had no connection free in time", true, null)));
    }

    private void giveBack() {
        Optional<Asker> next = next();
        while (next.isPresent() && !next.get().isTold(Promise::complete)) { // his time has just run out
            next = next();
        }
    }

    /** Whose turn it is; if it is nobody's, there is one more free. */
    private synchronized Optional<Asker> next() {
        for (Queue<Asker> askers : waiting.values()) { // in the order of the kinds
            if (!askers.isEmpty()) {
                return Optional.of(askers.poll());
            }
        }
        free++;
        return Optional.empty();
    }

    private synchronized int count() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }
}
