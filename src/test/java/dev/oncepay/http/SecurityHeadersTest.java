package dev.oncepay.http;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawHttp;
import dev.oncepay.support.RawHttp.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a browser is told with each answer, and what nobody may keep. */
@QuarkusTest
class SecurityHeadersTest extends HttpTest {
    private String token() {
        return "Authorization: Bearer " + Keys.token(merchant);
    }

    private static String[] with(String... headers) {
        return headers;
    }

    private static void isGuarded(Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("X-Content-Type-Options")).as(answer.text()).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Content-Security-Policy"))
                .startsWith("default-src '")
                .contains("frame-ancestors 'none'");
        assertThat(answer.header("Strict-Transport-Security"))
                .as("without TLS it would be ignored, or worse, believed")
                .isNull();
        List.of("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
                .forEach(name -> assertThat(answer.text().lines().filter(line -> line.startsWith(name + ":")))
                        .as(name)
                        .hasSizeLessThanOrEqualTo(1));
    }

    private static void isGuardedAndKeptByNobody(Answer answer, int status) {
        isGuarded(answer, status);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void whatIsAMerchantsOwnIsKeptByNobody() {
        String[] keyed = with(token(), "Idempotency-Key: " + key());
        Answer first = RawHttp.send("POST", "/orders", order(1), keyed);
        isGuardedAndKeptByNobody(first, 201);
        isGuardedAndKeptByNobody(RawHttp.send("GET", first.header("Location"), "", token()), 200);
        isGuardedAndKeptByNobody(RawHttp.send("GET", "/orders", "", token()), 200);
        isGuardedAndKeptByNobody(RawHttp.send("GET", "/idempotency-key", "", keyed), 200);
    }

    /** All but the two headers that say which answer it is. */
    @Test
    void aReplayHasTheSameHeaders() {
        String[] keyed = with(token(), "Idempotency-Key: " + key());
        String first = RawHttp.send("POST", "/orders", order(1), keyed).text();
        String replay = RawHttp.send("POST", "/orders", order(1), keyed).text();
        assertThat(replay).contains("Idempotent-Replayed: true");
        assertThat(replay.lines().filter(SecurityHeadersTest::isNotOfThisAnswer).toList())
                .isEqualTo(first.lines()
                        .filter(SecurityHeadersTest::isNotOfThisAnswer)
                        .toList());
    }

    private static boolean isNotOfThisAnswer(String line) {
        return !line.startsWith("Idempotent-Replayed:") && !line.startsWith("Request-Id:");
    }

    @Test
    void refusalsHaveThemToo() {
        isGuardedAndKeptByNobody(RawHttp.send("POST", "/orders", order(1)), 401);
        isGuardedAndKeptByNobody(RawHttp.send("POST", "/orders", order(1), token()), 400);
        isGuardedAndKeptByNobody(RawHttp.send("GET", "/nowhere", "", token()), 404);
        isGuardedAndKeptByNobody(RawHttp.send("DELETE", "/orders", "", token()), 405);
        isGuardedAndKeptByNobody(RawHttp.send("GET", "/orders", "", token(), "Accept: text/plain"), 406);
        isGuardedAndKeptByNobody(
                RawHttp.send(
                        "POST", "/orders", "", token(), "Content-Type: application/json", "Content-Length: 9000000000"),
                413);
    }

    @Test
    void pagesHaveThemAndCanBeKept() {
        for (String page : List.of("/problems", "/problems/overloaded", "/q/openapi", "/q/swagger-ui/")) {
            Answer answer = RawHttp.send("GET", page, "");
            isGuarded(answer, 200);
            assertThat(answer.header("Cache-Control")).as(page).isNotEqualTo("no-store");
        }
        isGuarded(RawHttp.send("GET", "/q/health/live", ""), 200);
        isGuarded(RawHttp.send("GET", "/q/metrics", ""), 200);
    }

    /** What a page has within it, a browser would leave out unless it is told otherwise. */
    @Test
    void pagesThatHaveTheirStyleAndScriptWithinThemMayUseThem() {
        assertThat(RawHttp.send("GET", "/problems", "").header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                        + "style-src 'unsafe-inline'");
        assertThat(RawHttp.send("GET", "/q/swagger-ui/", "").header("Content-Security-Policy"))
                .contains(
                        "style-src 'self' 'unsafe-inline'",
                        "script-src 'self' 'unsafe-inline'",
                        "img-src 'self' data:");
        assertThat(RawHttp.send("GET", "/", "").header("Content-Security-Policy"))
                .doesNotContain("unsafe");
    }
}
