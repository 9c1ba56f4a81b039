package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.oncepay.client.ApiClient;
import dev.oncepay.client.ApiException;
import dev.oncepay.client.ApiResponse;
import dev.oncepay.client.api.ChargesApi;
import dev.oncepay.client.api.IdempotencyKeysApi;
import dev.oncepay.client.api.OrdersApi;
import dev.oncepay.client.api.RefundsApi;
import dev.oncepay.client.model.ChargeView;
import dev.oncepay.client.model.KeyView;
import dev.oncepay.client.model.NewCharge;
import dev.oncepay.client.model.NewOrder;
import dev.oncepay.client.model.NewRefund;
import dev.oncepay.client.model.OrderView;
import dev.oncepay.client.model.Problem;
import dev.oncepay.client.model.RefundView;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that nobody has written, made from the API's description alone, does what the description says. */
@QuarkusTest
class GeneratedClientTest extends HttpTest {
    private final ApiClient client = new ApiClient();

    @BeforeEach
    void sayWhoIsCalling() {
        client.updateBaseUri(RestAssured.baseURI + ":" + RestAssured.port);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + Keys.token(merchant)));
    }

    private OrderView newOrder(long amount) throws ApiException {
        return new OrdersApi(client)
                .createOrder(
                        key(),
                        new NewOrder()
                                .amount(amount)
                                .currency("EUR")
                                .reference("cart-1")
                                .putMetadataItem("seat", "12A"));
    }

    private static NewCharge charge(OrderView order, String card) {
        return new NewCharge()
                .orderId(order.getId())
                .amount(order.getAmount())
                .currency(order.getCurrency())
                .paymentMethod(card);
    }

    @Test
    void itChargesAnOrderOnceHoweverOftenItTries() throws ApiException {
        OrderView order = newOrder(4200);
        assertThat(order.getMetadata()).containsEntry("seat", "12A");
        ChargesApi charges = new ChargesApi(client);
        String key = key();
        ChargeView first = charges.createCharge(key, charge(order, "pm_card_visa"));
        ApiResponse<ChargeView> again = charges.createChargeWithHttpInfo(key, charge(order, "pm_card_visa"));

        assertThat(first.getStatus()).isEqualTo(ChargeView.StatusEnum.SUCCEEDED);
        assertThat(again.getStatusCode()).isEqualTo(201);
        assertThat(again.getHeaders()).containsKey("idempotent-replayed");
        assertThat(again.getData()).isEqualTo(first);
        assertThat(charges.getCharge(first.getId())).isEqualTo(first);
        assertThat(charges.listCharges(null, null, order.getId()).getData()).containsExactly(first);
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        KeyView found = new IdempotencyKeysApi(client).getIdempotencyKey(key);
        assertThat(found.getState()).isEqualTo(KeyView.StateEnum.COMPLETED);
        assertThat(found.getResource()).isEqualTo("/charges/" + first.getId());
    }

    @Test
    void itRefundsAPart() throws ApiException {
        ChargeView charge = new ChargesApi(client).createCharge(key(), charge(newOrder(500), "pm_card_visa"));
        RefundView refund = new RefundsApi(client).createRefund(charge.getId(), key(), new NewRefund().amount(200L));

        assertThat(refund.getStatus()).isEqualTo(RefundView.StatusEnum.SUCCEEDED);
        assertThat(new ChargesApi(client).getCharge(charge.getId()).getAmountRefunded())
                .isEqualTo(200);
    }

    @Test
    void itReadsAProblem() throws ApiException, JsonProcessingException {
        NewCharge declined = charge(newOrder(500), "pm_card_declined");
        ApiException refused =
                catchThrowableOfType(ApiException.class, () -> new ChargesApi(client).createCharge(key(), declined));

        assertThat(refused.getCode()).isEqualTo(402);
        Problem problem = ApiClient.createDefaultObjectMapper().readValue(refused.getResponseBody(), Problem.class);
        assertThat(problem.getCode()).isEqualTo(Problem.CodeEnum.CARD_DECLINED);
        assertThat(problem.getDeclineCode()).isEqualTo("card_declined");
        assertThat(problem.getSafeNewKey()).isTrue();
    }
}
