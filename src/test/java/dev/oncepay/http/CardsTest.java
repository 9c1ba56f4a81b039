package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The table of cards, as the service answers them; those that approve, decline or lose answers stand elsewhere. */
@QuarkusTest
class CardsTest extends HttpTest {
    private Reply charged(String card) {
        return service().pay("/charges", charge(service().newOrder(10), 10, card));
    }

    @Test
    void insufficientFundsAndUnknownMethodsAreDeclinedWithTheirCode() {
        assertThat(charged("pm_card_insufficient_funds")
                        .json()
                        .get("decline_code")
                        .asText())
                .isEqualTo("insufficient_funds");
        assertThat(charged("tok_whatever").json().get("decline_code").asText()).isEqualTo("unknown_payment_method");
    }

    @Test
    void aSlowCardIsApproved() {
        assertThat(charged("pm_card_slow").status()).isEqualTo(201);
    }

    @Test
    void aFlakyCardIsNotKnownAtFirstAndSettlesAtTheThirdCall() {
        settles(charged("pm_card_flaky"));
        RestAssured.get("/sandbox/acquirer/authorizations?merchant=" + merchant)
                .then()
                .body("size()", equalTo(1))
                .body("[0].calls", equalTo(3));
    }

    @Test
    void aCardWhoseNetworkIsDownSettlesOnceItIsBack() {
        settles(charged("pm_card_down"));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    private void settles(Reply answer) {
        assertThat(answer.status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(
                        () -> asMerchant().get(answer.header("Location")).then().body("status", equalTo("succeeded")));
    }

    @Test
    void theSandboxTellsOfAKeyAndOfOneThatNeverArrived() {
        String charge = charged("pm_card_visa").json().get("id").asText();
        RestAssured.get("/sandbox/acquirer/authorizations/" + charge).then().body("status", equalTo("approved"));
        RestAssured.get("/sandbox/acquirer/authorizations/ch_none").then().statusCode(404);
        RestAssured.get("/sandbox/acquirer/refunds/re_none").then().statusCode(404);
    }

    @Test
    void afterTheAcquirersKeyLifetimeAnOpenChargeIsLookedUpAndNeverPosted() {
        String arrived = charged("pm_card_visa").json().get("id").asText();
        String never = charged("pm_card_visa").json().get("id").asText();
        database.change("delete from sandbox_authorization where key = ?", never);
        // as if both had been left open two days ago
        database.change("update orders set paid = 0 where merchant = ?", merchant);
        database.change(
                "update charges set status = 'processing', authorization_id = null, next_attempt_at = now(),"
                        + " created_at = now() - interval '2 days' where merchant = ?",
                merchant);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> database.count(
                                "select count(*) from charges where merchant = ? and status = 'processing'", merchant)
                        == 0);
        asMerchant().get("/charges/" + arrived).then().body("status", equalTo("succeeded"));
        asMerchant()
                .get("/charges/" + never)
                .then()
                .body("status", equalTo("declined"))
                .body("decline_code", equalTo("never_received"));
        assertThat(database.count("select sum(calls) from sandbox_authorization where merchant = ?", merchant))
                .isEqualTo(1);
    }
}
