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
 * threads. To a cluster it is one to each node.
 *
 * <p>One that was closed, or leads to a server that will not serve, is renewed, and serves until there is a new one: of a
 * cluster most nodes are well. What is not read from for a while is closed, such as a cluster's replicas always; so
 * nothing is done about it before a step needs it.
 */
@ApplicationScoped
class RedisLines {
    /** A server that accepts but does not speak: the next step tries anew. */
    private static final long CONNECT_MILLIS = 2_000;

    /** Between two tries to renew: Redis may be out, and there may be a thousand steps a second. */
    private static final long PAUSE_MILLIS = 100;

    /** What the client says of a step that it has not sent. */
    private static final String NOT_SENT = "Connection is closed";

    /** What a server says that is no longer, or not yet, the one to ask; Redis 6 says it in the middle of a sentence. */
    private static final Set<String> NOT_THIS_SERVER =
            Set.of("READONLY", "MOVED", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "NOAUTH");

    private final Vertx vertx;
    private final io.vertx.redis.client.Redis redis;
    private final Map<EventLoop, Future<RedisConnection>> lines = new ConcurrentHashMap<>();
    private final Map<EventLoop, Future<RedisConnection>> renewals = new ConcurrentHashMap<>();

    private final long connectMillis;

    @Inject
    RedisLines(Vertx vertx, Redis redis) {
        this(vertx, redis.getDelegate(), CONNECT_MILLIS);
    }

    /** @param connectMillis after which a connection is no longer waited for, and the next step asks for another */
    RedisLines(Vertx vertx, io.vertx.redis.client.Redis redis, long connectMillis) {
        this.vertx = vertx;
        this.redis = redis;
        this.connectMillis = connectMillis;
    }

    /** Fails with what Redis says, or with why it cannot be asked. Has no limit in time: the caller has. */
    Future<Response> send(Request request) {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        Future<RedisConnection> line = line(loop);
        return line.compose(
                connection -> connection.send(request).recover(failure -> renewedAfter(failure, loop, line, request)));
    }

    private Future<Response> renewedAfter(
            Throwable failure, EventLoop loop, Future<RedisConnection> line, Request request) {
        String said = String.valueOf(failure.getMessage());
        if (said.equals(NOT_SENT)) {
            return renewed(loop, line).compose(connection -> connection.send(request));
        }
        if (NOT_THIS_SERVER.stream().anyMatch(said::contains)) {
            renewed(loop, line);
        }
        return Future.failedFuture(failure);
    }

    private Future<RedisConnection> line(EventLoop loop) {
        Future<RedisConnection> kept = lines.get(loop);
        if (kept != null) {
            return kept;
        }
        Promise<RedisConnection> made = Promise.promise();
        Future<RedisConnection> line = made.future();
        Future<RedisConnection> other = lines.putIfAbsent(loop, line);
        if (other != null) {
            return other;
        }
        connected().onComplete(connected -> {
            if (connected.failed()) {
                lines.remove(loop, line);
            }
            made.handle(connected);
        });
        return line;
    }

    /** The one that was worn is given back only now: kept by nobody, it would be lost to the pool. */
    private Future<RedisConnection> renewed(EventLoop loop, Future<RedisConnection> worn) {
        Promise<RedisConnection> made = Promise.promise();
        Future<RedisConnection> renewal = made.future();
        Future<RedisConnection> other = renewals.putIfAbsent(loop, renewal);
        if (other != null) {
            return other;
        }
        if (lines.get(loop) != worn) {
            renewals.remove(loop, renewal);
            return line(loop);
        }
        connected().onComplete(connected -> {
            if (connected.succeeded()) {
                lines.put(loop, renewal);
                worn.onSuccess(RedisConnection::close);
            }
            made.handle(connected);
            vertx.setTimer(PAUSE_MILLIS, id -> renewals.remove(loop, renewal));
        });
        return renewal;
    }

    private Future<RedisConnection> connected() {
        Promise<RedisConnection> made = Promise.promise();
        long late = vertx.setTimer(connectMillis, id -> made.tryFail("Redis was not connected in time"));
        redis.connect().onComplete(connected -> {
            vertx.cancelTimer(late);
            if (connected.failed()) {
                made.tryFail(connected.cause());
            } else if (made.tryComplete(connected.result())) {
                // the step that meets a broken one sees that it is closed; unhandled it would be an error in the log
                connected.result().exceptionHandler(broken -> {});
            } else {
                connected.result().close(); // too late
            }
        });
        return made.future();
    }
}
