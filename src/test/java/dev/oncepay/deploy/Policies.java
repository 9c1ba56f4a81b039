package dev.oncepay.deploy;

import dev.oncepay.start.SettingNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What the models allow and we do not: a pod without limits, a probe of a path that nobody serves, a misspelt setting. */
final class Policies {
    /** The image of the service; an overlay may put a registry in front and another tag behind. */
    private static final String OURS = "(.*/)?oncepay:.+";

    private final Manifests manifests;
    private final Settings settings;
    private final List<String> faults = new ArrayList<>();

    private Policies(Manifests manifests, Settings settings) {
        this.manifests = manifests;
        this.settings = settings;
    }

    static List<String> faults(Manifests manifests, Settings settings) {
        Policies policies = new Policies(manifests, settings);
        manifests.all(ConfigMap.class).forEach(policies::names);
        manifests.pods().forEach(policies::pod);
        manifests.all(Deployment.class).forEach(policies::deployment);
        manifests.all(Job.class).forEach(policies::job);
        return policies.faults;
    }

    /** Of a patch, which is only a part of a resource: no more than what it sets. */
    static List<String> unknownNames(Manifests patch, Settings settings) {
        Policies policies = new Policies(patch, settings);
        patch.all(ConfigMap.class).forEach(policies::names);
        patch.pods().stream()
                .flatMap(pod -> pod.template().getSpec().getContainers().stream())
                .flatMap(container -> container.getEnv().stream())
                .forEach(variable -> policies.name("a patch", variable.getName()));
        return policies.faults;
    }

    private void names(ConfigMap map) {
        map.getData().keySet().forEach(name -> name(Manifests.name(map), name));
    }

    private void name(String owner, String name) {
        expect(settings.has(name), owner, "no such setting: " + name);
    }

    private void pod(Manifests.Pod pod) {
        PodSpec spec = pod.template().getSpec();
        String owner = pod.owner();
        expect(Boolean.FALSE.equals(spec.getAutomountServiceAccountToken()), owner, "it gets a token of the cluster");
        expect(Boolean.FALSE.equals(spec.getEnableServiceLinks()), owner, "service links look like settings");
        expect(
                spec.getSecurityContext() != null
                        && Boolean.TRUE.equals(spec.getSecurityContext().getRunAsNonRoot())
                        && spec.getSecurityContext().getRunAsUser() != null
                        && spec.getSecurityContext().getSeccompProfile() != null,
                owner,
                "not a user of its own, or no seccomp profile");
        expect(!spec.getContainers().isEmpty(), owner, "it has no container");
        spec.getContainers().forEach(container -> container(owner, container));
    }

    private void container(String owner, Container container) {
        SecurityContext security = Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        expect(Boolean.FALSE.equals(security.getAllowPrivilegeEscalation()), owner, "privileges can grow");
        expect(Boolean.TRUE.equals(security.getReadOnlyRootFilesystem()), owner, "its root can be written to");
        expect(
                security.getCapabilities() != null
                        && security.getCapabilities().getDrop().equals(List.of("ALL")),
                owner,
                "capabilities are kept");
        expect(
                container.getResources() != null
                        && container.getResources().getRequests() != null
                        && container.getResources().getRequests().keySet().containsAll(List.of("cpu", "memory"))
                        && container.getResources().getLimits() != null
                        && container.getResources().getLimits().containsKey("memory"),
                owner,
                "no requests, or no limit of memory");
        expect(
                container.getImage() != null && container.getImage().matches(".+:(?!latest$)[\\w.-]+"),
                owner,
                "an image without a tag");
        List<String> names = container.getEnv().stream().map(EnvVar::getName).toList();
        expect(names.size() == names.stream().distinct().count(), owner, "a variable twice");
        container.getEnv().forEach(variable -> secret(owner, variable));
        if (isOurs(container)) {
            names.forEach(name -> name(owner, name));
        }
    }

    private static boolean isOurs(Container container) {
        return container.getImage() != null && container.getImage().matches(OURS);
    }

