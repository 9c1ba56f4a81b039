package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

/** Tokens to try the service with, in dev and test only: the packaged jar has no such endpoint. */
@QuarkusTest
class DevTokensTest extends HttpTest {
    private static ValidatableResponse asked(String body) {
        return RestAssured.given()
                .contentType(ContentType.JSON)
                .body(body)
                .post("/dev/tokens")
                .then();
    }

    @Test
    void aTokenIsMadeOfWhatIsGivenOrOfNothing() {
        for (String body : new String[] {"{}", "{\"merchant\":\"m\"}", "{\"groups\":[\"payments:read\"]}", ""}) {
            String token = asked(body)
                    .statusCode(200)
                    .body("expires_in", equalTo(3600))
                    .extract()
                    .path("token");
            as(token).get("/orders").then().statusCode(200);
        }
        assertThat(RawHttp.send("POST", "/dev/tokens", "").status()).isEqualTo(200);
    }

    @Test
    void whatIsUnknownOrOfAnotherTypeIsRefused() {
        for (String body :
                new String[] {"{\"merchants\":\"m\"}", "{\"merchant\":\"m\",\"admin\":true}", "{\"groups\":5}"}) {
            asked(body).statusCode(400).body("code", equalTo("validation-failed"));
        }
    }

    @Test
    void whatIsNoJsonIsMalformed() {
        asked("{").statusCode(400).body("code", equalTo("malformed-body"));
    }
}
