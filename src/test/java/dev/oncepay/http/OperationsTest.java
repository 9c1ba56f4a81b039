package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the one on call looks at: without a token. */
@QuarkusTest
class OperationsTest extends HttpTest {
    @Test
    void healthIsTold() {
        for (String kind : new String[] {"live", "ready", "started"}) {
            RestAssured.get("/q/health/" + kind).then().statusCode(200).body("status", equalTo("UP"));
        }
    }

    @Test
    void openApiAndSwaggerUiAreServed() {
        RestAssured.given()
                .queryParam("format", "json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/charges'.post", org.hamcrest.Matchers.notNullValue());
        RestAssured.get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger"));
    }

    @Test
    void theGuardIsCounted() {
        double first = counted("first");
        double replayed = counted("replayed");
        double reused = counted("reused");
        String key = key();
        service().post("/orders", key, Service.order(1));
        service().post("/orders", key, Service.order(1));
        service().post("/orders", key, Service.order(2));
        assertThat(counted("first") - first).isGreaterThanOrEqualTo(1);
        assertThat(counted("replayed") - replayed).isGreaterThanOrEqualTo(1);
        assertThat(counted("reused") - reused).isGreaterThanOrEqualTo(1);
    }

    private static double counted(String outcome) {
        return RestAssured.get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("oncepay_idempotency_requests_seconds_count{outcome=\"" + outcome))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** It is in every build, and served in the profile of the benchmarks only. */
    @ParameterizedTest
    @ValueSource(strings = {"/bench/noop", "/bench/noop/", "/bench;a=b/noop"})
    void theEndpointOfTheBenchmarksIsNotServed(String path) {
        asMerchant()
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .body(Service.order(1))
                .post(path)
                .then()
                .statusCode(404)
                .body("code", equalTo("not-found"));
    }

    @Test
    void theSandboxTellsWhatItHasAuthorized() {
        String order = service().newOrder(1000);
        String charge = service()
                .post("/charges", key(), Service.charge(order, 7, "pm_card_visa"))
                .json()
                .get("id")
                .asText();
        RestAssured.given()
                .queryParam("merchant", merchant)
                .get("/sandbox/acquirer/authorizations")
                .then()
                .statusCode(200)
                .body("size()", equalTo(1))
                .body("[0].charge", equalTo(charge))
                .body("[0].amount", equalTo(7))
                .body("[0].status", equalTo("approved"))
                .body("[0].calls", equalTo(1));
        RestAssured.get("/sandbox/acquirer/authorizations/none").then().statusCode(404);
    }
}
