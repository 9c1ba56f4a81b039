package dev.oncepay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bill of materials that the build writes, against what it has packaged. */
class SbomIT {
    private static final Path SBOM = Path.of("target", "oncepay-sbom.json");
    private static final Path LIBRARIES = Path.of("target", "quarkus-app", "lib");

    @Test
    void itNamesEveryLibraryThatIsPackaged() throws IOException {
        JsonNode sbom = new ObjectMapper().readTree(SBOM.toFile());
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        Set<String> named = StreamSupport.stream(sbom.path("components").spliterator(), false)
                .map(SbomIT::file)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".jar")))
                    .isNotEmpty()
                    .allMatch(named::contains);
        }
    }

    /** As Quarkus names it: the classifier, which few have, is before the end. */
    private static String file(JsonNode component) {
        String classifier = component.path("purl").asText().replaceFirst("^[^?]*\\??", "");
        String suffix = Stream.of(classifier.split("&"))
                .filter(pair -> pair.startsWith("classifier="))
                .map(pair -> "-" + pair.substring("classifier=".length()))
                .findFirst()
                .orElse("");
        return component.path("group").asText() + "." + component.path("name").asText() + "-"
                + component.path("version").asText() + suffix + ".jar";
    }
}
