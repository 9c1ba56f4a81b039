package dev.oncepay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.support.Program;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in k8s, as Kubernetes would read them, against what the service listens to and answers. */
class KubernetesTest {
    private static final Path K8S = Path.of("k8s");
    private static final Path KIND = K8S.resolve("overlays/kind");
    private static final Path PRODUCTION = K8S.resolve("overlays/production");
    private static final Settings SETTINGS = new Settings();
    private static final Map<String, Set<String>> SECRETS = secrets();

    /** What the JDBC pool may hold beside the reactive one. */
    private static final int JDBC = Integer.parseInt(SETTINGS.standard("quarkus.datasource.jdbc.max-size"));

    /** Kept by PostgreSQL for its superuser. */
    private static final int RESERVED = 3;

    @Test
    void theSettingsOfQuarkusAreKnown() {
        assertThat(SETTINGS.size()).isGreaterThan(300);
        assertThat(SETTINGS.has("QUARKUS_SHUTDOWN_DELAY")).isTrue();
        assertThat(SETTINGS.has("QUARKUS_SHUTDOWN_DELAY_ENABLED"))
                .as("fixed at build time")
                .isFalse();
        assertThat(SECRETS).containsKeys("oncepay-database", "oncepay-jwt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/kind", "overlays/production"})
    void everyFileIsRight(String folder) {
        assertThat(faults(K8S.resolve(folder), UnaryOperator.identity())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // a misspelt field, variable, port and secret
                "readOnlyRootFilesystem: true | readOnlyRootFileSystem: true | unknown field",
                "failureThreshold: 60 | failureTreshold: 60 | unknown field",
                "QUARKUS_SHUTDOWN_DELAY | QUARKUS_SHUTDOWN_DELAI | no such setting: QUARKUS_SHUTDOWN_DELAI",
                "ONCEPAY_ACQUIRER_API_KEY | ONCEPAY_ACQUIRER_APIKEY | no such setting: ONCEPAY_ACQUIRER_APIKEY",
                "ONCEPAY_ACQUIRER_URL: | ONCEPAY_ACQUIRER_URI: | no such setting: ONCEPAY_ACQUIRER_URI",
                "port: http | port: htpp | a port that is not there: htpp",
                "port: http | port: 8081 | a probe of a port that is not there: 8081",
                "targetPort: http | targetPort: web | a target port that is not there: web",
                "name: oncepay-database | name: oncepay-databse | a secret that docs/deploy.md does not have",
                "key: password | key: pasword | a key that docs/deploy.md does not have: oncepay-database/pasword",
                "secretName: oncepay-jwt | secretName: oncepay-jwks | a secret that docs/deploy.md does not have",
                // and what the models would let pass
                "configMapRef:\\n                name: oncepay | configMapRef:\\n                name: oncpay | no ConfigMap",
                "path: /q/health/ready | path: /q/health/redy | no probe of /q/health/ready",
                "containerPort: 8080 | containerPort: 8081 | the service listens on 8080",
                "terminationGracePeriodSeconds: 30 | terminationGracePeriodSeconds: 20 | it is killed after 20 s",
                "value: 5s | value: 15s | it is killed after 30 s",
                "drop: [ALL] | drop: [NET_RAW] | capabilities are kept",
                "automountServiceAccountToken: false | automountServiceAccountToken: true | a token of the cluster",
                "enableServiceLinks: false | enableServiceLinks: true | service links",
                "limits:\\n              memory | limits:\\n              cpu | no requests, or no limit of memory",
                "image: oncepay:local | image: oncepay | an image without a tag",
                "args: [migrate] | args: [migrat] | it does not migrate",
                "serviceAccountName: oncepay | serviceAccountName: oncepai | no ServiceAccount oncepai",
                "mountPath: /keys | mountPat: /keys | unknown field",
                "name: keys\\n              mountPath | name: key\\n              mountPath | no volume key",
                "value: \"false\" | value: \"false\"\\n            - name: QUARKUS_SHUTDOWN_DELAY\\n              value: 1s | a variable twice",
                "key: username | key: username\\n            - name: ONCEPAY_ACQUIRER_API_KEY\\n              value: abc | a secret in the file"
            })
    void aMistakeIsFound(String right, String wrong, String fault) {
        String before = right.replace("\\n", "\n");
        List<String> changed = new ArrayList<>();
        List<String> faults = faults(K8S.resolve("base"), text -> {
            String after = text.replace(before, wrong.replace("\\n", "\n"));
            if (!after.equals(text)) {
                changed.add(after);
            }
            return after;
        });
        assertThat(changed).as("the files have " + before).isNotEmpty();
        assertThat(faults).anyMatch(found -> found.contains(fault));
    }

