package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Redis server of this run's own, on loopback, that writes nothing to disk unless it is told to. */
final class Redis {
    private static final Duration START = Duration.ofSeconds(30);

    private final Path folder;
    private final int port;
    private Process process;

    private Redis(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static Redis start(Path folder, Cleanup cleanup) {
        Redis redis = new Redis(folder, Ports.free());
        cleanup.later(redis::kill);
        redis.start();
        return redis;
    }

    /** With what it had when it was last saved. */
    void start() {
        try {
            process = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            "" + port,
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--dir",
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("redis.log").toFile())
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Wait.until("Redis answers", START, this::answers);
    }

    private boolean answers() {
        try {
            return ask("ping").equals("PONG");
        } catch (IllegalStateException notYet) {
            return false; // redis-cli fails while nobody listens
        }
    }

    /** As if the machine had failed: kill -9. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps what there is for the next start. */
    void save() {
        ask("save");
    }

    String ask(String... words) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-p", "" + port));
        line.addAll(List.of(words));
        return Command.of(line.toArray(String[]::new)).output().trim();
    }

    long memory() {
        return Long.parseLong(ask("info", "memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .findFirst()
                .orElseThrow()
                .split(":")[1]
                .trim());
    }

    String version() {
        return ask("info", "server")
                .lines()
                .filter(line -> line.startsWith("redis_version:"))
                .findFirst()
                .orElseThrow()
                .split(":")[1]
                .trim();
    }

    long cpuMicros() {
        return process.isAlive() ? Cpu.ofProcess(process.pid()) : 0;
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }
}
