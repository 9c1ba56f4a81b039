package dev.oncepay.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A compose file, and what is wrong with it. */
final class Compose {
    private static final Set<String> MEMBERS = Set.of(
            "build",
            "cap_drop",
            "command",
            "depends_on",
            "deploy",
            "env_file",
            "environment",
            "healthcheck",
            "image",
            "mem_limit",
            "ports",
            "profiles",
            "read_only",
            "restart",
            "security_opt",
            "stop_grace_period",
            "tmpfs",
            "volumes");

    /** What the images of others listen to, as far as it is used here. */
    private static final Map<String, Set<String>> OF_OTHERS = Map.of(
            "postgres", Set.of("POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"),
            "grafana/grafana",
                    Set.of(
                            "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH",
                            "GF_ANALYTICS_REPORTING_ENABLED",
                            "GF_ANALYTICS_CHECK_FOR_UPDATES",
                            "GF_SECURITY_ADMIN_PASSWORD"));

    private final JsonNode file;
    private final Settings settings;
    private final String makeKeys;
    private final List<String> faults = new ArrayList<>();

    private Compose(String text, Settings settings, String makeKeys) {
        this.file = Yaml.documents(text).get(0);
        this.settings = settings;
        this.makeKeys = makeKeys;
    }

    /** @param makeKeys the script that makes what the file refers to and the repository does not have */
    static List<String> faults(String text, Settings settings, String makeKeys) {
        Compose compose = new Compose(text, settings, makeKeys);
        compose.file
                .path("services")
                .properties()
                .forEach(service -> compose.service(service.getKey(), service.getValue()));
        return compose.faults;
    }

    private void service(String name, JsonNode service) {
        service.fieldNames().forEachRemaining(member -> expect(MEMBERS.contains(member), name, "no member " + member));
        expect(service.path("image").asText().matches(".+:(?!latest$)[\\w.-]+"), name, "an image without a tag");
        expect(!service.path("healthcheck").path("test").isEmpty(), name, "no health check");
        expect(service.path("mem_limit").asText().matches("\\d+m"), name, "no limit of memory");
        expect(service.has("restart"), name, "it is not started again");
        variables(name, service);
        files(name, service);
        dependencies(name, service.path("depends_on"));
        each(service.path("ports"))
                .forEach(port -> expect(port.startsWith("127.0.0.1:"), name, "a port for everybody: " + port));
        if (service.has("build")) {
            expect(
                    Files.exists(
                            Path.of(service.path("build").path("dockerfile").asText())),
                    name,
                    "there is no Dockerfile");
        }
    }

    private void variables(String name, JsonNode service) {
        service.path("environment").properties().forEach(variable -> {
            known(name, service, variable.getKey());
            expect(
                    !variable.getKey().matches(".*(PASSWORD|API_KEY|SECRET|TOKEN).*"),
                    name,
                    "a secret in the file: " + variable.getKey());
        });
        each(service.path("env_file")).forEach(made -> {
            String line = made(name, made);
            known(name, service, line.replaceAll("^printf '([A-Z_]+)=.*", "$1"));
        });
    }

    private void known(String name, JsonNode service, String variable) {
        String image = service.path("image").asText().replaceAll(":.*", "");
        boolean known = image.equals("oncepay")
                ? settings.has(variable)
                : OF_OTHERS.getOrDefault(image, Set.of()).contains(variable);
        expect(known, name, "no such setting: " + variable);
    }

    /** @return the line of the script that makes the file */
    private String made(String name, String path) {
        String file = path.replaceFirst("^(\\./)?keys/", "");
        return makeKeys.lines()
                .filter(line -> line.endsWith("> " + file) || line.endsWith("-out " + file))
                .findFirst()
                .map(String::strip)
                .orElseGet(() -> {
                    faults.add(name + ": nobody makes " + path);
                    return "";
                });
    }

    private void files(String name, JsonNode service) {
        each(service.path("volumes")).map(volume -> volume.split(":")[0]).forEach(source -> {
            if (source.startsWith("./keys/")) {
                made(name, source);
            } else if (source.startsWith(".")) {
                expect(Files.exists(Path.of(source)), name, "there is no " + source);
            } else {
                expect(file.path("volumes").has(source), name, "there is no volume " + source);
            }
        });
    }

    private void dependencies(String name, JsonNode dependencies) {
        dependencies.properties().forEach(dependency -> {
            expect(file.path("services").has(dependency.getKey()), name, "there is no service " + dependency.getKey());
            expect(
                    dependency.getValue().path("condition").asText().matches("service_(healthy|started)"),
                    name,
                    "no condition for " + dependency.getKey());
        });
    }

    private static Stream<String> each(JsonNode node) {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText)
                : node.isTextual() ? Stream.of(node.asText()) : Stream.empty();
    }

    private void expect(boolean right, String name, String fault) {
        if (!right) {
            faults.add(name + ": " + fault);
        }
    }
}