    @Test
    void whatTheServiceNeedsIsThere() {
        Manifests base = Manifests.of(K8S.resolve("base"), UnaryOperator.identity());
        assertThat(base.all(PodDisruptionBudget.class)).hasSize(1);
        assertThat(base.all(HorizontalPodAutoscaler.class)).hasSize(1);
        assertThat(base.all(NetworkPolicy.class))
                .hasSize(2)
                .allMatch(policy -> policy.getSpec().getPolicyTypes().equals(List.of("Ingress", "Egress")));
        assertThat(base.one(Job.class, "oncepay-migrate").getSpec().getBackoffLimit())
                .isPositive();
        Deployment deployment = base.one(Deployment.class, "oncepay");
        assertThat(deployment.getSpec().getReplicas())
                .as("the autoscaler's matter")
                .isNull();
        assertThat(deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .isNotEmpty();
        assertThat(variables(base, deployment))
                .containsEntry("QUARKUS_FLYWAY_MIGRATE_AT_START", "false")
                .containsEntry("QUARKUS_FLYWAY_VALIDATE_AT_START", "true");
    }

    @Test
    void allInstancesTogetherFitIntoPostgreSQL() {
        Manifests kind = Manifests.of(KIND, UnaryOperator.identity());
        String arguments = kind.one(Deployment.class, "postgres")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getArgs()
                .toString();
        MatchResult most = Pattern.compile("max_connections=(\\d+)")
                .matcher(arguments)
                .results()
                .findFirst()
                .orElseThrow();
        assertThat(connections(kind)).isLessThanOrEqualTo(Integer.parseInt(most.group(1)) - RESERVED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind", "production"})
    void kustomizationsNameEveryFileAndPatchWhatIsThere(String overlay) throws IOException {
        Path folder = K8S.resolve("overlays").resolve(overlay);
        JsonNode kustomization = Yaml.document(folder.resolve("kustomization.yaml"));
        Set<String> named = Stream.concat(
                        texts(kustomization.path("resources")).filter(name -> name.endsWith(".yaml")),
                        StreamSupport.stream(kustomization.path("patches").spliterator(), false)
                                .map(patch -> patch.path("path").asText()))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith("kustom")))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
        Manifests manifests = Manifests.of(folder, UnaryOperator.identity());
        for (JsonNode patch : kustomization.path("patches")) {
            assertThat(patchFaults(folder.resolve(patch.path("path").asText()), patch.path("target"), manifests))
                    .isEmpty();
        }
    }

    @Test
    void theProductionPostgreSQLLosesNothingThatWasAcknowledged() {
        GenericKubernetesResource cluster =
                Manifests.of(PRODUCTION, UnaryOperator.identity()).one(GenericKubernetesResource.class, "postgres");
        String synchronous = "spec.postgresql.synchronous.";
        assertThat(at(cluster, "spec.instances").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(at(cluster, synchronous + "dataDurability").asText()).isEqualTo("required");
        assertThat(at(cluster, synchronous + "number").asInt()).isPositive();
        assertThat(at(cluster, synchronous + "method").asText()).isIn("any", "first");
        assertThat(SECRETS)
                .containsKey(at(cluster, "spec.bootstrap.initdb.secret.name").asText());
    }

    @Test
    void theProductionStoresAreReachedOverTlsOnly() {
        Map<String, String> patched = Manifests.read(Yaml.text(PRODUCTION.resolve("patch-configmap.yaml")))
                .one(ConfigMap.class, "oncepay")
                .getData();
        assertThat(patched.get("QUARKUS_DATASOURCE_REACTIVE_POSTGRESQL_SSL_MODE"))
                .isEqualTo("verify-full");
        assertThat(patched.get("QUARKUS_DATASOURCE_JDBC_URL")).contains("sslmode=verify-full");
        assertThat(patched.get("QUARKUS_REDIS_HOSTS").split(",")).allMatch(host -> host.startsWith("rediss://"));
        assertThat(patched.get("QUARKUS_REDIS_TLS_ENABLED")).isEqualTo("true");
        assertThat(patched.get("ONCEPAY_ACQUIRER_URL")).startsWith("https://");
    }

    @Test
    void overlaysRenderToWhatIsRight() {
        if (!Program.isHere("kubectl", "what kustomize makes of the overlays")) {
            return;
        }
        for (Path overlay : List.of(KIND, PRODUCTION)) {
            Manifests rendered = Manifests.read(Program.run(List.of("kubectl", "kustomize", overlay.toString())));
            assertThat(faults(rendered)).as(overlay.toString()).isEmpty();
            assertThat(rendered.all())
                    .as("everything is in the one namespace")
                    .allMatch(resource -> resource instanceof Namespace
                            || "oncepay".equals(resource.getMetadata().getNamespace()));
        }
        Manifests production = Manifests.read(Program.run(List.of("kubectl", "kustomize", PRODUCTION.toString())));
        assertThat(connections(production))
                .isLessThanOrEqualTo(at(
                                        production.one(GenericKubernetesResource.class, "postgres"),
                                        "spec.postgresql.parameters.max_connections")
                                .asInt()
                        - RESERVED);
        assertThat(production.pods()).allMatch(pod -> pod.template()
                .getSpec()
                .getContainers()
                .get(0)
                .getImage()
                .startsWith("oncepay.example/"));
    }

    private static List<String> faults(Path folder, UnaryOperator<String> change) {
        return faults(Manifests.of(folder, change));
    }

    private static List<String> faults(Manifests manifests) {
        List<String> faults = new ArrayList<>(unknownFields(manifests));
        faults.addAll(References.faults(manifests, SECRETS));
        faults.addAll(Policies.faults(manifests, SETTINGS));
        return faults;
    }

    private static List<String> unknownFields(Manifests manifests) {
        return manifests.all().stream()
                .filter(resource -> !(resource instanceof GenericKubernetesResource))
                .flatMap(resource -> UnknownFields.of(resource).stream().map(fault -> name(resource) + ": " + fault))
                .toList();
    }

    private static List<String> patchFaults(Path file, JsonNode target, Manifests manifests) {
        JsonNode first = Yaml.document(file);
        if (first.isArray()) {
            return operationFaults(first, target, manifests);
        }
        Manifests patch = Manifests.read(Yaml.text(file));
        List<String> faults = new ArrayList<>(unknownFields(patch));
        faults.addAll(References.faultsOfPods(patch, SECRETS));
        faults.addAll(Policies.unknownNames(patch, SETTINGS));
        patch.all().stream()
                .filter(resource ->
                        manifests.all().stream().noneMatch(other -> name(other).equals(name(resource))))
                .forEach(resource -> faults.add("there is no " + name(resource) + " to patch"));
        return faults;
    }

    private static List<String> operationFaults(JsonNode operations, JsonNode target, Manifests manifests) {
        List<String> faults = new ArrayList<>();
        String name = target.path("kind").asText() + " " + target.path("name").asText();
        if (manifests.all().stream().noneMatch(resource -> name(resource).equals(name))) {
            faults.add("there is no " + name + " to patch");
        }
        for (JsonNode operation : operations) {
            Set<String> members = Set.of("op", "path", "value");
            operation.fieldNames().forEachRemaining(member -> {
                if (!members.contains(member)) {
                    faults.add("an operation has no " + member);
                }
            });
            if (!operation.path("op").asText().matches("add|replace")
                    || !operation.path("path").asText().startsWith("/spec/")) {
                faults.add("not an operation on a spec: " + operation);
            }
        }
        return faults;
    }

    /** The largest number of instances, and one more while they are rolled, each with both its pools full. */
    private static int connections(Manifests manifests) {
        Deployment deployment = manifests.one(Deployment.class, "oncepay");
        int most = manifests
                .one(HorizontalPodAutoscaler.class, "oncepay")
                .getSpec()
                .getMaxReplicas();
        int surge = deployment
                .getSpec()
                .getStrategy()
                .getRollingUpdate()
                .getMaxSurge()
                .getIntVal();
        int each = Integer.parseInt(variables(manifests, deployment).get("QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE"));
        return (most + surge) * (each + JDBC);
    }

    private static Map<String, String> variables(Manifests manifests, Deployment deployment) {
        return Policies.variables(
                manifests,
                deployment.getSpec().getTemplate().getSpec().getContainers().get(0));
    }

    private static JsonNode at(GenericKubernetesResource resource, String path) {
        JsonNode node = Yaml.tree(resource);
        for (String member : path.split("\\.")) {
            node = node.path(member);
        }
        return node;
    }

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    private static String name(HasMetadata resource) {
        return Manifests.name(resource);
    }

    /** The table of the secrets that are made by hand: the documents say what the files ask for. */
    private static Map<String, Set<String>> secrets() {
        Pattern row = Pattern.compile("\\| `([a-z-]+)` \\| ((?:`[a-z.-]+`(?:, )?)+) \\|.*");
        return Yaml.text(Path.of("docs/deploy.md"))
                .lines()
                .flatMap(line -> row.matcher(line).results())
                .collect(Collectors.toMap(
                        match -> match.group(1),
                        match -> Set.of(match.group(2).replace("`", "").split(", "))));
    }
}
