package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
    private static final String LONGEST = "k".repeat(IdempotencyKey.MAX_LENGTH);

    @ParameterizedTest
    @ValueSource(
            strings = {"k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "a b", "k;a=1", "a=b&c", "~!#$%^*()[]{}|<>?/:"})
    void quotedAndBareAreTheSameKey(String key) {
        assertThat(read("\"" + key + "\"")).isEqualTo(read(key)).isEqualTo(key);
    }

    @Test
    void escapesOfAQuotedKeyAreUndone() {
        assertThat(read("\"a\\\"b\\\\c\"")).isEqualTo("a\"b\\c");
    }

    @Test
    void everyCharacterOfABareKeyIsLiteralButACommaAndALeadingQuote() {
        for (char c = '!'; c <= '~'; c++) {
            if (c != ',') {
                assertThat(read("k" + c)).isEqualTo("k" + c);
            }
            if (c != ',' && c != '"') {
                assertThat(read(c + "k")).isEqualTo(c + "k");
            }
        }
    }

    @Test
    void everyPrintableCharacterCanBeQuoted() {
        for (char c = ' '; c <= '~'; c++) {
            String escaped = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
            assertThat(read("\"" + escaped + "k\"")).isEqualTo(c + "k");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"k\";a",
                "\"k\";a=1",
                "\"k\"; a=1;  b2_-.*=?0",
                "\"k\";*x=tok/en",
                "\"k\";a=\"quoted \\\" ; , text\"",
                "\"k\";a=:aGk=:",
                "\"k\";a=-1.5"
            })
    void parametersOfAQuotedKeyAreIgnored(String header) {
        assertThat(read(header)).isEqualTo("k");
    }

    @Test
    void spacesAroundTheHeaderAreNoPartOfTheKeyAndSpacesInsideAre() {
        assertThat(read("  k \t")).isEqualTo("k");
        assertThat(read(" \"k\" ")).isEqualTo("k");
        assertThat(read("\" k \"")).isEqualTo(" k ");
        assertThat(read("a  b")).isEqualTo("a  b");
    }

    @Test
    void caseMatters() {
        assertThat(read("Key")).isNotEqualTo(read("key"));
        assertThat(read("\"Key\"")).isEqualTo("Key");
    }

    @Test
    void aCommaIsAllowedInQuotes() {
        assertThat(read("\"a,b\"")).isEqualTo("a,b");
    }

    @Test
    void exactly255BytesAreAllowed() {
        assertThat(read(LONGEST)).isEqualTo(LONGEST);
        assertThat(read("\"" + LONGEST + "\"")).isEqualTo(LONGEST);
    }

    @Test
    void escapesCountAsTheOneCharacterTheyMean() {
        assertThat(read("\"" + "\\\\".repeat(255) + "\"")).hasSize(255);
    }

    @Test
    void moreThan255BytesAreRefused() {
        assertThat(refusal(LONGEST + "k")).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
        assertThat(refusal("\"" + LONGEST + "k\"")).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
    }

    /** As long as the HTTP decoder lets a header be: a regular expression that recurses would run out of stack. */
    @ParameterizedTest(name = "{index}")
    @MethodSource("enormous")
    void anEnormousHeaderIsRefusedOrReadAndBreaksNothing(String header) {
        assertThat(readOrRefusal(header)).isIn(ProblemCode.IDEMPOTENCY_KEY_INVALID, "k");
    }

    static Stream<String> enormous() {
        String many = "k".repeat(20_000);
        return Stream.of(
                many,
                "\"" + many + "\"",
                "\"" + many,
                "\"" + "\\\\".repeat(10_000) + "\"",
                "\"k\";a=\"" + many + "\"",
                "\"k\"" + ";a".repeat(10_000));
    }

    private static Object readOrRefusal(String header) {
        try {
            return read(header);
        } catch (ProblemException refused) {
            return refused.problem().code();
        }
    }

    @Test
    void noHeaderIsAMissingKey() {
        assertThat(refusal()).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_MISSING);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void whatIsNoKeyIsRefused(String why, String header) {
        assertThat(refusal(header)).as(why).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of("empty", ""),
                Arguments.of("spaces only", "   "),
                Arguments.of("empty in quotes", "\"\""),
                Arguments.of("a list", "a,b"),
                Arguments.of("a comma alone", ","),
                Arguments.of("a list of quoted keys", "\"a\",\"b\""),
                Arguments.of("a list of quoted keys", "\"a\", \"b\""),
                Arguments.of("a quote that is not closed", "\"k"),
                Arguments.of("a quote alone", "\""),
                Arguments.of("a quote whose end is escaped", "\"k\\\""),
                Arguments.of("an escape of something else", "\"a\\nb\""),
                Arguments.of("a quote inside that is not escaped", "\"a\"b\""),
                Arguments.of("something behind the quote", "\"k\"x"),
                Arguments.of("a parameter without a name", "\"k\";"),
                Arguments.of("a parameter with a name in upper case", "\"k\";A=1"),
                Arguments.of("a parameter without its value", "\"k\";a="),
                Arguments.of("not ASCII", "kä"),
                Arguments.of("not ASCII in quotes", "\"kä\""),
                Arguments.of("not ASCII, and a Latin letter once narrowed", "\u016bk"),
                Arguments.of("a control character", "a\u0001b"),
                Arguments.of("a tab", "a\tb"),
                Arguments.of("a tab in quotes", "\"a\tb\""),
                Arguments.of("a line feed", "a\nb"),
                Arguments.of("DEL", "a\u007fb"),
                Arguments.of("DEL in quotes", "\"a\u007fb\""));
    }

    /** RFC 9110 section 5.5: only spaces and tabs around a value are no part of it. */
    @ParameterizedTest
    @ValueSource(strings = {"\u001ck", "k\u001f", "\u000bk", "\u2003k"})
    void onlySpacesAndTabsAreTakenOffTheEnds(String header) {
        assertThat(refusal(header)).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
    }

    @Test
    void sentTwiceIsRefusedEvenWithTheSameKey() {
        assertThat(refusal("k", "k")).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
        assertThat(refusal("k", "")).isEqualTo(ProblemCode.IDEMPOTENCY_KEY_INVALID);
    }

    @Test
    void theRefusalDoesNotRepeatTheKey() {
        for (String header : List.of("\"topsecret", "topsecret,topsecret", "topsecret".repeat(50), "topsecretä")) {
            ProblemException refused =
                    catchThrowableOfType(ProblemException.class, () -> IdempotencyKey.of(List.of(header)));
            assertThat(refused.problem().detail()).doesNotContain("topsecret");
        }
    }

    private static String read(String header) {
        return IdempotencyKey.of(List.of(header)).value();
    }

    private static ProblemCode refusal(String... headers) {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> IdempotencyKey.of(List.of(headers)));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.problem().code();
    }
}
