package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawHttp;
import dev.oncepay.support.RedisWire;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The table of situations and answers. */
@QuarkusTest
class IdempotencyTest extends HttpTest {
    @Test
    void noKeyIsRefused() {
        asMerchant()
                .contentType("application/json")
                .body(order(1))
                .post("/orders")
                .then()
                .statusCode(400)
                .body("code", equalTo("idempotency-key-missing"));
        assertThat(database.orders(merchant)).isZero();
    }

    @Test
    void aKeyThatCannotBeReadIsRefused() {
        for (String key : List.of("\"open", "a,b", "\"a\", \"b\"", "\"\"", "k".repeat(256))) {
            request(key, order(1))
                    .post("/orders")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("idempotency-key-invalid"));
        }
        for (String header :
                List.of("Idempotency-Key:", "Idempotency-Key: k\u00e9y", "Idempotency-Key: \"k\u00e9y\"")) {
            assertThat(RawHttp.send(
                                    "POST",
                                    "/orders",
                                    order(1),
                                    "Authorization: Bearer " + Keys.token(merchant),
                                    header)
                            .text())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"idempotency-key-invalid\"");
        }
        request("one", order(1))
                .header("Idempotency-Key", "two")
                .post("/orders")
                .then()
                .statusCode(400)
                .body("code", equalTo("idempotency-key-invalid"));
        assertThat(database.records(merchant)).isZero();
    }

    @Test
    void aKeyOf255BytesOfPrintableAsciiIsTaken() {
        String key = "!~" + "k".repeat(253 - merchant.length()) + merchant;
        Reply first = service().post("/orders", key, order(1));
        assertThat(first.status()).isEqualTo(201);
        assertReplay(first, service().post("/orders", key, order(1)));
    }

    @Test
    void aMalformedBodyClaimsNothing() {
        String key = key();
        for (String body : List.of("", "{", "{\"amount\":1,\"amount\":1}", "[".repeat(33) + "]".repeat(33), "{} {}")) {
            request(key, body).post("/orders").then().statusCode(400).body("code", equalTo("malformed-body"));
        }
        request(key, order(1)).post("/orders").then().statusCode(201).header("Idempotent-Replayed", "false");
    }

    @Test
    void theFirstTimeTheEndpointRuns() {
        request(key(), order(1)).post("/orders").then().statusCode(201).header("Idempotent-Replayed", "false");
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void theSameRequestAgainGetsTheStoredBytes() {
        String key = key();
        Reply first = service().post("/orders", key, order(4200));
        Reply again = service().post("/orders", key, order(4200));
        assertReplay(first, again);
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void aChargesAnswerIsStoredWhateverItIs() {
        String order = service().newOrder(1000);
        for (String body : List.of(
                charge(order, 1, "pm_card_visa"),
                charge(order, 1, "pm_card_declined"),
                charge(order, 5000, "pm_card_visa"),
                charge("ord_none", 1, "pm_card_visa"))) {
            String key = key();
            Reply first = service().post("/charges", key, body);
            assertReplay(first, service().post("/charges", key, body));
        }
        assertThat(database.charges(merchant)).isEqualTo(2);
        assertThat(database.authorizations(merchant)).isEqualTo(2);
    }

    @Test
    void aRefusedRequestIsReplayedToo() {
        String key = key();
        Reply first = service().post("/orders", key, order(0));
        assertThat(first.status()).isEqualTo(400);
        Reply again = await().until(() -> service().post("/orders", key, order(0)), Reply::replayed);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(service().post("/orders", key, order(1)).code()).isEqualTo("idempotency-key-reused");
    }

    private static void assertReplay(Reply first, Reply again) {
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        for (String header : List.of("Content-Type", "Location", "Retry-After")) {
            assertThat(again.header(header)).isEqualTo(first.header(header));
        }
    }

    @Test
    void theSameRequestWhileTheFirstRunsIsInUse() {
        String order = service().newOrder(1000);
        String key = key();
        String body = charge(order, 10, "pm_card_slow");
        CompletableFuture<Reply> first = service().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        request(key, body)
                .post("/charges")
                .then()
                .statusCode(409)
                .header("Retry-After", notNullValue())
                .header("Idempotent-Replayed", nullValue())
                .body("code", equalTo("idempotency-key-in-use"))
                .body("retryable", equalTo(true));
        request(key, charge(order, 11, "pm_card_slow"))
                .post("/charges")
                .then()
                .statusCode(422)
                .body("code", equalTo("idempotency-key-reused"));
        assertReplay(first.join(), service().post("/charges", key, body));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void anotherRequestUnderTheKeyIsRefused() {
        String key = key();
        service().post("/orders", key, order(1));
        for (String body :
                List.of(order(2), order(1).replace("train", "bus"), order(1).replace("}", ",\"metadata\":{}}"))) {
            request(key, body)
                    .post("/orders")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("idempotency-key-reused"))
                    .body("safe_new_key", equalTo(false));
        }
        request(key, order(1)).post("/orders?x=1").then().statusCode(422);
        request(key, order(1)).post("/charges").then().statusCode(422);
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void theSameValueWrittenOtherwiseIsTheSameRequest() {
        String key = key();
        Reply first = service().post("/orders", key, order(4200));
        for (String body : List.of(
                "{ \"reference\" : \"train\",\n\"currency\":\"EUR\", \"amount\": 4200 }",
                "{\"amount\":4200.00,\"currency\":\"EUR\",\"reference\":\"tr\\u0061in\"}",
                "{\"amount\":42e2,\"currency\":\"EUR\",\"reference\":\"train\"}")) {
            assertReplay(first, service().post("/orders", key, body));
        }
    }

    @Test
    void quotedAndBareAreTheSameKey() {
        String key = key();
        Reply first = service().post("/orders", key, order(1));
        assertReplay(first, service().post("/orders", '"' + key + '"', order(1)));
        assertReplay(first, service().post("/orders", '"' + key + "\";v=1", order(1)));
        assertThat(service()
                        .post("/orders", key.toUpperCase(java.util.Locale.ROOT), order(1))
                        .replayed())
                .isFalse();
    }

    @Test
    void anotherMerchantsSameKeyIsARequestOfItsOwn() {
        String key = key();
        Reply mine = service().post("/orders", key, order(1));
        String other = "other-" + merchant;
        as(other, "payments:write")
                .contentType("application/json")
                .header("Idempotency-Key", key)
                .body(order(2))
                .post("/orders")
                .then()
                .statusCode(201)
                .header("Idempotent-Replayed", "false");
        assertThat(database.orders(other)).isEqualTo(1);
        assertReplay(mine, service().post("/orders", key, order(1)));
    }

    @Test
    void afterItsLifetimeTheKeyIsNew() {
        String key = key();
        Reply first = service().post("/orders", key, order(1));
        database.change(
                "update idempotency_record set expires_at = now() - interval '1 s' where merchant = ?", merchant);
        new RedisWire(EmbeddedServers.redisPort()).flush(); // it expires there too
        Reply second = service().post("/orders", key, order(2));
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.replayed()).isFalse();
        assertThat(second.body()).isNotEqualTo(first.body());
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    @Test
    void theKeyIsIgnoredOnAGet() {
        asMerchant().header("Idempotency-Key", "\"broken").get("/orders").then().statusCode(200);
    }

    @Test
    void everyAnswerEchoesTheKeyAndIsNotCached() {
        for (String body : List.of(order(1), order(0), "{")) {
            String key = '"' + key() + '"';
            request(key, body)
                    .post("/orders")
                    .then()
                    .header("Idempotency-Key", key)
                    .header("Cache-Control", "no-store")
                    .header(
                            "Access-Control-Expose-Headers",
                            org.hamcrest.Matchers.containsString("Idempotent-Replayed"))
                    .header("Access-Control-Expose-Headers", org.hamcrest.Matchers.containsString("Idempotency-Key"));
        }
    }

    @Test
    void aRetryWithoutItsRightsIsRefusedBeforeAnythingIsLookedAt() {
        String key = key();
        service().post("/orders", key, order(1));
        as(Keys.token(merchant, Set.of("payments:read")))
                .contentType("application/json")
                .header("Idempotency-Key", key)
                .body(order(1))
                .post("/orders")
                .then()
                .statusCode(403)
                .header("Idempotent-Replayed", nullValue());
    }

    @Test
    void decimalsUnicodeAndBigBodiesAreReplayedByteForByte() {
        String value = "\\u00e9\uD83D\uDE00\\n\\\"" + "x".repeat(400);
        StringBuilder metadata = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            metadata.append(i == 0 ? "" : ",")
                    .append("\"n")
                    .append(i)
                    .append("\":\"")
                    .append(value)
                    .append('"');
        }
        String small =
                "{\"amount\":1.0,\"currency\":\"EUR\",\"reference\":\"\u00fcn\u00efcode \uD83D\uDE86\",\"metadata\":{"
                        + metadata + "}}";
        String big = small.replace("x".repeat(400), "\uD83D\uDE00".repeat(240)).replace(" ", "");
        for (String body : List.of(small, big)) {
            String key = key();
            Reply first = service().post("/orders", key, body);
            assertThat(first.status()).as(first.text()).isEqualTo(201);
            assertReplay(first, service().post("/orders", key, body));
        }
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    @Test
    void aRecordAndItsEffectAreCommittedTogetherOrNotAtAll() {
        String order = service().newOrder(1000);
        String key = key();
        refusingCommits("insert on idempotency_record", "true", () -> {
            assertThat(service().post("/orders", key, order(1)).status()).isEqualTo(500);
            assertThat(service()
                            .post("/charges", key + "c", charge(order, 10, "pm_card_visa"))
                            .status())
                    .isEqualTo(500);
        });
        assertThat(database.orders(merchant)).isEqualTo(1);
        assertThat(database.charges(merchant)).isZero();
        assertThat(database.records(merchant)).isEqualTo(1);
        assertThat(database.authorizations(merchant)).isZero();
        assertThat(database.count("select reserved from orders where merchant = ?", merchant))
                .isZero();
    }

    @Test
    void anAnswerAndItsSettlementAreCommittedTogetherOrNotAtAll() {
        String order = service().newOrder(1000);
        String key = key();
        String body = charge(order, 10, "pm_card_visa");
        refusingCommits("update on charges", "new.status = 'succeeded'", () -> {
            assertThat(service().post("/charges", key, body).status()).isEqualTo(500);
            assertThat(database.count(
                            "select count(*) from idempotency_record where merchant = ? and state = 'in_progress'",
                            merchant))
                    .isEqualTo(1);
            assertThat(database.count("select paid from orders where merchant = ?", merchant))
                    .isZero();
        });
        database.change("update charges set next_attempt_at = now() where merchant = ?", merchant);
        Reply answer = await().until(() -> service().post("/charges", key, body), reply -> reply.status() == 201);
        assertThat(answer.replayed()).isTrue();
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isEqualTo(10);
    }

    /** Postgres undoes this merchant's transactions at their very end. */
    private void refusingCommits(String after, String when, Runnable work) {
        database.change("create or replace function refuse() returns trigger language plpgsql as"
                + " 'begin raise exception ''refused by a test''; end'");
        String table = after.substring(after.lastIndexOf(' ') + 1);
        database.change("create constraint trigger refuse after " + after + " deferrable initially deferred"
                + " for each row when (new.merchant = '" + merchant + "' and " + when + ") execute function refuse()");
        try {
            work.run();
        } finally {
            database.change("drop trigger refuse on " + table);
        }
    }

    @Test
    void aChargeThatWasSettledOtherwiseMeanwhileIsAnsweredAsItIs() {
        String order = service().newOrder(1000);
        String key = key();
        String body = charge(order, 10, "pm_card_slow");
        CompletableFuture<Reply> first = service().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        database.change(
                "update charges set status = 'declined', decline_code = 'by_hand', next_attempt_at = null"
                        + " where merchant = ?",
                merchant);
        assertThat(first.join().status()).isEqualTo(402);
        assertThat(first.join().json().get("decline_code").asText()).isEqualTo("by_hand");
        assertReplay(first.join(), service().post("/charges", key, body));
        assertThat(database.value(
                        "select status from idempotency_record where merchant = ? and operation = 'charge'", merchant))
                .isEqualTo("402");
        assertThat(database.count("select paid from orders where merchant = ?", merchant))
                .isZero();
    }

    @Test
    void aChargeThatTheSweepSettlesIsAnsweredByTheRecordForEver() {
        String order = service().newOrder(1000);
        String key = key();
        Service service = service();
        Reply first = service.post("/charges", key, charge(order, 10, "pm_card_lost_answer"));
        assertThat(first.status()).isEqualTo(202);
        await().until(() -> "succeeded"
                .equals(service.get(first.header("Location"))
                        .json()
                        .get("status")
                        .asText()));
        new RedisWire(EmbeddedServers.redisPort()).flush(); // which had the first answer in any case
        assertReplay(first, service.post("/charges", key, charge(order, 10, "pm_card_lost_answer")));
    }
}
