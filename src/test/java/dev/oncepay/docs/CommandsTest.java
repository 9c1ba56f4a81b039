package dev.oncepay.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.deploy.Settings;
import dev.oncepay.support.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What README and docs tell to type can be typed. {@link WalkthroughTest} runs the calls; of commands that need a
 * cluster, a build or an hour, it is checked that they can be read, and that all they name is there.
 */
class CommandsTest {
    private static final Set<String> FOR_A_SHELL = Set.of("", "sh");
    private static final Pattern OURS = Pattern.compile("(\\./mvnw|(scripts|bench|k8s|src|deploy|docs)/[\\w./-]+)");
    private static final Pattern PROGRAM =
            Pattern.compile("(?m)^(?:[A-Z]+=\\$\\()?((?:\\./mvnw|scripts/|bench/)[\\w-]*)");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^export (\\w+)=");
    private static final Pattern MAVEN = Pattern.compile("(?m)^\\./mvnw (.+)$");
    private static final Set<String> GOALS = Set.of("verify", "package", "test", "quarkus:dev", "-q");
    private static final Set<String> PROPERTIES =
            Set.of("skipTests", "native", "it.test", "test", "faults.payments", "faults.each", "faults.seed");
    private static final Settings SETTINGS = new Settings();

    private interface Check {
        void of(String commands) throws IOException;
    }

    private static Stream<DynamicTest> each(Check check) {
        return Document.all().stream().flatMap(document -> document.blocks().stream()
                .filter(block -> FOR_A_SHELL.contains(block.language()))
                .map(block -> DynamicTest.dynamicTest(
                        document + ": " + block.text().lines().findFirst().orElse(""),
                        () -> check.of(block.text().replace("\\\n", " ")))));
    }

    @TestFactory
    Stream<DynamicTest> aShellCanReadThem() {
        return each(commands -> Program.run(List.of("bash", "-n", "-c", commands)));
    }

    @TestFactory
    Stream<DynamicTest> theFilesOfOursThatTheyNameAreThere() {
        return each(commands -> assertThat(OURS.matcher(commands).results().map(MatchResult::group))
                .allMatch(file -> Files.exists(Path.of(file))));
    }

    @TestFactory
    Stream<DynamicTest> theProgramsOfOursCanBeRun() {
        return each(commands -> assertThat(PROGRAM.matcher(commands).results().map(program -> program.group(1)))
                .allMatch(program -> Files.isExecutable(Path.of(program))));
    }

    @TestFactory
    Stream<DynamicTest> theirVariablesAreSettings() {
        return each(commands -> assertThat(VARIABLE.matcher(commands).results().map(variable -> variable.group(1)))
                .allMatch(SETTINGS::has));
    }

    @TestFactory
    Stream<DynamicTest> mavenKnowsWhatItIsTold() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        return each(commands -> assertThat(MAVEN.matcher(commands).results().flatMap(line -> words(line.group(1))))
                .allMatch(word -> isKnown(word, pom)));
    }

    private static Stream<String> words(String line) {
        return Stream.of(line.replaceAll("\\s#.*", "").split("\\s+"));
    }

    private static boolean isKnown(String word, String pom) throws AssertionError {
        if (word.startsWith("-P")) {
            return pom.contains("<id>" + word.substring(2) + "</id>");
        }
        if (word.startsWith("-D")) {
            String[] property = word.substring(2).split("=", 2);
            return PROPERTIES.contains(property[0]) && (!property[0].endsWith("test") || isTest(property[1]));
        }
        return GOALS.contains(word);
    }

    private static boolean isTest(String name) {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.anyMatch(file -> file.endsWith(name + ".java"));
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
