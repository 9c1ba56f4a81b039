package dev.oncepay.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgPool;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Bounds what Quarkus leaves open: how long, and how many, may wait for a connection. */
@Singleton
class PostgresPool implements PgPoolCreator {
    /** Just over {@link Postgres#PATIENCE}: nobody waits for longer, so a later connection would be for no one. */
    private static final int CONNECTION_TIMEOUT_MILLIS = 2000;

    /**
     * A connection on which nothing moves for so long is closed: one that a dead host or a lost NAT entry has made mute
     * would otherwise be waited for until TCP gives up, a quarter of an hour. Not shorter: after a quiet moment a burst
     * would have to wait for all its connections to be made anew.
     */
    private static final int IDLE_SECONDS = 60;

    /** Requests in flight that may wait; beyond it a refusal at once is kinder than a queue. */
    private static final int WAITING = 2048;

    @Override
    @SuppressWarnings("deprecation") // the interface asks for PgPool
    public PgPool create(Input input) {
        PoolOptions options = input.poolOptions()
                .setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxWaitQueueSize(WAITING);
        var connect = input.pgConnectOptionsList();
        connect.forEach(one -> one.setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpKeepAlive(true)
                .setConnectTimeout(CONNECTION_TIMEOUT_MILLIS));
        return (PgPool) PgDriver.INSTANCE.createPool(input.vertx(), connect, options);
    }
}
