package dev.oncepay.http;

import static org.hamcrest.Matchers.equalTo;

import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A method that a path does not know is told with those that it knows: RFC 9110 section 15.5.6. */
@QuarkusTest
class MethodsTest extends HttpTest {
    private static final Map<String, String> METHODS = Map.ofEntries(
            Map.entry("/orders", "GET, HEAD, OPTIONS, POST"),
            Map.entry("/orders/x", "GET, HEAD, OPTIONS"),
            Map.entry("/charges", "GET, HEAD, OPTIONS, POST"),
            Map.entry("/charges/x", "GET, HEAD, OPTIONS"),
            Map.entry("/charges/x/refunds", "GET, HEAD, OPTIONS, POST"),
            Map.entry("/charges/x/refunds/y", "GET, HEAD, OPTIONS"),
            Map.entry("/idempotency-key", "GET, HEAD, OPTIONS"),
            Map.entry("/problems", "GET, HEAD, OPTIONS"),
            Map.entry("/problems/not-found", "GET, HEAD, OPTIONS"),
            Map.entry("/sandbox/acquirer/authorizations", "GET, HEAD, OPTIONS, POST"),
            Map.entry("/sandbox/acquirer/refunds/x", "GET, HEAD, OPTIONS"));

    @TestFactory
    Stream<DynamicTest> aMethodThatThePathDoesNotKnow() {
        return METHODS.entrySet().stream().flatMap(path -> Stream.of("DELETE", "PUT", "PATCH", "TRACE", "BREW", "POST")
                .filter(method -> !path.getValue().contains(method))
                .map(method -> DynamicTest.dynamicTest(method + " " + path.getKey(), () -> asMerchant()
                        .request(method, path.getKey())
                        .then()
                        .statusCode(405)
                        .contentType("application/problem+json")
                        .header("Allow", path.getValue())
                        .body("code", equalTo("method-not-allowed")))));
    }

    @TestFactory
    Stream<DynamicTest> optionsAreThePathsOwn() {
        return METHODS.entrySet().stream()
                .map(path -> DynamicTest.dynamicTest(path.getKey(), () -> asMerchant()
                        .options(path.getKey())
                        .then()
                        .statusCode(200)
                        .header("Allow", path.getValue())
                        .body(equalTo(""))));
    }

    @Test
    void aPathThatNobodyServesHasNoMethods() {
        for (String path : new String[] {"/nowhere", "/orders/x/y", "/charges/x/refunds/y/z", "/charges/x/y"}) {
            for (String method : new String[] {"OPTIONS", "GET", "DELETE"}) {
                asMerchant().request(method, path).then().statusCode(404).body("code", equalTo("not-found"));
            }
        }
    }
}
