package dev.oncepay.faults;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the instance that gave an answer still knows when both its stores are out of reach. */
class RememberedAnswersIT {
    private final Database database = Database.own();
    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = UUID.randomUUID().toString();

    @Test
    void aRetryThatComesSoonNeedsNoStore() {
        try (Relay wayToPostgres = new Relay();
                Relay wayToRedis = new Relay()) {
            wayToPostgres.to(EmbeddedServers.postgresPort());
            wayToRedis.to(EmbeddedServers.redisPort());
            try (Instance instance = Instance.start(settings(wayToPostgres.port(), wayToRedis.port()))) {
                Service service = instance.as(merchant);
                String charge = charge(service.newOrder(5), 5, "pm_card_visa");
                Reply paid = await().atMost(Duration.ofSeconds(30))
                        .until(() -> service.post("/charges", key, charge), reply -> reply.status() == 201);

                wayToPostgres.mode(Relay.Mode.REFUSE);
                wayToRedis.mode(Relay.Mode.REFUSE);
                Reply retried = service.post("/charges", key, charge);
                assertThat(retried.status()).isEqualTo(201);
                assertThat(retried.body()).isEqualTo(paid.body());
                assertThat(retried.replayed()).isTrue();
                assertThat(service.post("/charges", key, order(5)).code()).isEqualTo("idempotency-key-reused");
                assertThat(instance.as("other").post("/charges", key, charge).code())
                        .isEqualTo("store-unavailable");
            }
        }
        assertThat(database.charges(merchant)).isEqualTo(1);
    }

    private Map<String, String> settings(int postgresPort, int redisPort) {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, redisPort));
        settings.remove("oncepay.idempotency.remembered-bytes");
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + postgresPort));
        int port = Ports.free();
        settings.put("quarkus.http.port", "" + port);
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer");
        return settings;
    }
}
