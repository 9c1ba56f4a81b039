package dev.oncepay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmarks are no part of the build; that they can be started, and have a place to write to, is. */
class HarnessTest {
    private static final Path SOURCES = Path.of("bench", "harness");

    @Test
    void theHarnessCompilesWithoutAWarning(@TempDir Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.list(SOURCES)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("--release", "17", "-Xlint:all", "-Werror", "-proc:none", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources.toList()))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "growth", "launch"})
    void theScriptsAreScripts(String script) throws IOException, InterruptedException {
        Path file = Path.of("bench", script);
        assertThat(file).isExecutable();
        Process check =
                new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
        assertThat(check.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "growth"})
    void whatIsMeasuredHasItsPlaceInTheDocument(String part) throws IOException {
        assertThat(Files.readString(Path.of("docs", "benchmarks.md")))
                .containsSubsequence("<!-- " + part + ": begin -->", "<!-- " + part + ": end -->");
    }
}
