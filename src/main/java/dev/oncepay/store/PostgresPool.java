package dev.oncepay.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgPool;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Singleton;

/** Bounds what Quarkus leaves open. Nobody waits here who has no {@link Turns turn}, but for a new connection. */
@Singleton
class PostgresPool implements PgPoolCreator {
    /** Just over {@link Postgres#PATIENCE}: nobody waits for longer, so a later connection would be for no one. */
    private static final int CONNECT_TIMEOUT_MILLIS = 2000;

    @Override
    @SuppressWarnings("deprecation") // the interface asks for PgPool
    public PgPool create(Input input) {
        PoolOptions options = input.poolOptions()
                .setConnectionTimeout(0) // see Turns for what it would lead to
                .setMaxWaitQueueSize(Turns.WAITING);
        var connect = input.pgConnectOptionsList();
        // Of the socket too: a query in flight on a mute connection keeps it from ever being idle in the pool.
        connect.forEach(one -> one.setIdleTimeout(options.getIdleTimeout())
                .setIdleTimeoutUnit(options.getIdleTimeoutUnit())
                .setTcpKeepAlive(true)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
        return (PgPool) PgDriver.INSTANCE.createPool(input.vertx(), connect, options);
    }
}
