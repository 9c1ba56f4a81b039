package dev.oncepay.http;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawConnection;
import dev.oncepay.support.RawHttp.Answer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of errors: the shape of each, from wherever it arises. */
@QuarkusTest
class ErrorsTest extends HttpTest {
    static void assertProblem(
            ValidatableResponse answer, int status, String code, boolean retryable, boolean safeNewKey) {
        String requestId = answer.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/" + code))
                .body("title", notNullValue())
                .body("status", equalTo(status))
                .body("detail", notNullValue())
                .body("code", equalTo(code))
                .body("retryable", is(retryable))
                .body("safe_new_key", is(safeNewKey))
                .extract()
                .header("Request-Id");
        answer.body("request_id", equalTo(requestId));
        assertThat(answer.extract().asString()).doesNotContain("Exception").doesNotContain("dev.oncepay");
    }

    @Test
    void unauthorized() {
        for (String token : new String[] {"none", "a.b.c"}) {
            var answer = RestAssured.given()
                    .header("Authorization", "Bearer " + token)
                    .get("/orders")
                    .then();
            assertProblem(answer, 401, "unauthorized", false, false);
            answer.header("WWW-Authenticate", notNullValue());
        }
        assertProblem(RestAssured.get("/orders").then(), 401, "unauthorized", false, false);
        assertProblem(RestAssured.given().body("x").post("/nowhere").then(), 401, "unauthorized", false, false);
    }

    @Test
    void forbidden() {
        assertProblem(as(merchant, "payments:read").post("/orders").then(), 403, "forbidden", false, false);
        assertProblem(as(merchant, "payments:write").get("/orders").then(), 403, "forbidden", false, false);
        assertProblem(as("with space", "payments:read").get("/orders").then(), 403, "forbidden", false, false);
        assertProblem(as("x".repeat(129), "payments:read").get("/orders").then(), 403, "forbidden", false, false);
    }

    @Test
    void notFound() {
        assertProblem(asMerchant().get("/nowhere").then(), 404, "not-found", false, true);
        assertProblem(asMerchant().get("/orders/ord_none").then(), 404, "not-found", false, true);
        assertProblem(RestAssured.get("/q/nowhere").then(), 404, "not-found", false, true);
    }

    @Test
    void methodNotAllowed() {
        assertProblem(asMerchant().delete("/orders").then(), 405, "method-not-allowed", false, true);
    }

    @Test
    void notAcceptable() {
        assertProblem(asMerchant().accept("text/plain").get("/orders").then(), 406, "not-acceptable", false, true);
        assertProblem(
                request(key(), order(1)).accept("text/plain").post("/orders").then(),
                406,
                "not-acceptable",
                false,
                true);
    }

    @Test
    void payloadTooLarge() {
        String spaces = " ".repeat(262_144 - order(1).length());
        request(key(), order(1) + spaces).post("/orders").then().statusCode(201);
        assertProblem(
                request(key(), order(1) + spaces + " ").post("/orders").then(), 413, "payload-too-large", false, true);
        assertProblem(
                request(key(), " ".repeat(2_000_000)).post("/orders").then(), 413, "payload-too-large", false, true);
        assertThat(database.records(merchant)).isEqualTo(1);
    }

    @Test
    void payloadTooLargeWithoutAnAnnouncedLength() throws IOException, InterruptedException {
        String spaces = " ".repeat(262_144 - order(1).length());
        assertThat(chunked(order(1) + spaces).statusCode()).isEqualTo(201);
        HttpResponse<String> refused = chunked(order(1) + spaces + " ");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
        assertThat(refused.body()).contains("\"code\":\"payload-too-large\"");
        assertThat(database.records(merchant)).isEqualTo(1);
    }

