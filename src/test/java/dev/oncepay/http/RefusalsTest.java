package dev.oncepay.http;

import static dev.oncepay.http.ErrorsTest.assertProblem;
import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The table of errors, where the state of things decides: what is paid already, what runs, and what is broken. */
@QuarkusTest
class RefusalsTest extends HttpTest {
    private ValidatableResponse charged(String key, String body) {
        return request(key, body).post("/charges").then();
    }

    private ValidatableResponse refunded(String charge, String body) {
        return request(key(), body).post("/charges/" + charge + "/refunds").then();
    }

    private String charged(String card) {
        return charged(key(), charge(service().newOrder(10), 10, card))
                .statusCode(201)
                .extract()
                .path("id");
    }

    @Test
    void cardDeclined() {
        var answer = charged(key(), charge(service().newOrder(10), 10, "pm_card_insufficient_funds"));
        assertProblem(answer, 402, "card-declined", false, true);
        answer.body("decline_code", equalTo("insufficient_funds")).body("charge", startsWith("ch_"));
    }

    @Test
    void refundDeclined() {
        var answer = refunded(charged("pm_card_refund_declined"), "{}");
        assertProblem(answer, 402, "refund-declined", false, true);
        answer.body("decline_code", equalTo("refund_declined")).body("refund", startsWith("re_"));
    }

    @Test
    void idempotencyKeyInUse() {
        String key = key();
        String body = charge(service().newOrder(10), 10, "pm_card_slow");
        service().later("/charges", key, body);
        await().until(() -> database.charges(merchant) == 1);
        var answer = charged(key, body);
        assertProblem(answer, 409, "idempotency-key-in-use", true, false);
        answer.header("Retry-After", notNullValue());
    }

    @Test
    void currencyMismatch() {
        String body = charge(service().newOrder(10), 10, "pm_card_visa").replace("EUR", "USD");
        assertProblem(charged(key(), body), 422, "currency-mismatch", false, true);
    }

    @Test
    void amountExceedsOrder() {
        String body = charge(service().newOrder(10), 11, "pm_card_visa");
        assertProblem(charged(key(), body), 422, "amount-exceeds-order", false, true);
    }

    @Test
    void amountExceedsCharge() {
        assertProblem(refunded(charged("pm_card_visa"), "{\"amount\":11}"), 422, "amount-exceeds-charge", false, true);
    }

    @Test
    void chargeNotRefundable() {
        String declined = charged(key(), charge(service().newOrder(10), 10, "pm_card_declined"))
                .extract()
                .path("charge");
        assertProblem(refunded(declined, "{}"), 422, "charge-not-refundable", false, true);
    }

    /** No SQL, and no word of what Postgres said, and the same key can be sent again. */
    @Test
    void internalError() {
        String key = key();
        database.change("alter table orders add constraint refused check (merchant <> '" + merchant + "') not valid");
        try {
            var answer = request(key, order(1)).post("/orders").then();
            assertProblem(answer, 500, "internal-error", true, false);
            assertThat(answer.extract().asString()).doesNotContain("constraint", "orders", "insert");
        } finally {
            database.change("alter table orders drop constraint refused");
        }
        assertThat(database.records(merchant)).isZero();
        request(key, order(1)).post("/orders").then().statusCode(201);
    }

    /** Somebody else has locked what is needed; out of reach altogether it is in the tests of faults. */
    @Test
    void storeUnavailable() throws SQLException {
        String key = key();
        String body = charge(service().newOrder(10), 10, "pm_card_visa");
        try (Connection other = database.connect();
                var lock = other.prepareStatement("select 1 from orders where merchant = ? for update")) {
            other.setAutoCommit(false);
            lock.setString(1, merchant);
            lock.execute();
            var answer = charged(key, body);
            assertProblem(answer, 503, "store-unavailable", true, false);
            answer.header("Retry-After", notNullValue());
            other.rollback();
        }
        assertThat(database.charges(merchant)).isZero();
        charged(key, body).statusCode(201);
    }
}
