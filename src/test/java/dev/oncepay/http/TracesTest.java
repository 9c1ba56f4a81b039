package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Ports;
import dev.oncepay.support.RawHttp;
import dev.oncepay.support.RawHttp.Answer;
import dev.oncepay.support.SpanReceiver;
import dev.oncepay.support.SpanReceiver.Span;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A build with traces: one request's steps, as a collector gets them. */
@QuarkusTest
@TestProfile(TracesTest.On.class)
class TracesTest extends HttpTest {
    private static final String PORT = "oncepay.test.spans";
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Asked for in another class loader than the test's own, so the port is told by a property of the process. */
    public static final class On implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            String port = System.getProperties()
                    .computeIfAbsent(PORT, asked -> "" + Ports.free())
                    .toString(); // it is asked more than once
            return Map.of(
                    "quarkus.otel.enabled", "true",
                    "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                    "quarkus.otel.exporter.otlp.endpoint", "http://127.0.0.1:" + port,
                    "quarkus.otel.bsp.schedule.delay", "100ms");
        }
    }

    private static SpanReceiver received;

    private final String trace = UUID.randomUUID().toString().replace("-", "");
    private final String key = "key-" + key();

    @BeforeAll
    static void receive() {
        received = new SpanReceiver(Integer.getInteger(PORT));
    }

    @AfterAll
    static void stop() {
        received.close();
    }

    private Answer post(String path, String body) {
        return RawHttp.send(
                "POST",
                path,
                body,
                "Authorization: Bearer " + Keys.token(merchant),
                "Idempotency-Key: " + key,
                "traceparent: 00-" + trace + "-b7ad6b7169203331-01");
    }

    private static List<String> below(String parent, List<Span> spans) {
        return spans.stream()
                .filter(span -> span.parent().equals(parent))
                .map(Span::name)
                .toList();
    }

    private static Span named(String name, List<Span> spans) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aChargesStepsAreInTheTraceOfItsCaller() {
        String order = service().newOrder(7);
        assertThat(post("/charges", charge(order, 7, "pm_card_visa")).status()).isEqualTo(201);
        await().atMost(SOON).untilAsserted(() -> {
            List<Span> spans = received.of(trace);
            Span request = named("POST /charges", spans);
            assertThat(request.parent()).isEqualTo("b7ad6b7169203331");
            assertThat(below(request.id(), spans))
                    .containsExactlyInAnyOrder("claim", "transaction", "acquirer", "transaction");
            assertThat(below(named("acquirer", spans).id(), spans)).containsExactly("POST");

            assertThat(below(named("POST", spans).id(), spans))
                    .as("the acquirer is told whose call it is")
                    .containsExactly("POST /sandbox/acquirer/authorizations");
        });
    }

    @Test
    void aReplaysOnlyStepIsTheClaim() {
        String order = "{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"train\"}";
        String before = service().post("/orders", key, order).text();
        Answer replay = post("/orders", order);
        assertThat(replay.text()).endsWith(before);
        await().atMost(SOON).untilAsserted(() -> {
            List<Span> spans = received.of(trace);
            assertThat(below(named("POST /orders", spans).id(), spans)).contains("claim");
        });
    }

    @Test
    void noSpanHasAKeyATokenOrABody() {
        String secret = "s-" + key();
        String token = Keys.token(merchant);
        post("/orders", "{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"" + secret + "\"}");
        await().atMost(SOON).until(() -> !received.of(trace).isEmpty());
        assertThat(received.everything()).doesNotContain(key, secret, token.substring(0, 40));
    }
}
