package dev.oncepay.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits a bounded time, and never cancels what it waits for.
 *
 * <p>A cancelled transaction can lose its pooled connection, and a cancelled COMMIT reports nothing or, with a missing
 * synchronous standby, a success that is none. So the work goes on by itself, and only the waiting ends. The timer is
 * Vert.x's: what follows runs on the request's own context, as Hibernate Reactive demands.
 */
@ApplicationScoped
public class Deadline {
    private final Vertx vertx;

    Deadline(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * @param limit how long to wait, at least 1 ms
     * @param late  the failure when the time is over
     */
    public <T> Uni<T> within(Duration limit, Uni<T> work, Supplier<? extends Throwable> late) {
        return Uni.createFrom().emitter(emitter -> {
            long timer = vertx.setTimer(limit.toMillis(), id -> emitter.fail(late.get()));
            work.subscribe()
                    .with(
                            item -> {
                                vertx.cancelTimer(timer);
                                emitter.complete(item);
                            },
                            failure -> {
                                vertx.cancelTimer(timer);
                                emitter.fail(failure);
                            });
        });
    }
}
