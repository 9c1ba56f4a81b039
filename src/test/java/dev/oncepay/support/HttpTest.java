package dev.oncepay.support;

import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.Set;
import java.util.UUID;

/**
 * A test that knows the service by HTTP only, and counts effects in the real stores. Each test is a merchant of its
 * own, so none needs a clean database.
 */
@WithTestResource(Environment.class)
public abstract class HttpTest {
    protected final String merchant = "m-" + UUID.randomUUID();
    protected final Database database = Database.shared();

    protected static String key() {
        return UUID.randomUUID().toString();
    }

    protected Service service() {
        return new Service(RestAssured.baseURI + ":" + RestAssured.port, Keys.token(merchant));
    }

    /** A request with this merchant's token. */
    protected RequestSpecification asMerchant() {
        return as(Keys.token(merchant));
    }

    protected RequestSpecification as(String token) {
        return RestAssured.given().auth().oauth2(token);
    }

    protected RequestSpecification as(String other, String... groups) {
        return as(Keys.token(other, Set.of(groups)));
    }

    /** A POST of JSON under a key. */
    protected RequestSpecification request(String key, String body) {
        return asMerchant()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(body);
    }
}
