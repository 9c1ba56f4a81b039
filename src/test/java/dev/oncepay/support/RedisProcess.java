package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** One server of a group of Redis servers on loopback, as a process of its own that can be killed and started again. */
final class RedisProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A node of a cluster also listens so much higher. */
    private static final int BUS = 10_000;

    private static final int HIGHEST = 65_535 - BUS;

    private final int port;
    private final Path folder;
    private final List<String> arguments;
    private final RedisWire wire;
    private Process process;

    private RedisProcess(int port, Path folder, List<String> arguments) {
        this.port = port;
        this.folder = folder;
        this.arguments = arguments;
        this.wire = new RedisWire(port);
    }

    /** @param settings as in its file, one line each */
    static RedisProcess server(String... settings) {
        return prepared(List.of(), Stream.concat(Stream.of("save \"\"", "appendonly no"), Stream.of(settings)));
    }

    static RedisProcess sentinel(String... settings) {
        return prepared(List.of("--sentinel"), Stream.of(settings));
    }

    /** Servers write into their files: each has its own. */
    private static RedisProcess prepared(List<String> arguments, Stream<String> settings) {
        int port = freePort();
        Path folder = Path.of("target", "redis", "" + port).toAbsolutePath();
        Path file = folder.resolve("redis.conf");
        Stream<String> own = Stream.of("port " + port, "bind 127.0.0.1", "dir " + folder, "logfile redis.log");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve("nodes.conf"));
            Files.write(file, Stream.concat(own, settings).toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<String> command = new ArrayList<>(List.of(program(), file.toString()));
        command.addAll(arguments);
        RedisProcess server = new RedisProcess(port, folder, command);
        Runtime.getRuntime().addShutdownHook(new Thread(server::kill));
        server.start();
        return server;
    }

    /** The one that is installed, as the newer; else the embedded one. */
    private static String program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(RedisProcess::embedded);
    }

    private static String embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int freePort() {
        return Stream.generate(Ports::free)
                .limit(100)
                .filter(port -> port <= HIGHEST)
                .findFirst()
                .orElseThrow();
    }

    int port() {
        return port;
    }

    RedisWire wire() {
        return wire;
    }

    void start() {
        try {
            process = new ProcessBuilder(arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output.txt").toFile())
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        await().atMost(PATIENCE).ignoreExceptions().until(() -> "PONG".equals(wire.command("PING")));
    }

    /** {@code kill -9}. */
    void kill() {
        try {
            process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isMaster() {
        return wire.command("INFO", "replication").contains("role:master");
    }

    boolean says(String section, String words) {
        return wire.command("INFO", section).contains(words);
    }

    @Override
    public void close() {
        kill();
    }
}
