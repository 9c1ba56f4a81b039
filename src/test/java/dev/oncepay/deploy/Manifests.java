package dev.oncepay.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What is applied to a cluster together, as the typed models of Kubernetes. */
final class Manifests {
    private static final KubernetesSerialization MODELS = new KubernetesSerialization();

    /** Kinds of operators, for which there is no model here; what of them matters is looked at by hand. */
    private static final List<String> WITHOUT_A_MODEL = List.of("postgresql.cnpg.io/v1 Cluster");

    private final List<HasMetadata> resources = new ArrayList<>();

    /** A pod, and who makes it. */
    record Pod(String owner, HasMetadata maker, PodTemplateSpec template) {
        Map<String, String> labels() {
            return template.getMetadata().getLabels();
        }
    }

    private Manifests() {}

    static Manifests read(String text) {
        Manifests manifests = new Manifests();
        Yaml.documents(text).forEach(manifests::add);
        return manifests;
    }

    /** The resources that a kustomization names, and those of the folders that it names; each file changed before. */
    static Manifests of(Path folder, UnaryOperator<String> change) {
        Manifests manifests = new Manifests();
        manifests.addAll(folder, change);
        return manifests;
    }

    private void addAll(Path folder, UnaryOperator<String> change) {
        JsonNode kustomization = Yaml.document(folder.resolve("kustomization.yaml"));
        Stream.of("resources", "components")
                .flatMap(kind -> StreamSupport.stream(kustomization.path(kind).spliterator(), false))
                .map(name -> folder.resolve(name.asText()).normalize())
                .forEach(file -> {
                    if (file.toString().endsWith(".yaml")) {
                        Yaml.documents(change.apply(Yaml.text(file))).forEach(this::add);
                    } else {
                        addAll(file, change);
                    }
                });
    }

    private void add(JsonNode document) {
        HasMetadata resource = MODELS.unmarshal(document.toString());
        String kind = resource.getApiVersion() + " " + resource.getKind();
        if (resource instanceof GenericKubernetesResource && !WITHOUT_A_MODEL.contains(kind)) {
            throw new IllegalArgumentException("there is no kind " + kind);
        }
        resources.add(resource);
    }

    List<HasMetadata> all() {
        return resources;
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends HasMetadata> T one(Class<T> kind, String name) {
        return all(kind).stream()
                .filter(resource -> resource.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind.getSimpleName() + " " + name));
    }

    <T extends HasMetadata> boolean has(Class<T> kind, String name) {
        return all(kind).stream()
                .anyMatch(resource -> resource.getMetadata().getName().equals(name));
    }

    List<Pod> pods() {
        List<Pod> pods = new ArrayList<>();
        all(Deployment.class)
                .forEach(made ->
                        pods.add(new Pod(name(made), made, made.getSpec().getTemplate())));
        all(Job.class)
                .forEach(made ->
                        pods.add(new Pod(name(made), made, made.getSpec().getTemplate())));
        return pods;
    }

    static String name(HasMetadata resource) {
        return resource.getKind() + " " + resource.getMetadata().getName();
    }
}
