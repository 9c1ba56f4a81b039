package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that ends by itself, and what it printed. */
final class Command {
    private static final Duration USUAL = Duration.ofSeconds(60);

    private static final int LINES_OF_A_FAILURE = 20;

    private final List<String> line = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Duration limit = USUAL;

    private Command(List<String> line) {
        this.line.addAll(line);
    }

    static Command of(String... line) {
        return new Command(List.of(line));
    }

    /** PostgreSQL's server refuses to be root's. */
    static Command asPostgres(String... line) {
        if (!isRoot()) {
            return of(line);
        }
        List<String> quoted = new ArrayList<>();
        for (String word : line) {
            quoted.add("'" + word.replace("'", "'\\''") + "'");
        }
        return of(
                "su",
                "postgres",
                "-s",
                "/bin/sh",
                "-c",
                "cd / && PATH='" + System.getenv("PATH") + "' " + String.join(" ", quoted));
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    Command with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Command within(Duration other) {
        limit = other;
        return this;
    }

    /** @throws IllegalStateException when it failed, or took too long; with all that it said */
    String output() {
        try {
            Path file = Files.createTempFile("bench", ".out");
            try {
                int exit = run(file);
                String said = Files.readString(file);
                if (exit != 0) {
                    throw new IllegalStateException(line.get(0) + " failed (" + exit + "):\n"
                            + said.lines()
                                    .limit(LINES_OF_A_FAILURE)
                                    .collect(java.util.stream.Collectors.joining("\n")));
                }
                return said;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int run(Path file) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(file.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(line.get(0) + " did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } finally {
            process.destroyForcibly();
        }
    }
}
