package dev.oncepay.dev;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.IntSupplier;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real PostgreSQL and a real Redis for this process, so that nothing needs to be installed.
 *
 * <p>Several class loaders ask, and every live reload asks again; the running servers are found by their ports in
 * system properties, so they, and their data, outlive reloads. They end with the process.
 */
public final class EmbeddedServers {
    private static final String POSTGRES = "oncepay.embedded.postgres.port";
    static final String REDIS = "oncepay.embedded.redis.port";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedServers() {}

    public static int postgresPort() {
        return once(POSTGRES, EmbeddedServers::startPostgres);
    }

    public static int redisPort() {
        return once(REDIS, EmbeddedServers::startRedis);
    }

    private static int once(String property, IntSupplier start) {
        synchronized (System.getProperties()) { // the one object that all class loaders share
            String port = System.getProperty(property);
            if (port == null) {
                port = Integer.toString(start.getAsInt());
                System.setProperty(property, port);
            }
            return Integer.parseInt(port);
        }
    }

    /** The durable settings are what the promise stands on; embedded servers come with them off. */
    public static EmbeddedPostgres.Builder durablePostgres() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .setPGStartupWait(PATIENCE);
    }

    private static int startPostgres() {
        try {
            EmbeddedPostgres postgres = durablePostgres().start();
            atExit(postgres::close);
            return postgres.getPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the embedded PostgreSQL did not start; install one and set"
                            + " quarkus.datasource.reactive.url and quarkus.datasource.jdbc.url",
                    failure);
        }
    }

    private static int startRedis() {
        try {
            int port = freePort();
            RedisServer redis = new RedisServerBuilder()
                    .port(port)
                    .setting("bind 127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            redis.start();
            atExit(redis::stop);
            return port;
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the embedded Redis did not start; install one and set quarkus.redis.hosts", failure);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void atExit(Closing server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.close();
            } catch (IOException failure) {
                System.err.println("an embedded server did not stop: " + failure);
            }
        }));
    }
}
