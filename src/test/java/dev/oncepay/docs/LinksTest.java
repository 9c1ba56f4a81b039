package dev.oncepay.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Where README and docs point, there is something. */
class LinksTest {
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern PATH =
            Pattern.compile("(\\./)?(src|docs|k8s|deploy|scripts|bench|\\.ci|\\.mvn)/[\\w./-]+");
    private static final Pattern FILE = Pattern.compile("[\\w-]+\\.(md|ya?ml|java|cfg|options|properties|lua)");
    private static final Pattern NO_SOURCE = Pattern.compile("(target|keys|\\.git)(/.*)?");

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return Document.all().stream().flatMap(document -> document.links().stream()
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .map(link -> DynamicTest.dynamicTest(document + " " + link, () -> assertThat(fault(document, link))
                        .isEmpty())));
    }

    private static Optional<String> fault(Document document, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? document.file()
                : document.file().resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return Optional.of("there is no " + target);
        }
        return parts.length == 1 || Document.of(target).anchors().contains(parts[1])
                ? Optional.empty()
                : Optional.of(target + " has no heading for #" + parts[1]);
    }

    @Test
    void everyDocumentIsLinkedFromTheFirst() {
        Set<Path> linked = Document.of(Path.of("README.md")).links().stream()
                .map(link -> Path.of(link.split("#", 2)[0]))
                .collect(Collectors.toSet());
        assertThat(Document.all().stream().skip(1).map(Document::file)).allMatch(linked::contains);
    }

    @TestFactory
    Stream<DynamicTest> everyPathThatIsNamedIsThere() throws IOException {
        Set<String> names = names();
        return Document.all().stream().flatMap(document -> document.codes().stream()
                .distinct()
                .filter(code ->
                        PATH.matcher(code).matches() || FILE.matcher(code).matches())
                .map(code -> DynamicTest.dynamicTest(
                        document + " " + code, () -> assertThat(Files.exists(Path.of(code)) || names.contains(code))
                                .isTrue())));
    }

    /** A file may be named without its folder. */
    private static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            return files.filter(file -> !NO_SOURCE.matcher(file.toString()).matches())
                    .filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }
}
