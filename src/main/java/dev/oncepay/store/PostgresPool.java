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

    /** Requests in flight that may wait; beyond it a refusal at once is kinder than a queue. */
    static final int WAITING = 2048;

    @Override
    @SuppressWarnings("deprecation") // the interface asks for PgPool
    public PgPool create(Input input) {
        PoolOptions options = input.poolOptions()
                .setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxWaitQueueSize(WAITING);
        var connect = input.pgConnectOptionsList();
        // Of the socket too: a query in flight on a mute connection keeps it from ever being idle in the pool.
        connect.forEach(one -> one.setIdleTimeout(options.getIdleTimeout())
                .setIdleTimeoutUnit(options.getIdleTimeoutUnit())
                .setTcpKeepAlive(true)
                .setConnectTimeout(CONNECTION_TIMEOUT_MILLIS));
        return (PgPool) PgDriver.INSTANCE.createPool(input.vertx(), connect, options);
    }
}
