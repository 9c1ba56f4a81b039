package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Refunds: each call, accepted and refused. */
@QuarkusTest
class RefundsTest extends HttpTest {
    private String charged(long amount, String card) {
        Reply made = service().pay("/charges", charge(service().newOrder(amount), amount, card));
        String path = made.header("Location");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> service().get(path).json().get("status").asText(), equalTo("succeeded"));
        return path;
    }

    private long refunds() {
        return database.count("select count(*) from refunds where merchant = ?", merchant);
    }

    private long refundsAtTheAcquirer() {
        return database.count("select count(*) from sandbox_refund where merchant = ?", merchant);
    }

    @Test
    void postRefundsGivesMoneyBackOnce() {
        String charge = charged(1000, "pm_card_visa");
        String key = key();
        String body = "{\"amount\":300,\"reason\":\"torn\"}";
        String location = request(key, body)
                .post(charge + "/refunds")
                .then()
                .statusCode(201)
                .body("id", matchesPattern("re_[A-Za-z0-9_]{1,37}"))
                .body("charge_id", equalTo(charge.substring("/charges/".length())))
                .body("amount", equalTo(300))
                .body("currency", equalTo("EUR"))
                .body("reason", equalTo("torn"))
                .body("status", equalTo("succeeded"))
                .body("created_at", notNullValue())
                .extract()
                .header("Location");
        request(key, body).post(charge + "/refunds").then().statusCode(201).header("Idempotent-Replayed", "true");
        asMerchant().get(location).then().statusCode(200).body("amount", equalTo(300));
        asMerchant().get(charge).then().body("amount_refunded", equalTo(300));
        assertThat(refunds()).isEqualTo(1);
        assertThat(refundsAtTheAcquirer()).isEqualTo(1);
    }

    @Test
    void withoutABodyAllThatIsLeftIsRefundedAndTheAmountIsFrozen() {
        String charge = charged(1000, "pm_card_visa");
        service().post(charge + "/refunds", key(), "{\"amount\":300}");
        String key = key();
        int amount = asMerchant()
                .header("Idempotency-Key", key)
                .post(charge + "/refunds")
                .then()
                .statusCode(201)
                .body("reason", nullValue())
                .extract()
                .path("amount");
        assertThat(amount).isEqualTo(700);
        // no body counts as {}
        request(key, "{}")
                .post(charge + "/refunds")
                .then()
                .header("Idempotent-Replayed", "true")
                .body("amount", equalTo(700));
        request(key(), "{}")
                .post(charge + "/refunds")
                .then()
                .statusCode(422)
                .body("code", equalTo("amount-exceeds-charge"));
        asMerchant().get(charge).then().body("amount_refunded", equalTo(1000));
    }

    @Test
    void postRefundsRefusesWhatTheChargeDoesNotAllow() {
        String charge = charged(1000, "pm_card_visa");
        request(key(), "{\"amount\":1001}")
                .post(charge + "/refunds")
                .then()
                .statusCode(422)
                .body("code", equalTo("amount-exceeds-charge"));
        request(key(), "{}")
                .post("/charges/ch_none/refunds")
                .then()
                .statusCode(404)
                .body("code", equalTo("not-found"));
        request(key(), "{}")
                .urlEncodingEnabled(false)
                .post("/charges/%00/refunds")
                .then()
                .statusCode(404);
        String declined = service()
                .post("/charges", key(), charge(service().newOrder(10), 10, "pm_card_declined"))
                .json()
                .get("charge")
                .asText();
        request(key(), "{}")
                .post("/charges/" + declined + "/refunds")
                .then()
                .statusCode(422)
                .body("code", equalTo("charge-not-refundable"));
        for (String body : List.of(
                "{\"amount\":0}", "{\"amount\":\"1\"}", "{\"reason\":\"\"}", "{\"why\":\"x\"}", "{\"amount\":null}")) {
            request(key(), body)
                    .post(charge + "/refunds")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("validation-failed"));
        }
        assertThat(refunds()).isZero();
    }

    @Test
    void postRefundsTakesTheBoundsOfTheReason() {
        String charge = charged(2, "pm_card_visa");
        for (String reason : List.of("r", "é".repeat(64))) {
            request(key(), "{\"amount\":1,\"reason\":\"" + reason + "\"}")
                    .post(charge + "/refunds")
                    .then()
                    .statusCode(201)
                    .body("reason", equalTo(reason));
        }
        request(key(), "{\"reason\":\"" + "r".repeat(65) + "\"}")
                .post(charge + "/refunds")
                .then()
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/reason")));
    }

    @Test
    void getRefundIsForItsChargeAndItsMerchantOnly() {
        String charge = charged(2, "pm_card_visa");
        String refund = service().pay(charge + "/refunds", "{\"amount\":1}").header("Location");
        asMerchant().get(refund).then().statusCode(200).body("amount", equalTo(1));
        as("thief-" + merchant, "payments:read").get(refund).then().statusCode(404);
        asMerchant()
                .get(charged(1, "pm_card_visa") + refund.substring(charge.length()))
                .then()
                .statusCode(404)
                .body("code", equalTo("not-found"));
    }

    @Test
    void anotherMerchantsChargeIsNotFound() {
        String charge = charged(1000, "pm_card_visa");
        as("thief-" + merchant, "payments:write")
                .header("Idempotency-Key", key())
                .post(charge + "/refunds")
                .then()
                .statusCode(404);
        as("thief-" + merchant, "payments:read").get(charge + "/refunds").then().statusCode(404);
        assertThat(refundsAtTheAcquirer()).isZero();
    }

    @Test
    void aDeclinedRefundIsToldAndFreesItsAmount() {
        String charge = charged(1000, "pm_card_refund_declined");
        String key = key();
        String refund = request(key, "{}")
                .post(charge + "/refunds")
                .then()
                .statusCode(402)
                .contentType("application/problem+json")
                .body("code", equalTo("refund-declined"))
                .body("decline_code", notNullValue())
                .extract()
                .path("refund");
        request(key, "{}").post(charge + "/refunds").then().statusCode(402).header("Idempotent-Replayed", "true");
        asMerchant().get(charge + "/refunds/" + refund).then().body("status", equalTo("failed"));
        asMerchant().get(charge).then().body("amount_refunded", equalTo(0));
        assertThat(database.count("select refund_reserved from charges where merchant = ?", merchant))
                .isZero();
    }

    @Test
    void aRefundWhoseAnswerIsLostSettlesByItself() {
        String charge = charged(1000, "pm_card_lost_answer");
        String key = key();
        String location = request(key, "{\"amount\":400}")
                .post(charge + "/refunds")
                .then()
                .statusCode(202)
                .header("Retry-After", notNullValue())
                .body("status", equalTo("processing"))
                .extract()
                .header("Location");
        request(key(), "{\"amount\":601}").post(charge + "/refunds").then().statusCode(422);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> asMerchant().get(location).then().body("status", equalTo("succeeded")));
        request(key, "{\"amount\":400}")
                .post(charge + "/refunds")
                .then()
                .statusCode(202)
                .header("Idempotent-Replayed", "true");
        asMerchant().get(charge).then().body("amount_refunded", equalTo(400));
        assertThat(refundsAtTheAcquirer()).isEqualTo(1);
    }

    @Test
    void twelveRefundsAtOnceOf300OnAChargeOf1000MakeThree() {
        String charge = charged(1000, "pm_card_visa");
        ExecutorService all12 = Executors.newFixedThreadPool(12);
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(CompletableFuture.supplyAsync(() -> service().pay(charge + "/refunds", "{\"amount\":300}"), all12));
        }
        List<Reply> replies = all.stream().map(CompletableFuture::join).toList();
        all12.shutdown();
        assertThat(replies).filteredOn(reply -> reply.status() == 201).hasSize(3);
        assertThat(replies).filteredOn(reply -> reply.status() != 201).allMatch(reply -> reply.code()
                .equals("amount-exceeds-charge"));
        assertThat(refundsAtTheAcquirer()).isEqualTo(3);
        asMerchant().get(charge).then().body("amount_refunded", equalTo(900));
    }

    @Test
    void getRefundsPagesNewestFirst() {
        String charge = charged(1000, "pm_card_visa");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(
                    0,
                    service()
                            .post(charge + "/refunds", key(), "{\"amount\":1}")
                            .json()
                            .get("id")
                            .asText());
        }
        var first = asMerchant()
                .get(charge + "/refunds?limit=2")
                .then()
                .statusCode(200)
                .body("data", hasSize(2))
                .extract();
        List<String> seen = new ArrayList<>(first.<List<String>>path("data.id"));
        seen.addAll(asMerchant()
                .get(charge + "/refunds?limit=2&after=" + first.path("next"))
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .extract()
                .path("data.id"));
        assertThat(seen).isEqualTo(made);
        asMerchant().get(charge + "/refunds?after=x").then().statusCode(400);
        asMerchant().get(charge + "/refunds/re_none").then().statusCode(404);
        String other = charged(10, "pm_card_visa");
        asMerchant().get(other + "/refunds/" + made.get(0)).then().statusCode(404);
        RestAssured.get("/sandbox/acquirer/refunds?merchant=" + merchant)
                .then()
                .statusCode(200)
                .body("size()", equalTo(3));
    }
}
