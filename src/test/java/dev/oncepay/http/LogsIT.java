package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Ports;
import dev.oncepay.support.RawConnection;
import dev.oncepay.support.RawHttp.Answer;
import dev.oncepay.support.Relay;
import dev.oncepay.support.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the packaged jar writes as the images run it: JSON, from which each line's request is found, and no secret. */
class LogsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static final Database database = Database.own();
    private static final Relay wayToPostgres = new Relay();
    private static Instance instance;

    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = "key-" + UUID.randomUUID();
    private final String secret = "s-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        wayToPostgres.to(EmbeddedServers.postgresPort());
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put("quarkus.log.console.json.enabled", "true");
        settings.put("quarkus.http.port", "" + Ports.free());
        settings.put(
                "oncepay.acquirer.url", "http://127.0.0.1:" + settings.get("quarkus.http.port") + "/sandbox/acquirer");
        settings.computeIfPresent(
                "quarkus.datasource.reactive.url",
                (name, url) -> url.replace(":" + EmbeddedServers.postgresPort(), ":" + wayToPostgres.port()));
        instance = Instance.start(settings);
    }

    @AfterAll
    static void stop() {
        instance.close();
        wayToPostgres.close();
    }

    private static Stream<JsonNode> lines() {
        return instance.log().lines().map(LogsIT::json);
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException text) {
            throw new IllegalStateException(line, text);
        }
    }

    private static List<JsonNode> of(String event, String field, String value) {
        return lines().map(line -> line.path("mdc"))
                .filter(fields -> fields.path("event").asText().equals(event))
                .filter(fields -> fields.path(field).asText().equals(value))
                .toList();
    }

    private Answer post(String path, String body) {
        try (RawConnection connection = new RawConnection(instance.port())) {
            return connection
                    .send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                            + Keys.token(merchant) + "\r\nIdempotency-Key: " + key + "\r\ntraceparent: 00-" + TRACE
                            + "-b7ad6b7169203331-01\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body)
                    .rest();
        }
    }

    @Test
    void aLineSaysWhoseRequestItBelongsTo() {
        wayToPostgres.mode(Relay.Mode.STALL);
        Answer refused;
        try {
            refused = post("/charges/ch_01m810td15v0fqw441twtfc1h9/refunds", "{}");
        } finally {
            wayToPostgres.mode(Relay.Mode.PASS);
        }
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(of("store-unavailable", "request_id", refused.header("Request-Id")))
                .singleElement()
                .satisfies(fields -> {
                    assertThat(fields.path("merchant").asText()).isEqualTo(merchant);
                    assertThat(fields.path("operation").asText()).isEqualTo("POST /charges/{id}/refunds");
                    assertThat(fields.path("trace_id").asText()).isEqualTo(TRACE);
                });
    }

    @Test
    void whatTheSweepSettlesSaysWhoseItIs() {
        Service service = instance.as(merchant);
        String open = service.pay("/charges", charge(service.newOrder(1), 1, "pm_card_flaky"))
                .json()
                .get("id")
                .asText();
        await().atMost(SOON).untilAsserted(() -> assertThat(of("settled", "id", open))
                .singleElement()
                .satisfies(fields -> {
                    assertThat(fields.path("merchant").asText()).isEqualTo(merchant);
                    assertThat(fields.path("operation").asText()).isEqualTo("charge");
                }));
    }

    @Test
    void noLineHasAKeyATokenOrABody() {
        String token = Keys.token(merchant);
        wayToPostgres.mode(Relay.Mode.STALL);
        try {
            post("/orders", order(1).replace("train", secret));
        } finally {
            wayToPostgres.mode(Relay.Mode.PASS);
        }
        Stream.of(order(1).replace("train", secret), "{\"" + secret + "\":1}", "{\"" + secret, "{}")
                .forEach(body -> post("/orders", body));
        instance.as(merchant).get("/orders?after=" + secret);
        assertThat(of("store-unavailable", "merchant", merchant)).isNotEmpty();
        assertThat(instance.log())
                .doesNotContain(key, secret, token.substring(token.lastIndexOf('.')), token.substring(0, 40));
    }

    /** From the first line to the last: what reads them reads nothing else. */
    @Test
    void everyLineIsJson() {
        assertThat(lines()).isNotEmpty().allSatisfy(line -> {
            assertThat(line.path("timestamp").asText()).isNotEmpty();
            assertThat(line.path("level").asText()).isNotEmpty();
            assertThat(line.path("message").asText()).isNotEmpty();
        });
    }
}
