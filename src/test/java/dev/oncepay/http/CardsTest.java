package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The table of cards, as the service answers them, and what the sandbox has counted. */
@QuarkusTest
class CardsTest extends HttpTest {
    private Reply charged(String card) {
        return service().pay("/charges", charge(service().newOrder(10), 10, card));
    }

    private void isDeclined(String card, String code) {
        Reply answer = charged(card);
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.json().get("decline_code").asText()).isEqualTo(code);
        authorizations().body("size()", equalTo(1)).body("[0].status", equalTo("declined"));
    }

    private void isApproved(Reply answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        isAuthorizedByCall(1);
    }

    private void settles(Reply answer) {
        assertThat(answer.status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(
                        () -> asMerchant().get(answer.header("Location")).then().body("status", equalTo("succeeded")));
    }

    private void isAuthorizedByCall(int number) {
        authorizations()
                .body("size()", equalTo(1))
                .body("[0].status", equalTo("approved"))
                .body("[0].calls", equalTo(number));
    }

    private ValidatableResponse authorizations() {
        return RestAssured.get("/sandbox/acquirer/authorizations?merchant=" + merchant)
                .then();
    }

    @Test
    void cardVisaIsApproved() {
        isApproved(charged("pm_card_visa"));
    }

    @Test
    void cardDeclinedIsDeclinedWithThatCode() {
        isDeclined("pm_card_declined", "card_declined");
    }

    @Test
    void cardInsufficientFundsIsDeclinedWithThatCode() {
        isDeclined("pm_card_insufficient_funds", "insufficient_funds");
    }

    @Test
    void anyOtherPaymentMethodIsDeclinedAsUnknown() {
        isDeclined("tok_whatever", "unknown_payment_method");
    }

    @Test
    void cardSlowIsApproved() {
        isApproved(charged("pm_card_slow"));
    }

    @Test
    void cardLostAnswerIsApprovedAndSettlesAtTheSecondCall() {
        settles(charged("pm_card_lost_answer"));
        isAuthorizedByCall(2);
    }

    @Test
    void cardFlakyIsNotKnownAtFirstAndSettlesAtTheThirdCall() {
        settles(charged("pm_card_flaky"));
        isAuthorizedByCall(3);
    }

    @Test
    void cardDownSettlesOnceItsNetworkIsBack() {
        settles(charged("pm_card_down"));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void cardRefundDeclinedIsApprovedAndItsRefundsAreDeclined() {
        Reply made = charged("pm_card_refund_declined");
        isApproved(made);
        Reply refund = service().pay(made.header("Location") + "/refunds", "{}");
        assertThat(refund.status()).isEqualTo(402);
        assertThat(refund.json().get("decline_code").asText()).isEqualTo("refund_declined");
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
