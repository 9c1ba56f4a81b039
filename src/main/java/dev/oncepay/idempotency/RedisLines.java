package dev.oncepay.idempotency;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection to Redis for each event loop, kept and pipelined: a step costs no turn of a pool and no change of
 * threads. One that ended, or leads to a server that will not serve, is given back, and the next step has a new one.
 */
@ApplicationScoped
class RedisLines {
    /** A server that accepts but does not speak: the next step tries anew. */
    private static final long CONNECT_MILLIS = 2_000;

    /** What a server says that is no longer, or not yet, the one to ask. */
    private static final Set<String> NOT_THIS_SERVER =
            Set.of("READONLY", "MOVED", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "NOAUTH");

    private final Vertx vertx;
    private final io.vertx.redis.client.Redis redis;
    private final Map<EventLoop, Future<RedisConnection>> lines = new ConcurrentHashMap<>();

    private final long connectMillis;

    @Inject
    RedisLines(Vertx vertx, Redis redis) {
        this(vertx, redis.getDelegate(), CONNECT_MILLIS);
    }

    /** @param connectMillis after which the next step no longer waits for a connection, but asks for another */
    RedisLines(Vertx vertx, io.vertx.redis.client.Redis redis, long connectMillis) {
        this.vertx = vertx;
        this.redis = redis;
        this.connectMillis = connectMillis;
    }

    /** Fails with what Redis says, or with why it cannot be asked. Has no limit in time: the caller has. */
    Future<Response> send(Request request) {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        Future<RedisConnection> kept = lines.get(loop);
        Future<RedisConnection> line = kept == null ? connect(loop) : kept;
        return line.compose(connection -> connection.send(request)).onFailure(failure -> leave(loop, line, failure));
    }

    private Future<RedisConnection> connect(EventLoop loop) {
        Promise<RedisConnection> made = Promise.promise();
        Future<RedisConnection> line = made.future();
        Future<RedisConnection> other = lines.putIfAbsent(loop, line);
        if (other != null) {
            return other;
        }
        long late = vertx.setTimer(connectMillis, id -> lines.remove(loop, line));
        redis.connect().onComplete(connected -> {
            vertx.cancelTimer(late);
            if (connected.failed()) {
                lines.remove(loop, line);
                made.fail(connected.cause());
            } else if (lines.get(loop) != line) {
                connected.result().close(); // too late: kept by nobody, it would be lost to the pool
                made.fail("Redis was connected too late");
            } else {
                RedisConnection connection = connected.result();
                connection.endHandler(ended -> lines.remove(loop, line));
                connection.exceptionHandler(broken -> drop(loop, line));
                made.complete(connection);
            }
        });
        return line;
    }

    private void leave(EventLoop loop, Future<RedisConnection> line, Throwable failure) {
        String said = String.valueOf(failure.getMessage());
        if (NOT_THIS_SERVER.stream().anyMatch(said::startsWith)) {
            drop(loop, line);
        }
    }

    private void drop(EventLoop loop, Future<RedisConnection> line) {
        if (lines.remove(loop, line)) {
            line.onSuccess(RedisConnection::close);
        }
    }
}
