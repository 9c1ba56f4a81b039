package dev.oncepay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.support.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docker-compose.yml and the images, against what the service listens to and what the repository has. */
class ComposeTest {
    private static final Path FILE = Path.of("docker-compose.yml");
    private static final Path MAKE_KEYS = Path.of("scripts/make-keys");
    private static final Path DOCKER = Path.of("src/main/docker");
    private static final Settings SETTINGS = new Settings();

    @Test
    void theFileIsRight() {
        assertThat(faults(Yaml.text(FILE))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ONCEPAY_ACQUIRER_URL: | ONCEPAY_ACQUIRER_URI: | no such setting: ONCEPAY_ACQUIRER_URI",
                "QUARKUS_SHUTDOWN_DELAY: | QUARKUS_SHUTDOWN_DELAI: | no such setting: QUARKUS_SHUTDOWN_DELAI",
                "POSTGRES_DB: | POSTGRES_DATABASE: | no such setting: POSTGRES_DATABASE",
                "QUARKUS_DATASOURCE_USERNAME: oncepay | QUARKUS_DATASOURCE_PASSWORD: abc | a secret in the file",
                "mem_limit: 768m | stop_signal: SIGTERM | no member stop_signal",
                "mem_limit: 128m | stop_grace_period: 5s | no limit of memory",
                "env_file: keys/oncepay.env | env_file: keys/oncepai.env | nobody makes keys/oncepai.env",
                "./keys/public.pem | ./keys/publik.pem | nobody makes ./keys/publik.pem",
                "./deploy/proxy/haproxy.cfg | ./deploy/haproxy.cfg | there is no ./deploy/haproxy.cfg",
                "- grafana:/var | - grafanna:/var | there is no volume grafanna",
                "condition: service_healthy | condition: healthy | no condition for",
                "127.0.0.1:8081 | 8081 | a port for everybody",
                "redis:8.4.0 | redis | an image without a tag",
                "src/main/docker/Dockerfile.jvm | src/main/docker/Dockerfile | there is no Dockerfile"
            })
    void aMistakeIsFound(String right, String wrong, String fault) {
        String text = Yaml.text(FILE);
        String changed = text.replace(right, wrong);
        assertThat(text).contains(right);
        assertThat(faults(changed)).anyMatch(found -> found.contains(fault));
    }

    @Test
    void twoInstancesStandBehindTheProxyAndTheSandboxStandsAlone() {
        JsonNode services = Yaml.document(FILE).path("services");
        assertThat(services.path("oncepay").path("deploy").path("replicas").asInt())
                .isEqualTo(2);
        assertThat(services.path("oncepay").has("ports")).as("the proxy has it").isFalse();
        assertThat(services.path("proxy").path("ports").get(0).asText()).endsWith(":8080:8080");
        assertThat(services.path("sandbox").path("environment").has("ONCEPAY_ACQUIRER_URL"))
                .isFalse();
        assertThat(Yaml.text(Path.of("deploy/proxy/haproxy.cfg")))
                .contains(
                        "uri /q/health/ready ver HTTP/1.1 hdr Host localhost",
                        " oncepay:" + SETTINGS.standard("quarkus.http.port") + " ");
    }

    @Test
    void everyKeyAndPasswordIsMadeAnewAndKeptTheSecondTime(@TempDir Path folder) throws IOException {
        if (!Program.isHere("openssl", "scripts/make-keys")) {
            return;
        }
        Program.run(List.of(MAKE_KEYS.toAbsolutePath().toString(), folder.toString()));
        String first = contents(folder);
        assertThat(first).contains("BEGIN PUBLIC KEY", "QUARKUS_DATASOURCE_PASSWORD=", "POSTGRES_PASSWORD=");
        Program.run(List.of(MAKE_KEYS.toAbsolutePath().toString(), folder.toString()));
        assertThat(contents(folder)).isEqualTo(first);
        assertThat(Yaml.text(Path.of(".gitignore")).lines()).contains("keys/");
    }

    /** An image that asks for a file which .dockerignore leaves out cannot be built. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void anImageIsPinnedLabelledForNobodyInParticularAndTakesOnlyWhatItIsGiven(String name) {
        String dockerfile = Yaml.text(DOCKER.resolve(name));
        assertThat(dockerfile).doesNotContain("# syntax=", "mvn package", ":latest");
        assertThat(matches("(?m)^FROM (\\S+)", dockerfile))
                .allMatch(image -> image.contains(":") || image.equals("runtime"));
        assertThat(dockerfile).contains("LABEL org.opencontainers.image.title=", "\nUSER 10001:10001\n", "EXPOSE 8080");
        assertThat(dockerfile.lastIndexOf("\nUSER ")).isGreaterThan(dockerfile.lastIndexOf("\nFROM "));
        List<String> given = matches("(?m)^!(\\S+)", Yaml.text(Path.of(".dockerignore")));
        assertThat(matches("(?m)^COPY (?!--from)(?:--chmod=\\S+ )?(\\S+) ", dockerfile))
                .isNotEmpty()
                .allMatch(source -> given.stream().anyMatch(source::startsWith));
    }

    /** Seen red on an engine: the service refuses a request without a Host, and nothing got healthy. */
    @Test
    void theHealthCheckSendsAHost() {
        Yaml.document(FILE).path("services").forEach(service -> {
            if (service.path("image").asText().startsWith("oncepay:")) {
                assertThat(service.path("healthcheck").path("test").toString())
                        .contains(
                                "GET /q/health/ready HTTP/1.0",
                                "Host: localhost",
                                "127.0.0.1/" + SETTINGS.standard("quarkus.http.port"));
            }
        });
    }

    @Test
    void theImageRunsWithTheFlagsItsCacheWasTrainedWith() {
        assertThat(Yaml.text(DOCKER.resolve("Dockerfile.jvm")))
                .contains("\"@/opt/oncepay/jvm.options\", \"-XX:AOTCache=/opt/oncepay/oncepay.aot\"")
                .contains("/training/oncepay.aot");
        assertThat(Yaml.text(DOCKER.resolve("Train.java")))
                .contains("\"@\" + service.resolve(\"jvm.options\")", "-XX:AOTCacheOutput=");
        assertThat(Yaml.text(DOCKER.resolve("jvm.options")))
                .as("with less the JVM does not start in 512 MiB")
                .contains("\n-XX:InitialRAMPercentage=25\n");
        assertThat(SETTINGS.standard("quarkus.package.jar.type")).isEqualTo("aot-jar");
    }

    @Test
    void composeAndTheProxyAgree(@TempDir Path folder) {
        if (Program.isHere("docker-compose", "what docker-compose says of docker-compose.yml")
                && Program.isHere("openssl", "what docker-compose says of docker-compose.yml")) {
            Program.run(List.of(
                    MAKE_KEYS.toAbsolutePath().toString(),
                    folder.resolve("keys").toString()));
            Program.run(List.of(
                    "docker-compose",
                    "--project-directory",
                    folder.toString(),
                    "--file",
                    FILE.toString(),
                    "--profile",
                    "observe",
                    "config",
                    "--quiet"));
        }
        if (Program.isHere("haproxy", "what HAProxy says of haproxy.cfg")) {
            Program.run(List.of("haproxy", "-c", "-f", "deploy/proxy/haproxy.cfg"));
        }
    }

    private static List<String> faults(String text) {
        return Compose.faults(text, SETTINGS, Yaml.text(MAKE_KEYS));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.naturalOrder())
                    .map(file -> file.getFileName() + "\n" + Yaml.text(file) + "\n")
                    .reduce("", String::concat);
        }
    }
}
