package dev.oncepay.faults;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged jar in the production profile: what it needs, and what it leaves out. */
class StartIT {
    @Test
    void refusesToStartWithOneLineForEachThingThatIsMissing() {
        try (Instance instance = Instance.launch(Map.of())) {
            assertThat(instance.exit()).isEqualTo(1);
            assertThat(instance.log().lines())
                    .hasSize(6)
                    .allMatch(line -> line.startsWith("oncepay cannot start: "))
                    .anyMatch(line -> line.contains("QUARKUS_DATASOURCE_REACTIVE_URL"))
                    .anyMatch(line -> line.contains("QUARKUS_REDIS_HOSTS"))
                    .anyMatch(line -> line.contains("MP_JWT_VERIFY_PUBLICKEY_LOCATION"));
        }
    }

    @Test
    void refusesALeaseShorterThanTheAcquirersTimeout() {
        Map<String, String> settings = new HashMap<>(Environment.settings(EmbeddedServers.postgresPort(), 1));
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:1");
        settings.put("oncepay.idempotency.lease", "PT2S");
        try (Instance instance = Instance.launch(settings)) {
            assertThat(instance.exit()).isEqualTo(1);
            assertThat(instance.log().lines()).hasSize(1).allMatch(line -> line.contains("oncepay.idempotency.lease"));
        }
    }

    @Test
    void aSandboxAloneNeedsOnlyPostgres() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(Environment.settings(EmbeddedServers.postgresPort(), 1));
        settings.keySet().removeIf(name -> name.contains("jwt") || name.contains("redis"));
        try (Instance sandbox = Instance.start(settings)) {
            String body = "{\"merchant\":\"m\",\"charge\":\"c\",\"amount\":1,\"currency\":\"EUR\","
                    + "\"payment_method\":\"pm_card_visa\"}";
            HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox/acquirer/authorizations"))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "alone-" + sandbox.port())
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("approved");
            assertThat(new Service(sandbox.url(), "none")
                            .post("/orders", "k", order(1))
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void theProductionJarHasNoEmbeddedServersAndNoDevTokens() throws IOException {
        try (var files = Files.walk(Path.of("target", "quarkus-app"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.contains("zonky") || name.contains("embedded-"));
        }
    }
}
