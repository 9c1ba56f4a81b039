package dev.oncepay.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whatever one resource says of another is there: a key, a secret, a port, a label. */
final class References {
    private final Manifests manifests;
    private final Map<String, Set<String>> secrets;
    private final List<String> faults = new ArrayList<>();

    private References(Manifests manifests, Map<String, Set<String>> secrets) {
        this.manifests = manifests;
        this.secrets = secrets;
    }

    /** @param secrets what is made outside of the files: names, and the keys of each */
    static List<String> faults(Manifests manifests, Map<String, Set<String>> secrets) {
        References references = new References(manifests, secrets);
        manifests.pods().forEach(references::pod);
        manifests.all(Service.class).forEach(references::service);
        manifests.all(NetworkPolicy.class).forEach(references::policy);
        manifests
                .all(PodDisruptionBudget.class)
                .forEach(budget -> references.selects(
                        budget, budget.getSpec().getSelector().getMatchLabels()));
        manifests.all(HorizontalPodAutoscaler.class).forEach(references::autoscaler);
        manifests.all(ServiceMonitor.class).forEach(references::monitor);
        return references.faults;
    }

    /** Of a patch, which is only a part of a resource: what its pods refer to. */
    static List<String> faultsOfPods(Manifests patch, Map<String, Set<String>> secrets) {
        References references = new References(patch, secrets);
        patch.pods().forEach(references::pod);
        return references.faults;
    }

    private void pod(Manifests.Pod pod) {
        String account = pod.template().getSpec().getServiceAccountName();
        if (account != null) {
            expect(manifests.has(ServiceAccount.class, account), pod.owner(), "no ServiceAccount " + account);
        }
        pod.template()
                .getSpec()
                .getTopologySpreadConstraints()
                .forEach(spread -> expect(
                        matches(spread.getLabelSelector(), pod.labels()),
                        pod.owner(),
                        "a topology spread of other pods"));
        pod.template().getSpec().getContainers().forEach(container -> container(pod, container));
        volumes(pod);
    }

    private void container(Manifests.Pod pod, Container container) {
        container.getEnvFrom().stream()
                .map(EnvFromSource::getConfigMapRef)
                .filter(Objects::nonNull)
                .forEach(map -> expect(
                        manifests.has(ConfigMap.class, map.getName()), pod.owner(), "no ConfigMap " + map.getName()));
        container.getEnv().stream()
                .map(EnvVar::getValueFrom)
                .filter(Objects::nonNull)
                .forEach(source -> source(pod.owner(), source));
        Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                .filter(Objects::nonNull)
                .flatMap(References::port)
                .forEach(port -> expect(
                        hasPort(container, port), pod.owner(), "a probe of a port that is not there: " + text(port)));
        container
                .getVolumeMounts()
                .forEach(mount -> expect(
                        pod.template().getSpec().getVolumes().stream()
                                .anyMatch(volume -> volume.getName().equals(mount.getName())),
                        pod.owner(),
                        "no volume " + mount.getName()));
    }

    private void source(String owner, EnvVarSource source) {
        if (source.getSecretKeyRef() != null) {
            secret(
                    owner,
                    source.getSecretKeyRef().getName(),
                    List.of(source.getSecretKeyRef().getKey()));
        }
        if (source.getConfigMapKeyRef() != null) {
            String key = source.getConfigMapKeyRef().getKey();
            expect(
                    manifests.all(ConfigMap.class).stream()
                            .filter(map -> map.getMetadata()
                                    .getName()
                                    .equals(source.getConfigMapKeyRef().getName()))
                            .anyMatch(map -> map.getData().containsKey(key)),
                    owner,
                    "no ConfigMap key " + key);
        }
    }

    private void secret(String owner, String name, List<String> keys) {
        expect(secrets.containsKey(name), owner, "a secret that docs/deploy.md does not have: " + name);
        keys.forEach(key -> expect(
                secrets.getOrDefault(name, Set.of(key)).contains(key),
                owner,
                "a key that docs/deploy.md does not have: " + name + "/" + key));
    }

