package dev.oncepay.deploy;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the dashboard and the alerts ask for, a running service has. */
class ObserveIT {
    /** Appears with its first count, and to settle something late takes the acquirer's whole timeout. */
    private static final Set<String> LATER = Set.of("oncepay_settled_total");

    @Test
    void everyMetricOfTheDashboardAndTheAlertsIsThere() {
        Map<String, String> settings = new HashMap<>(Environment.settings(Database.own(), EmbeddedServers.redisPort()));
        settings.put("quarkus.http.port", "" + Ports.free());
        settings.put(
                "oncepay.acquirer.url", "http://127.0.0.1:" + settings.get("quarkus.http.port") + "/sandbox/acquirer");
        try (Instance instance = Instance.start(settings)) {
            Service acme = instance.as("acme");
            acme.pay("/charges", charge(acme.newOrder(1000), 1000, "pm_card_visa"));
            Set<String> there = acme.get("/q/metrics")
                    .text()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceFirst("[{ ].*", ""))
                    .collect(Collectors.toSet());
            assertThat(there)
                    .containsAll(Observed.metrics().stream()
                            .filter(name -> !LATER.contains(name))
                            .toList());
        }
    }
}
