package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code GET /idempotency-key}: what became of a key of one's own. */
@QuarkusTest
class KeyLookUpTest extends HttpTest {
    @Test
    void aCompletedKeyTellsItsAnswerAndWhatWasMade() {
        String key = key();
        Reply made = service().post("/orders", key, order(1));
        asMerchant()
                .header("Idempotency-Key", '"' + key + '"')
                .get("/idempotency-key")
                .then()
                .statusCode(200)
                .body("key", equalTo(key))
                .body("state", equalTo("completed"))
                .body("method", equalTo("POST"))
                .body("path", equalTo("/orders"))
                .body("response_status", equalTo(201))
                .body("resource", equalTo(made.header("Location")))
                .body("created_at", notNullValue())
                .body("expires_at", notNullValue());
    }

    @Test
    void aRunningKeyIsInProgress() {
        String key = key();
        CompletableFuture<Reply> running =
                service().later("/charges", key, charge(service().newOrder(10), 10, "pm_card_slow"));
        await().until(() -> database.charges(merchant) == 1);
        asMerchant()
                .header("Idempotency-Key", key)
                .get("/idempotency-key")
                .then()
                .statusCode(200)
                .body("state", equalTo("in_progress"))
                .body("response_status", nullValue())
                .body("resource", notNullValue());
        running.join();
    }

    @Test
    void aRefusedRequestMadeNothing() {
        String key = key();
        service().post("/charges", key, charge("ord_none", 10, "pm_card_visa"));
        asMerchant()
                .header("Idempotency-Key", key)
                .get("/idempotency-key")
                .then()
                .body("response_status", equalTo(404))
                .body("resource", nullValue());
    }

    @Test
    void anUnknownForeignOrExpiredKeyIsNotFound() {
        String key = key();
        asMerchant()
                .header("Idempotency-Key", key)
                .get("/idempotency-key")
                .then()
                .statusCode(404);
        service().post("/orders", key, order(1));
        as("other-" + merchant, "payments:read")
                .header("Idempotency-Key", key)
                .get("/idempotency-key")
                .then()
                .statusCode(404);
        database.change(
                "update idempotency_record set expires_at = now() - interval '1 s' where merchant = ?", merchant);
        asMerchant()
                .header("Idempotency-Key", key)
                .get("/idempotency-key")
                .then()
                .statusCode(404);
    }

    @Test
    void aMissingOrBrokenKeyIsRefused() {
        asMerchant().get("/idempotency-key").then().statusCode(400).body("code", equalTo("idempotency-key-missing"));
        asMerchant()
                .header("Idempotency-Key", "\"open")
                .get("/idempotency-key")
                .then()
                .statusCode(400)
                .body("code", equalTo("idempotency-key-invalid"));
    }
}
