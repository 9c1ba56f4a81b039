package dev.oncepay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.support.Program;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard, its provisioning and the alerts, against each other and the documents. */
class ObserveTest {
    private static final Path OBSERVE = Path.of("deploy/observe");

    @Test
    void everyAlertSaysWhatItIsAndWhereToReadWhatToDo() {
        List<String> headings = Yaml.text(Path.of("docs/operating.md"))
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line ->
                        line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
        assertThat(Observed.alerts()).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.getAnnotations()).containsOnlyKeys("summary", "runbook");
            String[] runbook = rule.getAnnotations().get("runbook").split("#");
            assertThat(runbook[0]).isEqualTo("docs/operating.md");
            assertThat(runbook[1]).isEqualTo(rule.getAlert().toLowerCase(Locale.ROOT));
            assertThat(headings).contains(runbook[1]);
            assertThat(rule.getLabels().get("severity")).isIn("critical", "warning", "info");
        });
        assertThat(Observed.alerts().stream().map(Rule::getAlert)).doesNotHaveDuplicates();
    }

    @Test
    void theDashboardShowsEachMetricOfOursThatTheDocumentsName() {
        List<String> documented = Yaml.text(Path.of("docs/operating.md"))
                .lines()
                .filter(line -> line.startsWith("| `oncepay_"))
                .map(line -> line.replaceFirst("\\| `([a-z_]+).*", "$1"))
                .toList();
        assertThat(documented).hasSizeGreaterThan(8);
        assertThat(documented)
                .allSatisfy(name -> assertThat(Observed.metrics()).as(name).anyMatch(used -> used.startsWith(name)));
    }

    @Test
    void theDashboardIsProvisioned() {
        JsonNode datasource = Yaml.document(OBSERVE.resolve("provisioning/datasources/prometheus.yml"))
                .path("datasources")
                .get(0);
        assertThat(Observed.panels()).hasSizeGreaterThan(10).allSatisfy(panel -> {
            assertThat(panel.path("datasource").path("uid")).isEqualTo(datasource.path("uid"));
            assertThat(panel.path("targets")).isNotEmpty();
        });
        assertThat(Observed.panels().stream().map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates();
        String folder = Yaml.document(OBSERVE.resolve("provisioning/dashboards/oncepay.yml"))
                .path("providers")
                .get(0)
                .path("options")
                .path("path")
                .asText();
        String compose = Yaml.text(Path.of("docker-compose.yml"));
        assertThat(compose)
                .contains("./" + Observed.DASHBOARD + ":" + folder + "/oncepay-dashboard.json:ro")
                .contains("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: " + folder + "/oncepay-dashboard.json");
        assertThat(datasource.path("url").asText()).isEqualTo("http://prometheus:9090");
    }

    @Test
    void prometheusUnderstandsTheRulesAndItsConfiguration(@TempDir Path folder) throws IOException {
        JsonNode scraped = Yaml.document(OBSERVE.resolve("prometheus.yml"))
                .path("scrape_configs")
                .get(0);
        assertThat(scraped.path("job_name").asText())
                .as("the dashboard asks for it")
                .isEqualTo("oncepay");
        assertThat(scraped.path("metrics_path").asText()).isEqualTo("/q/metrics");
        if (Program.isHere("promtool", "what Prometheus says of the alerts")) {
            Path rules = folder.resolve("rules.yml");
            Files.writeString(rules, Yaml.document(Observed.RULES).path("spec").toString());
            Program.run(List.of("promtool", "check", "rules", rules.toString()));
            Program.run(List.of("promtool", "check", "config", OBSERVE + "/prometheus.yml"));
        }
    }
}