    private void secret(String owner, EnvVar variable) {
        boolean secret = variable.getName().matches(".*(PASSWORD|USERNAME|POSTGRES_USER|API_KEY|SECRET|TOKEN).*");
        expect(!secret || variable.getValue() == null, owner, "a secret in the file: " + variable.getName());
    }

    private void deployment(Deployment deployment) {
        String owner = Manifests.name(deployment);
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        expect(
                deployment
                        .getSpec()
                        .getSelector()
                        .getMatchLabels()
                        .equals(deployment.getSpec().getTemplate().getMetadata().getLabels()),
                owner,
                "it does not select its own pods");
        for (Container container : pod.getContainers()) {
            expect(container.getReadinessProbe() != null, owner, "no readiness probe");
            expect(container.getLivenessProbe() != null, owner, "no liveness probe");
            if (isOurs(container)) {
                probe(owner, container, Container::getStartupProbe, "/q/health/started");
                probe(owner, container, Container::getReadinessProbe, "/q/health/ready");
                probe(owner, container, Container::getLivenessProbe, "/q/health/live");
                port(owner, container);
                termination(owner, pod, container);
            }
        }
    }

    private void probe(String owner, Container container, Function<Container, Probe> which, String path) {
        Probe probe = which.apply(container);
        boolean right = probe != null
                && probe.getHttpGet() != null
                && path.equals(probe.getHttpGet().getPath())
                // Readiness gives up on PostgreSQL after 800 ms: a probe must wait for that answer.
                && probe.getTimeoutSeconds() != null
                && probe.getTimeoutSeconds() >= 2;
        expect(right, owner, "no probe of " + path + " with time for its answer");
    }

    private void port(String owner, Container container) {
        int port = Integer.parseInt(settings.standard("quarkus.http.port"));
        expect(
                container.getPorts().stream().anyMatch(open -> open.getContainerPort() == port),
                owner,
                "the service listens on " + port);
    }

    /** First it serves on while balancers look away, then what runs may end, and only then it is killed. */
    private void termination(String owner, PodSpec pod, Container container) {
        long delay = seconds(variables(manifests, container).getOrDefault("QUARKUS_SHUTDOWN_DELAY", "0s"));
        long timeout = seconds(variables(manifests, container)
                .getOrDefault("QUARKUS_SHUTDOWN_TIMEOUT", settings.standard("quarkus.shutdown.timeout")));
        Long grace = pod.getTerminationGracePeriodSeconds();
        expect(
                grace != null && delay + timeout < grace,
                owner,
                "it is killed after " + grace + " s, while it may take " + delay + " s and " + timeout + " s to end");
    }

    private static long seconds(String duration) {
        return Duration.parse("PT" + duration.toUpperCase(java.util.Locale.ROOT).replace("PT", ""))
                .toSeconds();
    }

    private void job(Job job) {
        String owner = Manifests.name(job);
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        expect("Never".equals(pod.getRestartPolicy()), owner, "a pod that failed would be started again for ever");
        expect(job.getSpec().getActiveDeadlineSeconds() != null, owner, "it may run for ever");
        expect(
                pod.getContainers().get(0).getArgs().equals(List.of(SettingNames.migrateCommand())),
                owner,
                "it does not migrate");
    }

    /** What a container is told, by its own variables and by its ConfigMaps. */
    static Map<String, String> variables(Manifests manifests, Container container) {
        Map<String, String> variables = new HashMap<>();
        container.getEnvFrom().stream()
                .filter(source -> source.getConfigMapRef() != null)
                .map(source -> source.getConfigMapRef().getName())
                .filter(name -> manifests.has(ConfigMap.class, name))
                .forEach(name ->
                        variables.putAll(manifests.one(ConfigMap.class, name).getData()));
        container.getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> variables.put(variable.getName(), variable.getValue()));
        return variables;
    }

    private void expect(boolean right, String owner, String fault) {
        if (!right) {
            faults.add(owner + ": " + fault);
        }
    }
}
