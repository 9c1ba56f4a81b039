package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.oncepay.faults.OutagesIT;
import dev.oncepay.problem.ProblemCode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents' tables say what the code does, and each of their rows has a test that is named for it. */
class DocumentsTest {
    private static final Path API = Path.of("docs/api.md");
    private static final Path README = Path.of("README.md");
    private static final Pattern ERROR = Pattern.compile(
            "^\\| `([a-z-]+)` \\| (\\d{3}) \\| (true|false) \\| (true|false) \\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern SETTING =
            Pattern.compile("^\\| `(oncepay\\.[a-z.-]+)` \\| ([^|]+) \\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern CARD = Pattern.compile("`pm_(card_[a-z_]+)`");
    private static final Pattern WORD_START = Pattern.compile("[-._]([a-z])");

    private record Row(int status, boolean retryable, boolean safeNewKey) {
        private static Row of(ProblemCode code) {
            return new Row(code.status(), code.retryable(), code.safeNewKey());
        }

        private static Row of(MatchResult line) {
            return new Row(
                    Integer.parseInt(line.group(2)),
                    Boolean.parseBoolean(line.group(3)),
                    Boolean.parseBoolean(line.group(4)));
        }
    }

    private static Map<String, Row> catalogue() {
        return Arrays.stream(ProblemCode.values()).collect(Collectors.toMap(ProblemCode::code, Row::of));
    }

    private static Stream<MatchResult> rows(Pattern row, Path document) throws IOException {
        return row.matcher(Files.readString(document)).results();
    }

    @Test
    void theTableOfErrorsIsTheCatalogue() throws IOException {
        Map<String, Row> table = rows(ERROR, API).collect(Collectors.toMap(line -> line.group(1), Row::of));
        assertThat(table).isEqualTo(catalogue());
    }

    @Test
    void eachErrorHasATestThatIsNamedForIt() {
        assertThat(catalogue().keySet())
                .allSatisfy(code ->
                        assertHasATest(code, ErrorsTest.class, RefusalsTest.class, LimitsIT.class, OutagesIT.class));
    }

    @Test
    void eachSettingHasATestThatIsNamedForIt() throws IOException {
        assertThat(rows(SETTING, README).map(line -> line.group(1).replace("oncepay.", "")))
                .isNotEmpty()
                .allSatisfy(name -> assertHasATest(name, SettingsIT.class, LimitsIT.class));
    }

    @Test
    void eachCardHasATestThatIsNamedForIt() throws IOException {
        for (Path document : List.of(README, API)) {
            assertThat(rows(CARD, document).map(card -> card.group(1)))
                    .isNotEmpty()
                    .allSatisfy(card -> assertHasATest(card, CardsTest.class));
        }
    }

    private static void assertHasATest(String row, Class<?>... tests) {
        String name = WORD_START.matcher(row).replaceAll(start -> start.group(1).toUpperCase(java.util.Locale.ROOT));
        assertThat(Stream.of(tests).flatMap(type -> Stream.of(type.getDeclaredMethods())))
                .as(row)
                .anyMatch(method -> method.isAnnotationPresent(Test.class)
                        && method.getName().matches(name + "([A-Z].*)?"));
    }

    @Test
    void theTableOfSettingsIsWhatCanBeSet() throws IOException {
        Map<String, String> table =
                rows(SETTING, README).collect(Collectors.toMap(line -> line.group(1), line -> lastWord(line.group(2))));
        assertThat(new TreeMap<>(table)).isEqualTo(new TreeMap<>(settings()));
    }

    /** "`true` in dev and test, else `false`" ends with what holds in production. */
    private static String lastWord(String cell) {
        return cell.replaceFirst(".*[ `](?=[^ `]+`?$)", "").replace("`", "");
    }

    private static Map<String, String> settings() throws IOException {
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(file);
        }
        return new ClassFileImporter()
                .importPath(Path.of("target/classes")).stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .flatMap(DocumentsTest::methods)
                        .collect(Collectors.toMap(
                                DocumentsTest::name, method -> properties.getProperty(name(method), standard(method))));
    }

    private static Stream<JavaMethod> methods(JavaClass type) {
        return type.getMethods().stream();
    }

    private static String name(JavaMethod method) {
        String prefix =
                method.getOwner().getAnnotationOfType(ConfigMapping.class).prefix();
        return prefix + "." + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static String standard(JavaMethod method) {
        return method.getRawReturnType().isEquivalentTo(Optional.class)
                ? "none"
                : method.tryGetAnnotationOfType(WithDefault.class)
                        .map(WithDefault::value)
                        .orElse("required");
    }
}
