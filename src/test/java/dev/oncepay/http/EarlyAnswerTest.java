package dev.oncepay.http;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawConnection;
import dev.oncepay.support.RawHttp.Answer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who can be answered before all of the body is there is answered then, and cannot go on sending for ever. */
@QuarkusTest
class EarlyAnswerTest extends HttpTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String HUGE = "Content-Length: 9000000000\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CHUNK = "400\r\n" + " ".repeat(1024) + "\r\n";

    /** Not a line of its own: a body before it has no end of line. */
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

    private String token() {
        return "Authorization: Bearer " + Keys.token(merchant) + "\r\n";
    }

    private String readOnly() {
        return "Authorization: Bearer " + Keys.token(merchant, Set.of("payments:read")) + "\r\n";
    }

    private static String head(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + key() + "\r\n"
                + String.join("", headers) + "\r\n";
    }

    /** Each ends up with its status, whatever is announced. */
    private Stream<Map.Entry<String, Integer>> refused(String length) {
        return Map.ofEntries(
                Map.entry(head("POST", "/orders", JSON, length), 401),
                Map.entry(head("POST", "/orders", JSON, length, readOnly()), 403),
                Map.entry(head("POST", "/nowhere", JSON, length, token()), 404),
                Map.entry(head("PUT", "/orders", JSON, length, token()), 405),
                Map.entry(head("POST", "/orders", JSON, length, token(), "Accept: text/plain\r\n"), 406),
                Map.entry(head("POST", "/orders", "Content-Type: text/plain\r\n", length, token()), 415),
                Map.entry(head("POST", "/orders", length, token()), 415))
                .entrySet()
                .stream();
    }

    @TestFactory
    Stream<DynamicTest> whatIsRefusedBeforeTheSizeIsToldSoHoweverLargeTheBodyIs() {
        return Stream.of(HUGE, CHUNKED).flatMap(length -> refused(length)
                .map(one -> DynamicTest.dynamicTest(
                        one.getValue() + " " + length.strip(), () -> isTold(one.getKey(), one.getValue()))));
    }

    @TestFactory
    Stream<DynamicTest> aBodyThatIsAnnouncedAsTooLargeIsRefusedUnread() {
        return Stream.of(
                        head("POST", "/orders", JSON, HUGE, token()),
                        head("POST", "/sandbox/acquirer/authorizations", JSON, HUGE),
                        head("GET", "/orders", HUGE, token()))
                .map(one -> DynamicTest.dynamicTest(one.lines().findFirst().orElseThrow(), () -> isTold(one, 413)));
    }

    @TestFactory
    Stream<DynamicTest> aBodyThatGrowsTooLargeIsRefused() {
        return Stream.of("/orders", "/sandbox/acquirer/authorizations")
                .map(path -> DynamicTest.dynamicTest(
                        path, () -> isTold(head("POST", path, JSON, CHUNKED, token()) + CHUNK.repeat(257), 413)));
    }

    private static void isTold(String request, int status) {
        try (RawConnection connection = new RawConnection()) {
            Answer answer = connection.send(request).head();
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Connection")).isEqualTo("close");
        }
    }

    @TestFactory
    Stream<DynamicTest> whoGoesOnSendingIsCutOff() {
        Stream<String> early = refused(CHUNKED).map(Map.Entry::getKey);
        Stream<String> late = Stream.of(
                head("POST", "/orders", JSON, CHUNKED, token()) + CHUNK.repeat(257),
                head("GET", "/q/openapi", CHUNKED));
        List<RawConnection> connections = Stream.concat(early, late)
                .map(request -> new RawConnection().send(request))
                .toList();
        return connections.stream()
                .map(connection -> DynamicTest.dynamicTest("a chunk after the other", () -> {
                    try (connection) {
                        connection.head();
                        connection.sendUntilCutOff("1\r\n \r\n");
                    }
                }));
    }

    @Test
    void aBodyThatIsWholeEndsTheConnectionAtOnce() {
        String body = order(1);
        try (RawConnection connection = new RawConnection()) {
            Answer answer = connection
                    .send(head("POST", "/orders", JSON, "Content-Length: " + body.length() + "\r\n") + body)
                    .rest();
            assertThat(answer.status()).as(answer.text()).isEqualTo(401);
            assertThat(answer.text()).endsWith("}");
        }
    }

    @Test
    void whoIsAnsweredInFullKeepsTheConnection() {
        String body = order(1);
        String post = head("POST", "/orders", JSON, token(), "Content-Length: " + body.length() + "\r\n") + body;
        String last = head("GET", "/orders", token(), "Connection: close\r\n");
        try (RawConnection connection = new RawConnection()) {
            String answers = connection
                    .send(post + head("GET", "/nowhere", token()) + head("GET", "/orders") + post + last)
                    .rest()
                    .text();
            assertThat(STATUS.matcher(answers).results().map(found -> found.group(1)))
                    .containsExactly("201", "404", "401", "201", "200");
        }
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void whoWaitsToBeAskedIsAskedOnlyForWhatIsRead() {
        String expect = "Expect: 100-continue\r\n";
        isTold(head("POST", "/orders", JSON, expect, "Content-Length: 10\r\n"), 401);
        isTold(head("POST", "/orders", expect, "Content-Length: 10\r\n", token()), 415);
        isTold(head("POST", "/orders", JSON, expect, HUGE, token()), 413);
        String body = order(1);
        String length = "Content-Length: " + body.length() + "\r\n";
        try (RawConnection connection = new RawConnection()) {
            Answer asked = connection
                    .send(head("POST", "/orders", JSON, expect, length, token()))
                    .head();
            assertThat(asked.status()).as(asked.text()).isEqualTo(100);
            Answer made = connection.send(body).head();
            assertThat(made.status()).as(made.text()).isEqualTo(201);
        }
        try (RawConnection connection = new RawConnection()) {
            String path = "/sandbox/acquirer/authorizations";
            assertThat(connection
                            .send(head("POST", path, JSON, expect, "Content-Length: 2\r\n"))
                            .head()
                            .status())
                    .isEqualTo(100);
            assertThat(connection.send("{}").head().status()).isEqualTo(400);
        }
    }

    /** A stream of its own is given up, and the connection lives on. */
    @Test
    void overHttp2TheAnswerIsTheSame() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        assertThat(client.send(request("/q/health/live").build(), HttpResponse.BodyHandlers.ofString())
                        .version())
                .isEqualTo(HttpClient.Version.HTTP_2);
        HttpRequest.BodyPublisher large = HttpRequest.BodyPublishers.ofString(" ".repeat(2_000_000));
        for (var expected : Map.of("/nowhere", 404, "/orders", 413).entrySet()) {
            HttpResponse<String> answer = client.send(
                    request(expected.getKey())
                            .header("Authorization", "Bearer " + Keys.token(merchant))
                            .header("Idempotency-Key", key())
                            .header("Content-Type", "application/json")
                            .POST(large)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected.getValue());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.headers().firstValue("Connection")).isEmpty();
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path));
    }
}
