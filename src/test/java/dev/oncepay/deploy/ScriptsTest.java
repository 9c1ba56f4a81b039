package dev.oncepay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some scripts run for many minutes, or only where there is what they need: that they can be started is seen always. */
class ScriptsTest {
    static Stream<Path> scripts() {
        return Stream.of(".ci", "scripts", "bench", "deploy/stand-ins")
                .flatMap(folder -> filesOf(Path.of(folder)))
                .filter(file -> firstLine(file).startsWith("#!"));
    }

    private static Stream<Path> filesOf(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.findFirst().orElse("");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptCanBeStarted(Path script) {
        assertThat(script).isExecutable();
        String shell = firstLine(script).replaceAll(".*[ /]", "");
        Program.run(List.of(shell, "-n", script.toString()));
    }
}
