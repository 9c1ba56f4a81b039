package dev.oncepay.playground;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.Database;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Program;
import dev.oncepay.support.Service;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The playground in a real browser: whatever is pressed, one effect, and the page says what is true. */
@QuarkusTest
class PlaygroundTest extends HttpTest {
    private static final String PAID_ONCE = "42.00 EUR was taken, once.";

    /** On a busy machine a slow card takes longer than the service waits. */
    private static final String DONE = "201 done|202 not known yet";

    private static final String REPLAYED = "20[12] replayed";

    private static Chromium chromium;

    private Tab tab;

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() {
        // on a busy machine the very first payments can take longer than PostgreSQL is waited for
        service().pay("/charges", Service.charge(service().newOrder(1), 1, "pm_card_visa"));
        tab = Tab.open(chromium, Look.LIGHT, url("/"));
        assertThat(tab.shown("pay")).isEnabled();
    }

    @AfterEach
    void close() {
        tab.close();
    }

    private static String url(String path) {
        return RestAssured.baseURI + ":" + RestAssured.port + path;
    }

    /** By the page, and by the tables of both sides. */
    private void assertPaidOnce() {
        tab.verdictIs(PAID_ONCE);
        tab.countsAre(1, 1, 1);
        String merchant = tab.merchant();
        Database books = Database.shared();
        assertThat(books.orders(merchant)).isEqualTo(1);
        assertThat(books.charges(merchant)).isEqualTo(1);
        assertThat(books.authorizations(merchant)).isEqualTo(1);
    }

    @Test
    void fiveClicksAtOnceHaveOneEffect() {
        tab.press("five");
        tab.ended(5);
        assertPaidOnce();
        tab.press("retry");
        tab.ended(6).lastIs(REPLAYED);
        assertPaidOnce();
        tab.recordIs("Completed");
        assertThat(tab.wasSeen("in_progress")).isTrue();
        tab.picture("five-clicks-at-once");
    }

    @Test
    void aLostAnswerIsGivenToTheRetry() {
        tab.press("lose");
        tab.ended(1).lastIs("no answer");
        tab.recordIs("Completed");
        tab.press("retry");
        tab.ended(2).lastIs(REPLAYED);
        tab.lastMeans("The answer that was lost");
        assertPaidOnce();
        tab.picture("a-lost-answer");
    }

    @Test
    void afterAFlushTheRetryGetsTheFirstAnswer() {
        tab.card("pm_card_visa");
        tab.press("pay");
        tab.ended(1).lastIs(DONE);
        tab.press("flush");
        tab.ended(2).lastIs("empty");
        tab.press("retry");
        tab.ended(3).lastIs(REPLAYED);
        tab.lastMeans("byte for byte");
        assertPaidOnce();
    }

    @Test
    void anotherAmountIsRefusedAndNothingIsDone() {
        tab.card("pm_card_visa");
        tab.press("pay");
        tab.ended(1).lastIs(DONE);
        tab.press("other");
        tab.ended(2).lastIs("422 refused");
        tab.lastMeans("this key is for 42.00 EUR, not for 43.00 EUR");
        assertPaidOnce();
    }

    @Test
    void aDeclinedCardIsDeclinedOnce() {
        tab.card("pm_card_declined");
        tab.press("pay");
        tab.ended(1).lastIs("402 declined");
        tab.press("retry");
        tab.ended(2).lastIs("402 replayed");
        tab.verdictIs("Declined. Nothing was taken.");
        tab.countsAre(1, 1, 1);
    }

    @Test
    void anOrderIsMadeOnce() {
        tab.choose("Order");
        tab.press("five");
        tab.ended(5);
        tab.press("retry");
        tab.ended(6).lastIs(REPLAYED);
        tab.verdictIs("An order of 42.00 EUR was made, once.");
        tab.countsAre(1, 0, 0);
        assertThat(Database.shared().orders(tab.merchant())).isEqualTo(1);
    }

    @Test
    void anotherPaymentHasAnotherKey() {
        String key = tab.shown("key").textContent();
        tab.press("renew");
        assertThat(tab.shown("key")).not().hasText(key);
        tab.shown("amount").fill("nonsense");
        tab.shown("amount").blur();
        assertThat(tab.shown("amount-fault")).hasText("An amount such as 42.00");
        assertThat(tab.shown("pay")).isDisabled();
    }

    @Test
    void aCurlLineIsTheSameRequest() {
        Assumptions.assumeTrue(Program.isHere("curl", "the lines for it that the playground shows"));
        tab.card("pm_card_visa");
        tab.press("pay");
        tab.ended(1).lastIs(DONE);
        assertThat(Program.run(List.of("bash", "-c", tab.curl()))).contains("Idempotent-Replayed: true");
        assertPaidOnce();
    }

    @Test
    void theKeyboardAloneWillDo() {
        tab.card("pm_card_visa");
        tab.shown("amount").focus();
        List<String> places = new ArrayList<>();
        while (places.size() < 12 && !places.contains("flush")) {
            places.add(tab.key("Tab"));
        }
        assertThat(places).containsExactly("card", "renew", "pay", "five", "lose", "flush");
        assertThat(tab.focusRing()).isEqualTo("solid");
        tab.shown("pay").focus();
        tab.key("Enter");
        tab.ended(1).lastIs(DONE);
        assertThat(tab.shown("said")).containsText(PAID_ONCE);
        assertThat(tab.said()).contains("Pay: 20");
        tab.shown("pay").focus();
        assertThat(List.of(tab.key("Tab"), tab.key("Tab"), tab.key("Tab"))).endsWith("retry");
        tab.key("Space");
        tab.ended(2).lastIs(REPLAYED);
    }

    @ParameterizedTest
    @EnumSource
    void everybodyCanReadIt(Look look) {
        tab.close();
        tab = Tab.open(chromium, look, url("/"));
        tab.press("pay");
        tab.ended(1).lastIs(DONE);
        tab.press("retry");
        tab.ended(2).lastIs(REPLAYED);
        tab.press("other");
        tab.ended(3).lastIs("422 refused");
        tab.press("flush");
        tab.ended(4);
        tab.press("retry");
        tab.ended(5).lastIs(REPLAYED);
        assertPaidOnce();
        tab.recordIs("Completed");
        tab.picture("playground-" + look);
        assertThat(tab.seriousFaults()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everybodyCanReadAProblem(Look look) {
        for (String path : List.of("/problems", "/problems/idempotency-key-in-use")) {
            try (Tab problem = Tab.open(chromium, look, url(path))) {
                problem.picture(path.substring(1).replace('/', '-') + "-" + look);
                assertThat(problem.seriousFaults()).isEmpty();
            }
        }
    }
}
