package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real Redis of a test's own, to stop, pause and fill. */
public final class OwnRedis implements AutoCloseable {
    private final int port = Ports.free();
    private final Path folder = Path.of("target", "redis", "" + port).toAbsolutePath();
    private final RedisWire wire = new RedisWire(port);
    private RedisServer server;
    private long processId;

    public OwnRedis() {
        start();
    }

    public int port() {
        return port;
    }

    public RedisWire wire() {
        return wire;
    }

    public void start() {
        try {
            Files.createDirectories(folder);
            server = new RedisServerBuilder()
                    .port(port)
                    .setting("bind 127.0.0.1")
                    .setting("dir " + folder)
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            server.start();
            processId = wire.processId();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What it knows now is what it knows after its next start. */
    public void save() {
        wire.command("SAVE");
    }

    public void stop() {
        try {
            server.stop();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        Signals.send("KILL", processId);
        stop();
    }

    public void pause() {
        Signals.send("STOP", processId);
    }

    public void resume() {
        Signals.send("CONT", processId);
    }

    /** No more writes: a few MiB in it, less than that allowed, and nothing may be evicted. */
    public void fill() {
        String lump = "x".repeat(1 << 20);
        for (int i = 0; i < 4; i++) {
            wire.command("SET", "lump" + i, lump);
        }
        wire.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        wire.command("CONFIG", "SET", "maxmemory", "1mb");
    }

    public void empty() {
        wire.command("CONFIG", "SET", "maxmemory", "0");
        for (int i = 0; i < 4; i++) {
            wire.command("DEL", "lump" + i);
        }
        await().until(() -> "OK".equals(wire.command("SET", "probe", "1")));
    }

    @Override
    public void close() {
        resume();
        stop();
    }
}
