package dev.oncepay.faults;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An acquirer that answers as no good one should: what each answer is taken for. */
class AcquirerIT {
    private static final String APPROVED = "{\"id\":\"a1\",\"status\":\"approved\",\"decline_code\":null}";
    private static final int SILENCE = 0;

    private static final Map<String, Integer> CALLS = new ConcurrentHashMap<>();
    private static HttpServer acquirer;
    private static Instance instance;

    /** The status of each POST of a key, counted from 1, and of a look-up (call 0). */
    private static volatile IntFunction<Integer> script = call -> 200;

    private static final Database database = Database.own();
    private final String merchant = "m-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws IOException {
        acquirer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        acquirer.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "acquirer");
            thread.setDaemon(true);
            return thread;
        }));
        acquirer.createContext("/", AcquirerIT::answer);
        acquirer.start();
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put(
                "oncepay.acquirer.url",
                "http://127.0.0.1:" + acquirer.getAddress().getPort());
        settings.put("oncepay.acquirer.timeout", "1s");
        instance = Instance.start(settings);
    }

    @AfterAll
    static void stop() {
        instance.close();
        acquirer.stop(0);
    }

    private static void answer(HttpExchange call) throws IOException {
        boolean post = call.getRequestMethod().equals("POST");
        String key = call.getRequestHeaders().getFirst("Idempotency-Key");
        int status = script.apply(post ? CALLS.merge(key, 1, Integer::sum) : 0);
        call.getRequestBody().readAllBytes();
        if (status == SILENCE) {
            return; // the exchange stays open, and nobody ever answers it
        }
        byte[] body = APPROVED.getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(status, body.length);
        call.getResponseBody().write(body);
        call.close();
    }

    private Reply charged() {
        Service service = instance.as(merchant);
        return service.pay("/charges", charge(service.newOrder(1000), 1000, "pm_any"));
    }

    private void endsAs(String status) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status.equals(database.value("select status from charges where merchant = ?", merchant)));
    }

    @Test
    void aRejectionOfTheFirstCallSettlesAsDeclined() {
        script = call -> 400;
        Reply answer = charged();
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.json().get("decline_code").asText()).isEqualTo("acquirer_rejected");
    }

    @Test
    void notNowAndErrorsAreNotKnownYet() {
        for (int status : new int[] {408, 425, 429, 500, 503}) {
            script = call -> call == 1 ? status : 200;
            assertThat(charged().status()).as("" + status).isEqualTo(202);
        }
    }

    @Test
    void aRejectionOfARepeatIsNoAnswerToTheFirstCall() {
        for (int status : new int[] {409, 404, 401}) {
            // approved and lost; then "409, still running" or worse; the look-up knows
            script = call -> call == 0 ? 200 : call == 1 ? SILENCE : status;
            assertThat(charged().status()).isEqualTo(202);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> database.count(
                                "select count(*) from charges where merchant = ? and status = 'processing'", merchant)
                        == 0);
        assertThat(database.count("select count(*) from charges where merchant = ? and status = 'succeeded'", merchant))
                .isEqualTo(3);
    }

    @Test
    void aRepeatThatIsRejectedAndNeverArrivedIsDeclined() {
        script = call -> call == 0 ? 404 : call == 1 ? SILENCE : 400;
        assertThat(charged().status()).isEqualTo(202);
        endsAs("declined");
        assertThat(database.count("select reserved from orders where merchant = ?", merchant))
                .isZero();
    }
}
