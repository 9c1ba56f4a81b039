package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order of judgement: 401, 403, 404/405/406/415, 413, the key, a malformed body, what is stored under the key,
 * validation, the state of things. Who is guilty of two is told of the earlier one; nothing later is looked at.
 */
@QuarkusTest
class JudgementTest extends HttpTest {
    private static final String TOO_LARGE = " ".repeat(300_000);
    private static final String MALFORMED = "{";
    private static final String INVALID = order(0);
    private static final String UNKNOWN_ORDER = charge("ord_none", 1, "pm_card_visa");

    /** A request that can be made guilty of anything, and innocent again. */
    private final class Call {
        private String token = Keys.token(merchant);
        private String method = "POST";
        private String path = "/orders";
        private String type = "application/json";
        private String accept = "application/json";
        private String key = HttpTest.key();
        private String body = order(1);

        Call token(String other) {
            token = other;
            return this;
        }

        Call path(String other) {
            path = other;
            return this;
        }

        Call method(String other) {
            method = other;
            return this;
        }

        Call type(String other) {
            type = other;
            return this;
        }

        Call accept(String other) {
            accept = other;
            return this;
        }

        Call key(String other) {
            key = other;
            return this;
        }

        Call noKey() {
            key = null;
            return this;
        }

        Call body(String other) {
            body = other;
            return this;
        }

        void isTold(int status, String code) {
            RequestSpecification request = RestAssured.given()
                    .config(RestAssured.config()
                            .encoderConfig(EncoderConfig.encoderConfig()
                                    .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                    .encodeContentTypeAs(type, ContentType.TEXT)))
                    .header("Content-Type", type)
                    .header("Accept", accept)
                    .body(body);
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            if (key != null) {
                request.header("Idempotency-Key", key);
            }
            Response answer = request.request(method, path);
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
            assertThat(answer.<String>path("code")).isEqualTo(code);
        }
    }

    private Call call() {
        return new Call();
    }

    private String readOnly() {
        return Keys.token(merchant, Set.of("payments:read"));
    }