    private HttpResponse<String> chunked(String body) throws IOException, InterruptedException {
        return send(bare().header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII)))));
    }

    @Test
    void aBodyWithoutAMediaTypeIsUnsupported() throws IOException, InterruptedException {
        HttpResponse<String> refused = send(bare().POST(HttpRequest.BodyPublishers.ofString(order(1))));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(415);
        assertThat(refused.body()).contains("\"code\":\"unsupported-media-type\"");
        assertThat(database.records(merchant)).isZero();
    }

    /** Java's client adds no header of its own that says what the body is. */
    private HttpRequest.Builder bare() {
        return HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/orders"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + Keys.token(merchant))
                .header("Idempotency-Key", key());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void unsupportedMediaType() {
        for (String type : new String[] {"text/plain", "application/json; charset=utf-16", "application/xml"}) {
            assertProblem(
                    asMerchant()
                            .config(RestAssured.config()
                                    .encoderConfig(io.restassured.config.EncoderConfig.encoderConfig()
                                            .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                            .encodeContentTypeAs(type, io.restassured.http.ContentType.TEXT)))
                            .header("Content-Type", type)
                            .header("Idempotency-Key", key())
                            .body(order(1))
                            .post("/orders")
                            .then(),
                    415,
                    "unsupported-media-type",
                    false,
                    true);
        }
    }

    @Test
    void idempotencyKeyMissing() {
        var answer = asMerchant().contentType("application/json").body(order(1)).post("/orders");
        assertProblem(answer.then(), 400, "idempotency-key-missing", false, true);
    }

    @Test
    void idempotencyKeyInvalid() {
        assertProblem(request("\"", order(1)).post("/orders").then(), 400, "idempotency-key-invalid", false, true);
    }

    @Test
    void idempotencyKeyReused() {
        String key = key();
        request(key, order(1)).post("/orders");
        assertProblem(request(key, order(2)).post("/orders").then(), 422, "idempotency-key-reused", false, false);
    }

    @Test
    void malformedBody() {
        for (String body : List.of("{", order(1).replace("train", "a\\u0000b"), order(1).replace("train", "\\ud800"))) {
            assertProblem(request(key(), body).post("/orders").then(), 400, "malformed-body", false, true);
        }
    }

    @Test
    void validationFailed() {
        for (String body : List.of("{}", order(1).replace("1", "\"1\""), order(1).replace("}", ",\"tip\":1}"))) {
            var answer = request(key(), body).post("/orders").then();
            assertProblem(answer, 400, "validation-failed", false, true);
            answer.body("errors[0].pointer", startsWith("/")).body("errors[0].detail", notNullValue());
        }
    }

    /** RFC 9112 section 3.2: such a request is refused, whoever sends it. */
    @Test
    void aRequestThatDoesNotSayWhichHostIsMalformed() {
        for (String head : new String[] {"/orders HTTP/1.1", "/nowhere HTTP/1.1", "/q/health/live HTTP/1.1"}) {
            try (RawConnection connection = new RawConnection()) {
                Answer answer = connection
                        .send("GET " + head + "\r\nConnection: close\r\n\r\n")
                        .rest();
                assertThat(answer.status()).as(answer.text()).isEqualTo(400);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                assertThat(answer.text()).contains("\"request_id\":\"" + answer.header("Request-Id") + "\"");
            }
        }
    }

    @Test
    void anUnknownMemberIsRefusedWhereNoGuardReadsTheBodyToo() {
        String body =
                "{\"merchant\":\"m\",\"charge\":\"c\",\"amount\":1,\"currency\":\"EUR\",\"payment_method\":\"x\",\"tip\":1}";
        assertProblem(
                request(key(), body).post("/sandbox/acquirer/authorizations").then(),
                400,
                "validation-failed",
                false,
                true);
    }

    @Test
    void aBodyOfThousandsOfUnknownMembersIsToldOfTheFirstFifty() {
        StringBuilder body = new StringBuilder("{\"amount\":1");
        for (int i = 0; i < 20_000; i++) {
            body.append(",\"u").append(i).append("\":").append(i % 2 == 0 ? "1" : "null");
        }
        request(key(), body.append('}').toString())
                .post("/orders")
                .then()
                .statusCode(400)
                .body("code", equalTo("validation-failed"))
                .body("errors.size()", equalTo(50));
    }

    @Test
    void everyAnswerHasARequestIdOfItsOwn() {
        String first = asMerchant().get("/orders").then().extract().header("Request-Id");
        asMerchant().get("/orders").then().header("Request-Id", not(equalTo(first)));
        RestAssured.get("/q/health/live").then().header("Request-Id", notNullValue());
    }
}