    private void volumes(Manifests.Pod pod) {
        pod.template().getSpec().getVolumes().stream()
                .map(Volume::getSecret)
                .filter(Objects::nonNull)
                .forEach(secret -> secret(pod.owner(), secret.getSecretName(), keys(secret)));
        pod.template()
                .getSpec()
                .getVolumes()
                .forEach(volume -> expect(
                        pod.template().getSpec().getContainers().stream()
                                .flatMap(container -> container.getVolumeMounts().stream())
                                .anyMatch(mount -> mount.getName().equals(volume.getName())),
                        pod.owner(),
                        "a volume that nobody mounts: " + volume.getName()));
    }

    private static List<String> keys(SecretVolumeSource secret) {
        return secret.getItems().stream().map(KeyToPath::getKey).toList();
    }

    private void service(Service service) {
        selects(service, service.getSpec().getSelector());
        for (ServicePort port : service.getSpec().getPorts()) {
            expect(
                    pods(service.getSpec().getSelector())
                            .flatMap(pod -> pod.template().getSpec().getContainers().stream())
                            .anyMatch(container -> hasPort(container, port.getTargetPort())),
                    Manifests.name(service),
                    "a target port that is not there: " + text(port.getTargetPort()));
        }
    }

    private void policy(NetworkPolicy policy) {
        Map<String, String> labels = policy.getSpec().getPodSelector().getMatchLabels();
        selects(policy, labels);
        policy.getSpec().getIngress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .forEach(port -> expect(
                        pods(labels)
                                .flatMap(pod -> pod.template().getSpec().getContainers().stream())
                                .anyMatch(container -> hasPort(container, port.getPort())),
                        Manifests.name(policy),
                        "a port that is not there: " + text(port.getPort())));
    }

    private void autoscaler(HorizontalPodAutoscaler autoscaler) {
        String target = autoscaler.getSpec().getScaleTargetRef().getName();
        expect(manifests.has(Deployment.class, target), Manifests.name(autoscaler), "no Deployment " + target);
    }

    private void monitor(ServiceMonitor monitor) {
        List<Service> services = manifests.all(Service.class).stream()
                .filter(service -> service.getMetadata().getLabels() != null
                        && matches(
                                monitor.getSpec().getSelector(),
                                service.getMetadata().getLabels()))
                .toList();
        expect(!services.isEmpty(), Manifests.name(monitor), "it selects no Service");
        monitor.getSpec()
                .getEndpoints()
                .forEach(endpoint -> expect(
                        services.stream()
                                .flatMap(service -> service.getSpec().getPorts().stream())
                                .anyMatch(port -> port.getName().equals(endpoint.getPort())),
                        Manifests.name(monitor),
                        "a port that is not there: " + endpoint.getPort()));
    }

    private void selects(HasMetadata selecting, Map<String, String> labels) {
        expect(pods(labels).findAny().isPresent(), Manifests.name(selecting), "it selects no pod: " + labels);
    }

    private Stream<Manifests.Pod> pods(Map<String, String> labels) {
        Predicate<Manifests.Pod> selected = pod -> pod.labels().entrySet().containsAll(labels.entrySet());
        return manifests.pods().stream().filter(selected);
    }

    private static boolean matches(LabelSelector selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
    }

    private static Stream<IntOrString> port(Probe probe) {
        return Stream.of(
                        probe.getHttpGet() == null ? null : probe.getHttpGet().getPort(),
                        probe.getTcpSocket() == null
                                ? null
                                : probe.getTcpSocket().getPort())
                .filter(Objects::nonNull);
    }

    private static boolean hasPort(Container container, IntOrString port) {
        return port != null
                && container.getPorts().stream()
                        .anyMatch(open -> Objects.equals(open.getName(), port.getStrVal())
                                || Objects.equals(open.getContainerPort(), port.getIntVal()));
    }

    private static String text(IntOrString port) {
        return port == null ? "none" : String.valueOf(port.getValue());
    }

    private void expect(boolean right, String owner, String fault) {
        if (!right) {
            faults.add(owner + ": " + fault);
        }
    }
}
