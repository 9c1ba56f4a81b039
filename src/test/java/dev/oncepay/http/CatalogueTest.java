package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written down in several places says the same in all: the code, its description, its pages. */
@QuarkusTest
class CatalogueTest extends HttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DESCRIPTION = Path.of("src/test/resources/openapi.json");

    private record Row(int status, boolean retryable, boolean safeNewKey) {
        private static Row of(ProblemCode code) {
            return new Row(code.status(), code.retryable(), code.safeNewKey());
        }

        private static Row of(JsonNode example) {
            return new Row(
                    example.get("status").asInt(),
                    example.get("retryable").asBoolean(),
                    example.get("safe_new_key").asBoolean());
        }
    }

    private static Map<String, Row> catalogue() {
        return Arrays.stream(ProblemCode.values()).collect(Collectors.toMap(ProblemCode::code, Row::of));
    }

    private static JsonNode served() throws IOException {
        return JSON.readTree(RestAssured.given()
                .queryParam("format", "json")
                .get("/q/openapi")
                .asByteArray());
    }

    @Test
    void theServedDescriptionIsTheOneThatClientsAreGeneratedFrom() throws IOException {
        assertThat(served())
                .as("in dev mode: curl -s 'http://localhost:8080/q/openapi?format=json' > " + DESCRIPTION)
                .isEqualTo(described((ObjectNode) JSON.readTree(DESCRIPTION.toFile())));
    }

    /** Here, where the calls for development are. */
    ObjectNode described(ObjectNode development) {
        return development;
    }

    @Test
    void theDescriptionHasAnExampleOfEveryProblem() throws IOException {
        Map<String, Row> examples = new TreeMap<>();
        served().at("/components/examples")
                .properties()
                .forEach(example ->
                        examples.put(example.getKey(), Row.of(example.getValue().get("value"))));
        assertThat(examples).isEqualTo(new TreeMap<>(catalogue()));
        Set<String> codes = new HashSet<>();
        served().at("/components/schemas/Problem/properties/code/enum").forEach(code -> codes.add(code.asText()));
        assertThat(codes).isEqualTo(catalogue().keySet());
    }

    @Test
    void everyCallsProblemsStandUnderTheirOwnStatus() throws IOException {
        Set<String> told = new HashSet<>();
        for (JsonNode path : served().get("paths")) {
            for (JsonNode operation : path) {
                assertThat(operation.path("operationId").asText()).isNotEmpty();
                operation.get("responses").properties().forEach(response -> response.getValue()
                        .at("/content/application~1problem+json/examples")
                        .fieldNames()
                        .forEachRemaining(code -> {
                            told.add(code);
                            assertThat(catalogue().get(code).status())
                                    .as(code)
                                    .isEqualTo(Integer.parseInt(response.getKey()));
                        }));
            }
        }
        told.add(ProblemCode.METHOD_NOT_ALLOWED.code()); // of no call that there is
        assertThat(told).isEqualTo(catalogue().keySet());
    }

    @ParameterizedTest
    @EnumSource
    void aProblemsTypeIsAPageAboutIt(ProblemCode code) {
        String title = code.title().replace("'", "&#39;");
        RestAssured.get(code.type())
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .body(containsString("<h1>" + title + "</h1>"))
                .body(containsString("<code>" + code.code() + "</code>, status " + code.status()));
        RestAssured.given()
                .accept("text/html;q=0.5, application/json")
                .get(code.type())
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON)
                .body("code", equalTo(code.code()))
                .body("retryable", equalTo(code.retryable()));
        RestAssured.get("/problems")
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .body(containsString("href=\"" + code.type() + "\""));
    }

    @Test
    void anUnknownProblemHasNoPage() {
        RestAssured.get("/problems/out-of-paper").then().statusCode(404).body("code", equalTo("not-found"));
    }
}
