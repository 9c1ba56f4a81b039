package dev.oncepay.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.RedisWire;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import org.junit.jupiter.api.Test;

/** What the playground is made of, seen without a browser. */
@QuarkusTest
class FilesTest extends HttpTest {
    @Test
    void thePageLoadsOnlyWhatIsServedHere() {
        String page = RestAssured.get("/")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/html"))
                .header("Content-Security-Policy", startsWith("default-src 'self'"))
                .extract()
                .asString();
        assertThat(page).doesNotContain("://").doesNotContain("style=").doesNotContain("<style");
        for (String file : new String[] {"main.js", "playground.css", "icon.svg"}) {
            assertThat(page).contains("\"/playground/" + file + "\"");
            RestAssured.get("/playground/" + file).then().statusCode(200).header("Cache-Control", nullValue());
        }
        RestAssured.get("/playground/main.js").then().contentType(containsString("javascript"));
        RestAssured.head("/").then().statusCode(200);
    }

    @Test
    void itCanOnlyBeRead() {
        RestAssured.post("/")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD")
                .body("code", equalTo("method-not-allowed"));
        RestAssured.get("/playground/none.js").then().statusCode(404).body("code", equalTo("not-found"));
    }

    @Test
    void theEmbeddedRedisCanBeEmptied() {
        RedisWire redis = new RedisWire(EmbeddedServers.redisPort());
        redis.command("SET", merchant, "1");
        RestAssured.post("/dev/redis/flush").then().statusCode(204);
        assertThat(redis.command("EXISTS", merchant)).isEqualTo("0");
    }
}