    /** A token of ours, for a reader only, with a letter of its signature changed: guilty of 401 and 403. */
    private String brokenAndReadOnly() {
        String token = readOnly();
        int at = token.lastIndexOf('.') + 10;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    @Test
    void whoIsCallingComesBeforeWhatTheyMayDo() {
        call().token(readOnly()).isTold(403, "forbidden");
        call().token(brokenAndReadOnly()).isTold(401, "unauthorized");
    }

    @Test
    void whoIsCallingAndWhatTheyMayDoComeBeforeWhereAndHow() {
        for (Call call : List.of(
                call().path("/nowhere"),
                call().method("DELETE"),
                call().accept("text/plain"),
                call().type("text/plain"))) {
            call.token(readOnly()).isTold(403, "forbidden");
            call.token(brokenAndReadOnly()).isTold(401, "unauthorized");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, 3_000_000})
    void everythingAboveComesBeforeTheSizeHoweverLarge(int bytes) {
        String large = " ".repeat(bytes);
        call().body(large).isTold(413, "payload-too-large");
        call().body(large).token(brokenAndReadOnly()).isTold(401, "unauthorized");
        call().body(large).token(readOnly()).isTold(403, "forbidden");
        call().body(large).path("/nowhere").isTold(404, "not-found");
        call().body(large).method("PUT").isTold(405, "method-not-allowed");
        call().body(large).accept("text/plain").isTold(406, "not-acceptable");
        call().body(large).type("text/plain").isTold(415, "unsupported-media-type");
        call().body(large).type("application/json;charset=utf-16").isTold(415, "unsupported-media-type");
        call().body(large).path("/sandbox/acquirer/authorizations").isTold(413, "payload-too-large");
        call().body(large).path("/sandbox/acquirer/nowhere").isTold(404, "not-found");
    }

    @Test
    void whereAndHowComeBeforeTheKey() {
        call().noKey().path("/nowhere").isTold(404, "not-found");
        call().noKey().method("PUT").isTold(405, "method-not-allowed");
        call().noKey().accept("text/plain").isTold(406, "not-acceptable");
        call().noKey().type("text/plain").isTold(415, "unsupported-media-type");
        call().key("\"").type("application/json;charset=utf-16").isTold(415, "unsupported-media-type");
    }

    @Test
    void theSizeComesBeforeTheKey() {
        call().body(TOO_LARGE).noKey().isTold(413, "payload-too-large");
        call().body(TOO_LARGE).key("\"broken").isTold(413, "payload-too-large");
    }

    @Test
    void theKeyComesBeforeTheFormOfTheBody() {
        call().noKey().body(MALFORMED).isTold(400, "idempotency-key-missing");
        call().key("\"broken").body(MALFORMED).isTold(400, "idempotency-key-invalid");
        call().key("k".repeat(256)).body("").isTold(400, "idempotency-key-invalid");
    }

    @Test
    void theFormOfTheBodyComesBeforeWhatIsStored() {
        String key = key();
        service().post("/orders", key, order(1));
        call().key(key).body(order(2)).isTold(422, "idempotency-key-reused");
        call().key(key).body(MALFORMED).isTold(400, "malformed-body");
        call().key(key).body(order(1).replace("}", ",\"amount\":1}")).isTold(400, "malformed-body");
    }

    @Test
    void theFormOfTheBodyComesBeforeWhatIsRunning() {
        String order = service().newOrder(1000);
        String key = key();
        CompletableFuture<Reply> running = service().later("/charges", key, charge(order, 1, "pm_card_slow"));
        await().until(() -> database.charges(merchant) == 1);
        call().path("/charges").key(key).body(MALFORMED).isTold(400, "malformed-body");
        call().path("/charges").key(key).body(INVALID).isTold(422, "idempotency-key-reused");
        call().path("/charges").key(key).body(charge(order, 1, "pm_card_slow")).isTold(409, "idempotency-key-in-use");
        assertThat(running.join().status()).isEqualTo(201);
    }

    @Test
    void whatIsStoredComesBeforeValidation() {
        String key = key();
        service().post("/orders", key, order(1));
        call().body(INVALID).isTold(400, "validation-failed");
        call().key(key).body(INVALID).isTold(422, "idempotency-key-reused");
        call().key(key).body("[]").isTold(422, "idempotency-key-reused");
        call().key(key).path("/charges").body("{}").isTold(422, "idempotency-key-reused");
    }

    @Test
    void whatIsStoredComesBeforeTheStateOfThings() {
        String key = key();
        service().post("/orders", key, order(1));
        call().path("/charges").body(UNKNOWN_ORDER).isTold(404, "not-found");
        call().path("/charges").key(key).body(UNKNOWN_ORDER).isTold(422, "idempotency-key-reused");
        call().path("/charges/ch_none/refunds").key(key).body("{}").isTold(422, "idempotency-key-reused");
    }

    @Test
    void validationComesBeforeTheStateOfThings() {
        String order = service().newOrder(10);
        call().path("/charges")
                .body(UNKNOWN_ORDER.replace("\"amount\":1", "\"amount\":0"))
                .isTold(400, "validation-failed");
        call().path("/charges")
                .body(charge(order, 11, "no/token").replace("EUR", "USD"))
                .isTold(400, "validation-failed");
        call().path("/charges/ch_none/refunds").body("{\"amount\":0}").isTold(400, "validation-failed");
        call().path("/charges/-/refunds").body("{\"amount\":0}").isTold(400, "validation-failed");
    }

    /** Guilty of everything, and mended step by step: each step is told of the next thing, and none has an effect. */
    @Test
    void aRequestThatIsMendedStepByStepIsToldOfOneThingAfterTheOther() {
        String used = key();
        service().post("/orders", used, order(1));
        Call call = call().token(brokenAndReadOnly())
                .path("/charges")
                .type("text/plain")
                .key("\"broken")
                .body(TOO_LARGE + MALFORMED);
        call.isTold(401, "unauthorized");
        call.token(readOnly()).isTold(403, "forbidden");
        call.token(Keys.token(merchant)).isTold(415, "unsupported-media-type");
        call.type("application/json").isTold(413, "payload-too-large");
        call.body(MALFORMED).isTold(400, "idempotency-key-invalid");
        call.key(used).isTold(400, "malformed-body");
        call.body(UNKNOWN_ORDER.replace("\"amount\":1", "\"amount\":0")).isTold(422, "idempotency-key-reused");
        call.key(key()).isTold(400, "validation-failed");
        call.key(key()).body(UNKNOWN_ORDER).isTold(404, "not-found");
        assertThat(database.charges(merchant)).isZero();
        String order = service().newOrder(10);
        call.key(key()).body(charge(order, 11, "pm_card_visa")).isTold(422, "amount-exceeds-order");
        call.key(key()).body(charge(order, 10, "pm_card_visa")).isTold(201, null);
        assertThat(database.charges(merchant)).isEqualTo(1);
    }
}
