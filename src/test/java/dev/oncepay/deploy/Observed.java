package dev.oncepay.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the dashboard and the alerts ask Prometheus for. */
final class Observed {
    static final Path DASHBOARD = Path.of("deploy/observe/oncepay-dashboard.json");
    static final Path RULES = Path.of("k8s/components/monitoring/rules.yaml");

    private static final Pattern METRIC = Pattern.compile("([a-z][a-z0-9_]*)\\{");

    private Observed() {}

    static List<JsonNode> panels() {
        return StreamSupport.stream(Yaml.document(DASHBOARD).path("panels").spliterator(), false)
                .toList();
    }

    static List<Rule> alerts() {
        return Manifests.read(Yaml.text(RULES)).one(PrometheusRule.class, "oncepay").getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .toList();
    }

    /** The names of all metrics; Prometheus's own `up` is none of the service's. */
    static Set<String> metrics() {
        Set<String> names = new TreeSet<>();
        Stream.concat(
                        panels().stream()
                                .flatMap(panel -> StreamSupport.stream(
                                        panel.path("targets").spliterator(), false))
                                .map(target -> target.path("expr").asText()),
                        alerts().stream().map(rule -> rule.getExpr().getStrVal()))
                .flatMap(expression -> METRIC.matcher(expression).results())
                .map(match -> match.group(1))
                .filter(name -> !name.equals("up"))
                .forEach(names::add);
        return names;
    }
}
