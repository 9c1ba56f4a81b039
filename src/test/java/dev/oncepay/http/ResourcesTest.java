package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table of resources: each call, accepted and refused. */
@QuarkusTest
class ResourcesTest extends HttpTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @Test
    void postOrdersMakesAnOrder() {
        String body = "{\"amount\":4200,\"currency\":\"EUR\",\"reference\":\"r-1\",\"metadata\":{\"seat\":\"12\"}}";
        String location = request(key(), body)
                .post("/orders")
                .then()
                .statusCode(201)
                .contentType("application/json")
                .body("id", matchesPattern("ord_[A-Za-z0-9_]{1,36}"))
                .body("amount", equalTo(4200))
                .body("currency", equalTo("EUR"))
                .body("reference", equalTo("r-1"))
                .body("status", equalTo("open"))
                .body("amount_paid", equalTo(0))
                .body("metadata.seat", equalTo("12"))
                .body("created_at", matchesPattern(TIME))
                .extract()
                .header("Location");
        asMerchant().get(location).then().statusCode(200).body("amount", equalTo(4200));
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void postOrdersTakesTheBoundsOfEachMember() {
        for (String body : List.of(
                order(1),
                order(99_999_999_999L),
                "{\"amount\":1,\"currency\":\"JPY\",\"reference\":\"" + "é".repeat(64) + "\"}",
                "{\"amount\":1e2,\"currency\":\"EUR\",\"reference\":\"r\",\"metadata\":{\"" + "n".repeat(40) + "\":\""
                        + "v".repeat(500) + "\"}}")) {
            request(key(), body).post("/orders").then().statusCode(201);
        }
    }

    @Test
    void postOrdersRefusesWhatIsOutOfBounds() {
        refused("{\"currency\":\"EUR\",\"reference\":\"r\"}", "/amount");
        refused(order(0), "/amount");
        refused(order(100_000_000_000L), "/amount");
        refused("{\"amount\":1.5,\"currency\":\"EUR\",\"reference\":\"r\"}", "/amount");
        refused("{\"amount\":\"1\",\"currency\":\"EUR\",\"reference\":\"r\"}", "/amount");
        refused("{\"amount\":1,\"currency\":\"eur\",\"reference\":\"r\"}", "/currency");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"\"}", "/reference");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"" + "r".repeat(65) + "\"}", "/reference");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"a\\nb\"}", "/reference");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":5}", "/reference");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"r\",\"metadata\":null}", "/metadata");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"r\",\"metadata\":{\"a\":1}}", "/metadata/a");
        refused("{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"r\",\"tip\":1}", "/tip");
        for (String currency : List.of(" EUR", "EUR ", "XXX", "XTS", "EU", "")) {
            refused("{\"amount\":1,\"currency\":\"" + currency + "\",\"reference\":\"r\"}", "/currency");
        }
        for (String body : List.of("[]", "null", "5", "\"x\"", "true")) {
            refused(body, "");
        }
        assertThat(database.orders(merchant)).isZero();
    }

    @Test
    void metadataHasAtMostTwentyShortNamesWithAString() {
        refused(withMetadata(entries(21)), "/metadata");
        refused(withMetadata("\"" + "n".repeat(41) + "\":\"v\""), "/metadata/" + "n".repeat(41));
        refused(withMetadata("\"a\":\"" + "v".repeat(501) + "\""), "/metadata/a");
        request(key(), withMetadata(entries(20)))
                .post("/orders")
                .then()
                .statusCode(201)
                .body("metadata.size()", equalTo(20));
    }

    private static String withMetadata(String entries) {
        return order(1).replace("}", ",\"metadata\":{" + entries + "}}");
    }

    private static String entries(int number) {
        return IntStream.range(0, number).mapToObj(i -> "\"n" + i + "\":\"v\"").collect(Collectors.joining(","));
    }

    private void refused(String body, String pointer) {
        refused("/orders", body, pointer);
    }

    private void refused(String path, String body, String pointer) {
        request(key(), body)
                .post(path)
                .then()
                .statusCode(400)
                .body("code", equalTo("validation-failed"))
                .body("errors", hasSize(1))
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].detail", notNullValue());
    }

    @Test
    void everyInvalidMemberIsNamedAtOnce() {
        request(key(), "{\"amount\":\"1\",\"currency\":\"eur\",\"reference\":\"\",\"tip\":1}")
                .post("/orders")
                .then()
                .statusCode(400)
                .body("errors.pointer", containsInAnyOrder("/amount", "/currency", "/reference", "/tip"));
    }

    @Test
    void getOrderOfAnotherMerchantIsNotFound() {
        String id = service().newOrder(100);
        asMerchant().get("/orders/" + id).then().statusCode(200);
        as("someone-else", "payments:read").get("/orders/" + id).then().statusCode(404);
        asMerchant().get("/orders/ord_none").then().statusCode(404).body("code", equalTo("not-found"));
        asMerchant().get("/orders/%00").then().statusCode(404);
    }

    @Test
    void getOrdersPagesNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(0, service().newOrder(100 + i));
        }
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            var page = asMerchant()
                    .get("/orders?limit=2" + next)
                    .then()
                    .statusCode(200)
                    .extract();
            seen.addAll(page.path("data.id"));
            next = page.path("next") == null ? null : "&after=" + page.path("next");
        } while (next != null);
        assertThat(seen).isEqualTo(made);
    }

    @Test
    void getOrdersTakesAReference() {
        service().newOrder(100);
        request(key(), "{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"wanted\"}")
                .post("/orders");
        asMerchant()
                .queryParam("reference", "wanted")
                .get("/orders")
                .then()
                .statusCode(200)
                .body("data", hasSize(1))
                .body("data[0].reference", equalTo("wanted"))
                .body("next", nullValue());
    }

    @Test
    void getOrdersRefusesABadLimitOrCursor() {
        for (String query :
                List.of("limit=0", "limit=101", "limit=x", "limit=1.0", "after=x", "after=%00", "reference=%00")) {
            asMerchant()
                    .urlEncodingEnabled(false)
                    .get("/orders?" + query)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("validation-failed"));
        }
    }

    @Test
    void postChargesChargesOnce() {
        String order = service().newOrder(1000);
        String location = request(key(), charge(order, 400, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(201)
                .body("id", matchesPattern("ch_[A-Za-z0-9_]{1,37}"))
                .body("order_id", equalTo(order))
                .body("amount", equalTo(400))
                .body("currency", equalTo("EUR"))
                .body("payment_method", equalTo("pm_card_visa"))
                .body("status", equalTo("succeeded"))
                .body("decline_code", nullValue())
                .body("amount_refunded", equalTo(0))
                .body("metadata", anEmptyMap())
                .body("created_at", matchesPattern(TIME))
                .extract()
                .header("Location");
        asMerchant().get(location).then().statusCode(200).body("status", equalTo("succeeded"));
        asMerchant()
                .get("/orders/" + order)
                .then()
                .body("amount_paid", equalTo(400))
                .body("status", equalTo("open"));
        request(key(), charge(order, 600, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(201);
        asMerchant().get("/orders/" + order).then().body("status", equalTo("paid"));
        assertThat(database.authorizations(merchant)).isEqualTo(2);
    }

    @Test
    void postChargesTellsOfADecline() {
        String order = service().newOrder(1000);
        String charge = request(key(), charge(order, 1000, "pm_card_declined"))
                .post("/charges")
                .then()
                .statusCode(402)
                .contentType("application/problem+json")
                .body("code", equalTo("card-declined"))
                .body("decline_code", equalTo("card_declined"))
                .extract()
                .path("charge");
        asMerchant()
                .get("/charges/" + charge)
                .then()
                .body("status", equalTo("declined"))
                .body("decline_code", equalTo("card_declined"));
        // what was reserved is free again
        request(key(), charge(order, 1000, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(201);
    }

    @Test
    void postChargesWithALostAnswerIsAcceptedAndSettlesByItself() {
        String order = service().newOrder(1000);
        String key = key();
        String location = request(key, charge(order, 1000, "pm_card_lost_answer"))
                .post("/charges")
                .then()
                .statusCode(202)
                .header("Retry-After", notNullValue())
                .body("status", equalTo("processing"))
                .extract()
                .header("Location");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> asMerchant().get(location).then().body("status", equalTo("succeeded")));
        request(key, charge(order, 1000, "pm_card_lost_answer"))
                .post("/charges")
                .then()
                .statusCode(202)
                .header("Idempotent-Replayed", "true")
                .body("status", equalTo("processing"));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        asMerchant().get("/orders/" + order).then().body("amount_paid", equalTo(1000));
    }

    @Test
    void postChargesRefusesWhatTheOrderDoesNotAllow() {
        String order = service().newOrder(1000);
        request(key(), charge("ord_none", 1, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(404);
        String dollars = charge(order, 1, "pm_card_visa").replace("EUR", "USD");
        request(key(), dollars).post("/charges").then().statusCode(422).body("code", equalTo("currency-mismatch"));
        request(key(), charge(order, 1001, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(422)
                .body("code", equalTo("amount-exceeds-order"));
        assertThat(database.charges(merchant)).isZero();
        assertThat(database.authorizations(merchant)).isZero();
    }

    /** Whatever the code above it does. */
    @Test
    void postgresItselfKeepsAnOrderFromBeingOvercharged() {
        service().newOrder(1000);
        for (String change : List.of("reserved = 1001", "reserved = 10, paid = 11", "paid = -1")) {
            assertThatThrownBy(() -> database.change("update orders set " + change + " where merchant = ?", merchant))
                    .hasStackTraceContaining("orders_never_overcharged");
        }
    }

    @Test
    void postChargesRefusesAnotherMerchantsOrder() {
        String order = service().newOrder(1000);
        as("thief-" + merchant, "payments:write")
                .contentType("application/json")
                .header("Idempotency-Key", key())
                .body(charge(order, 1, "pm_card_visa"))
                .post("/charges")
                .then()
                .statusCode(404);
        assertThat(database.charges("thief-" + merchant)).isZero();
    }

    @Test
    void postChargesRefusesInvalidMembers() {
        request(key(), "{\"order_id\":\"../x\",\"amount\":0,\"currency\":\"XXXX\",\"payment_method\":\"4242 4242\"}")
                .post("/charges")
                .then()
                .statusCode(400)
                .body("errors.pointer", containsInAnyOrder("/order_id", "/amount", "/currency", "/payment_method"));
    }

    @Test
    void getChargesListsThoseOfAnOrder() {
        String order = service().newOrder(1000);
        String other = service().newOrder(1000);
        String first = service()
                .post("/charges", key(), charge(order, 1, "pm_card_visa"))
                .json()
                .get("id")
                .asText();
        service().post("/charges", key(), charge(other, 1, "pm_card_visa"));
        String second = service()
                .post("/charges", key(), charge(order, 2, "pm_card_visa"))
                .json()
                .get("id")
                .asText();
        asMerchant()
                .get("/charges?order_id=" + order)
                .then()
                .statusCode(200)
                .body("data.id", equalTo(List.of(second, first)));
        asMerchant().get("/charges").then().body("data", hasSize(3));
        asMerchant().get("/charges?after=zzz").then().statusCode(400);
        as("someone-else", "payments:read").get("/charges/" + first).then().statusCode(404);
    }

    @Test
    void postChargesTakesTheBoundsOfEachMember() {
        String order = service().newOrder(2);
        String card = "a_Z9" + "x".repeat(60);
        request(key(), charge(order, 1, card).replace("}", ",\"metadata\":{\"seat\":\"12\"}}"))
                .post("/charges")
                .then()
                .statusCode(402); // no such card, but a token it is
        asMerchant()
                .get("/charges")
                .then()
                .body("data[0].payment_method", equalTo(card))
                .body("data[0].metadata.seat", equalTo("12"));
        refused("/charges", charge(order, 1, card + "x"), "/payment_method");
        refused("/charges", charge(order, 1, ""), "/payment_method");
    }

    @Test
    void getChargeIsForItsMerchantOnly() {
        String charge = service()
                .pay("/charges", charge(service().newOrder(1), 1, "pm_card_visa"))
                .header("Location");
        asMerchant().get(charge).then().statusCode(200).body("amount", equalTo(1));
        as("someone-else", "payments:read").get(charge).then().statusCode(404).body("code", equalTo("not-found"));
        asMerchant().get("/charges/ch_none").then().statusCode(404).body("code", equalTo("not-found"));
    }

    @Test
    void getChargesPagesNewestFirst() {
        String order = service().newOrder(10);
        for (int amount = 1; amount <= 3; amount++) {
            service().pay("/charges", charge(order, amount, "pm_card_visa"));
        }
        String next = asMerchant()
                .get("/charges?limit=2&order_id=" + order)
                .then()
                .body("data.amount", equalTo(List.of(3, 2)))
                .extract()
                .path("next");
        asMerchant()
                .get("/charges?limit=2&order_id=" + order + "&after=" + next)
                .then()
                .body("data.amount", equalTo(List.of(1)))
                .body("next", nullValue());
    }
}
