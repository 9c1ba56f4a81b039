package dev.oncepay.start;

import dev.oncepay.store.Deadline;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.Request;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready means: Postgres answers. Redis is told of, but without it the service is slower, not out.
 */
@Readiness
class StoreHealth implements AsyncHealthCheck {
    /** Well below a probe's own limit, so that a stalled store gives an answer and not a timeout. */
    private static final Duration PATIENCE = Duration.ofMillis(800);

    private final Pool pool;
    private final Redis redis;
    private final Deadline deadline;

    StoreHealth(Pool pool, Redis redis, Deadline deadline) {
        this.pool = pool;
        this.redis = redis;
        this.deadline = deadline;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.combine()
                .all()
                .unis(
                        answers(Uni.createFrom()
                                .deferred(() -> pool.query("select 1").execute())),
                        answers(Uni.createFrom().deferred(() -> redis.send(Request.cmd(Command.PING)))))
                .asTuple()
                .map(up -> HealthCheckResponse.named("stores")
                        .withData("postgres", up.getItem1() ? "up" : "down")
                        .withData("redis", up.getItem2() ? "up" : "down, requests go on without it")
                        .status(up.getItem1())
                        .build());
    }

    private Uni<Boolean> answers(Uni<?> question) {
        return deadline.within(PATIENCE, question.replaceWith(true), TimeoutException::new)
                .onFailure()
                .recoverWithItem(false);
    }
}
