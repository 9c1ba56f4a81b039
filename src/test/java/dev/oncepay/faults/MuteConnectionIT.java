package dev.oncepay.faults;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A dead host, or a lost NAT entry, closes nothing: the connection takes what is sent, and never answers again. */
class MuteConnectionIT {
    private static final Duration LONG_BEFORE_TCP_GIVES_UP = Duration.ofSeconds(60);

    @Test
    void aMuteConnectionToPostgresIsGivenUp() {
        Database database = Database.own();
        String merchant = "m-" + UUID.randomUUID();
        String key = UUID.randomUUID().toString();
        try (Relay wayToPostgres = new Relay()) {
            wayToPostgres.to(EmbeddedServers.postgresPort());
            try (Instance instance = Instance.start(settings(database, wayToPostgres.port()))) {
                Service service = instance.as(merchant);
                service.newOrder(1);
                wayToPostgres.mode(Relay.Mode.SILENT);
                Reply refused = service.post("/orders", key, order(2));
                assertThat(refused.code()).as(refused.text()).isEqualTo("store-unavailable");
                assertThat(wayToPostgres.held()).isPositive();

                // The way is free again, for new connections; the old one is mute for good.
                wayToPostgres.mode(Relay.Mode.PASS);
                Reply made = await().atMost(LONG_BEFORE_TCP_GIVES_UP)
                        .until(() -> service.post("/orders", key, order(2)), reply -> reply.status() == 201);
                assertThat(made.header("Idempotency-Key")).isEqualTo(key);
                assertThat(database.orders(merchant)).isEqualTo(2);
            }
        }
    }

    /** One connection, so that there is no other to take instead. */
    private static Map<String, String> settings(Database database, int port) {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + port));
        settings.put("quarkus.datasource.reactive.max-size", "1");
        settings.put("quarkus.datasource.reactive.idle-timeout", "3S");
        return settings;
    }
}
