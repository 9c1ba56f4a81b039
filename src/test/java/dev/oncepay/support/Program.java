package dev.oncepay.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A tool of somebody else's that may be on this machine, and a check that can do more where it is. */
public final class Program {
    private Program() {}

    /** Tells it loudly when it is not there: a check that was left out must not look like one that passed. */
    public static boolean isHere(String name, String forWhat) {
        boolean here = find(name).isPresent();
        if (!here) {
            System.err.println(
                    "\n*** NOT CHECKED: " + forWhat + ", because there is no " + name + " on the PATH. ***\n");
        }
        return here;
    }

    public static Optional<Path> find(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @return what it printed */
    public static String run(List<String> command) {
        try {
            Path output = Files.createTempFile(Path.of("target"), "program", ".txt");
            Path errors = Files.createTempFile(Path.of("target"), "program", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(command + ": " + text(output) + text(errors));
            }
            return text(output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
