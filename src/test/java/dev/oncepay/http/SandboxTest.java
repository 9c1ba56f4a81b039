package dev.oncepay.http;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

/** The table of the sandbox's calls, made as any service would make them: without a token. */
@QuarkusTest
class SandboxTest extends HttpTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    private ValidatableResponse authorize(String key, String charge, String card) {
        return post("authorizations", key, charge, card, "");
    }

    private ValidatableResponse refund(String key, String charge, String card) {
        return post("refunds", key, charge, card, ",\"refund\":\"" + key + "\",\"authorization\":\"auth_1\"");
    }

    private ValidatableResponse post(String what, String key, String charge, String card, String more) {
        return RestAssured.given()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body("{\"merchant\":\"" + merchant + "\",\"charge\":\"" + charge
                        + "\",\"amount\":7,\"currency\":\"EUR\",\"payment_method\":\"" + card + "\"" + more + "}")
                .post("/sandbox/acquirer/" + what)
                .then();
    }

    private static ValidatableResponse get(String path) {
        return RestAssured.get("/sandbox/acquirer/" + path).then();
    }

    @Test
    void postAuthorizationsAnswersTheSameKeyWithTheSameAuthorization() {
        String key = key();
        String id = authorize(key, "ch_1", "pm_card_visa")
                .statusCode(200)
                .body("id", startsWith("auth_"))
                .body("status", equalTo("approved"))
                .body("decline_code", nullValue())
                .extract()
                .path("id");
        authorize(key, "ch_1", "pm_card_visa").statusCode(200).body("id", equalTo(id));
        authorize(key(), "ch_1", "pm_card_declined")
                .statusCode(200)
                .body("status", equalTo("declined"))
                .body("decline_code", equalTo("card_declined"));
    }

    @Test
    void postRefundsAnswersTheSameKeyWithTheSameRefund() {
        String key = key();
        String id = refund(key, "ch_1", "pm_card_visa")
                .statusCode(200)
                .body("status", equalTo("approved"))
                .body("decline_code", nullValue())
                .extract()
                .path("id");
        refund(key, "ch_1", "pm_card_visa").statusCode(200).body("id", equalTo(id));
        refund(key(), "ch_1", "pm_card_refund_declined")
                .statusCode(200)
                .body("status", equalTo("declined"))
                .body("decline_code", equalTo("refund_declined"));
    }

    @Test
    void getAuthorizationsListsOneRowForEachEffect() {
        String key = key();
        authorize(key, "ch_1", "pm_card_visa");
        authorize(key, "ch_1", "pm_card_visa");
        authorize(key(), "ch_2", "pm_card_visa");
        listsOneRowForEachEffect("authorizations", key);
    }

    @Test
    void getRefundsListsOneRowForEachEffect() {
        String key = key();
        refund(key, "ch_1", "pm_card_visa");
        refund(key, "ch_1", "pm_card_visa");
        refund(key(), "ch_2", "pm_card_visa");
        listsOneRowForEachEffect("refunds", key);
    }

    private void listsOneRowForEachEffect(String what, String key) {
        get(what + "?merchant=" + merchant).statusCode(200).body("size()", equalTo(2));
        get(what + "?merchant=other-" + merchant).statusCode(200).body("size()", equalTo(0));
        get(what + "?charge=ch_1&merchant=" + merchant)
                .statusCode(200)
                .body("size()", equalTo(1))
                .body("[0].key", equalTo(key))
                .body("[0].charge", equalTo("ch_1"))
                .body("[0].amount", equalTo(7))
                .body("[0].status", equalTo("approved"))
                .body("[0].calls", equalTo(2))
                .body("[0].created_at", matchesPattern(TIME));
    }

    @Test
    void getAuthorizationAndRefundTellWhatBecameOfAKey() {
        String key = key();
        get("authorizations/" + key).statusCode(404).body("code", equalTo("not-found"));
        get("refunds/" + key).statusCode(404).body("code", equalTo("not-found"));
        authorize(key, "ch_1", "pm_card_declined");
        refund(key, "ch_1", "pm_card_visa");
        get("authorizations/" + key).statusCode(200).body("status", equalTo("declined"));
        get("refunds/" + key).statusCode(200).body("status", equalTo("approved"));
    }
}
