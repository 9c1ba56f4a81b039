package dev.oncepay.problem;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which a request has begun to come and does not come to an end: the idle timeout never ends who
 * sends a byte now and then. From the first byte on the head has so long to be whole; its body is {@link BodyCollector}'s
 * to wait for. Whatever is sent to the client, an answer above all, ends the wait too.
 *
 * <p>A timer is at most one for each connection, not for each request. All of this runs on the connection's event loop.
 */
final class HeadTimeout extends ChannelDuplexHandler {
    private static final AttributeKey<HeadTimeout> KEY = AttributeKey.valueOf(HeadTimeout.class, "of");

    private final long limitNanos;
    private boolean awaited;
    private boolean scheduled;
    private boolean off;
    private long sinceNanos;

    HeadTimeout(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /** To be called when a head or a body has come in full. */
    static void arrived(HttpServerRequest request) {
        HeadTimeout own =
                ((ConnectionBase) request.connection()).channel().attr(KEY).get();
        if (own != null) {
            own.awaited = false;
            own.off |= request.version() == HttpVersion.HTTP_2; // what comes there need not belong to a head
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
        connection.channel().attr(KEY).set(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object bytes) {
        if (!awaited && !off) {
            awaited = true;
            sinceNanos = System.nanoTime();
            if (!scheduled) {
                lookAgainIn(limitNanos, connection);
            }
        }
        connection.fireChannelRead(bytes);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object bytes, ChannelPromise promise) {
        awaited = false;
        connection.write(bytes, promise);
    }

    private void lookAgainIn(long nanos, ChannelHandlerContext connection) {
        scheduled = true;
        connection.executor().schedule(() -> look(connection), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext connection) {
        scheduled = false;
        if (!awaited || !connection.channel().isActive()) {
            return;
        }
        long left = limitNanos - (System.nanoTime() - sinceNanos);
        if (left > 0) {
            lookAgainIn(left, connection);
        } else {
            connection.close();
        }
    }
}
