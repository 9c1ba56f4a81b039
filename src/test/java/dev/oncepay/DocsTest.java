package dev.oncepay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name tests as proof: the tests are there. */
class DocsTest {
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void everyRowOfTheFaultTableNamesATest() throws IOException {
        List<String> rows = rows();
        assertThat(rows).hasSizeGreaterThan(15);
        assertThat(rows).allMatch(row -> TEST.matcher(row).find());
    }

    @Test
    void everyTestOfTheFaultTableIsThere() throws IOException {
        List<MatchResult> tests =
                rows().stream().flatMap(row -> TEST.matcher(row).results()).toList();
        assertThat(tests).isNotEmpty();
        for (MatchResult test : tests) {
            assertThat(source(test.group(1)))
                    .as(test.group())
                    .containsPattern("@Test\\s+void " + test.group(2) + "\\(|@ArchTest\\s+static final ArchRule "
                            + test.group(2) + "\\b");
        }
    }

    private static List<String> rows() throws IOException {
        return Files.readAllLines(Path.of("docs/guarantees.md")).stream()
                .dropWhile(line -> !line.startsWith("| fault |"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    private static String source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            Path file = files.filter(path -> path.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no test class " + type));
            return Files.readString(file);
        }
    }
}
