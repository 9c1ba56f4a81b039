package dev.oncepay.idempotency;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.problem.BodyCollector;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {
    @Test
    void everyKindOfValueIsRead() {
        JsonNode body =
                parse(" {\"s\":\"\\u00e9\\n\",\"n\":-1.50,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,{}],\"\":\"\"} ");

        assertThat(body.size()).isEqualTo(7);
        assertThat(body.get("s").textValue()).isEqualTo("é\n");
        assertThat(body.get("n").decimalValue()).isEqualByComparingTo("-1.5");
        assertThat(body.get("t").booleanValue()).isTrue();
        assertThat(body.get("f").isBoolean()).isTrue();
        assertThat(body.get("f").booleanValue()).isFalse();
        assertThat(body.get("z").isNull()).isTrue();
        assertThat(body.get("a").get(0).longValue()).isEqualTo(1);
        assertThat(body.get("a").get(1).isObject()).isTrue();
        assertThat(body.get("").textValue()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"text\"", "true", "null", "[]"})
    void aBodyNeedNotBeAnObject(String json) {
        assertThat(parse(json)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"b\":2,\"c\":3,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"\\u0061\":1,\"a\":2}",
                "{\"\":1,\"\":2}",
                "{\"😀\":1,\"\\ud83d\\ude00\":2}",
                "{\"deep\":[{\"a\":1,\"a\":2}]}"
            })
    void aMemberTwiceIsRefused(String json) {
        assertThat(refusal(json)).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":{\"a\":{\"a\":1}}}", "[{\"a\":1},{\"a\":1}]", "{\"a\":1,\"A\":2,\"a \":3}"})
    void theSameNameInAnotherObjectIsNoDuplicate(String json) {
        assertThat(parse(json)).isNotNull();
    }

    /** One name composed, one with a combining accent: they look the same, and are two names. */
    @Test
    void namesAreNotNormalised() {
        assertThat(parse("{\"\u00e9\":1,\"e\u0301\":2}").size()).isEqualTo(2);
    }

    @Test
    void nestingOf32IsReadAnd33IsRefused() {
        assertThat(parse("[".repeat(32) + "]".repeat(32))).isNotNull();
        assertThat(parse("{\"a\":".repeat(32) + "1" + "}".repeat(32))).isNotNull();
        assertThat(refusal("[".repeat(33) + "]".repeat(33))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("{\"a\":".repeat(33) + "1" + "}".repeat(33))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("[{\"a\":".repeat(16) + "[]" + "}]".repeat(16))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @Test
    void nestingAsDeepAsTheBodyIsLongIsRefused() {
        assertThat(refusal("[".repeat(BodyCollector.MAX_BYTES))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("{\"a\":".repeat(BodyCollector.MAX_BYTES / 5))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @Test
    void nothingAtAllIsRefused() {
        assertThat(refusal("")).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal(" \t\r\n")).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void whatIsNotJsonIsRefused(String json) {
        assertThat(refusal(json)).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    static Stream<String> notJson() {
        Stream<String> behind =
                Stream.of("{} x", "{}{}", "1 2", "1,2", "[]]", "{}}", "{}\u0000", "null//", "\"a\"\"b\"");
        Stream<String> cut =
                Stream.of("{", "[", "[1", "[1,", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "\"a", "\"\\", "tru");
        Stream<String> structure =
                Stream.of("]", "[1}", "{\"a\":1]", "[1 2]", "[,1]", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{1:2}");
        Stream<String> dialects =
                Stream.of("{a:1}", "{'a':1}", "'a'", "# c\n1", "// c\n1", "/* c */1", "[1/**/]", "True", "undefined");
        Stream<String> numbers = Stream.of(
                "NaN",
                "[NaN]",
                "Infinity",
                "[-Infinity]",
                "01",
                "-01",
                "00",
                "+1",
                ".5",
                "1.",
                "-",
                "-.5",
                "1e",
                "1e+",
                "1.e5",
                "0x10",
                "1_000",
                "1f",
                "--1",
                "1e1.5",
                "١");
        Stream<String> strings =
                Stream.of("\"\t\"", "\"\n\"", "\"\u001f\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\'\"");
        Stream<String> whiteSpace = Stream.of("\f1", "\u000b1", "\u00a01", "\u20281", "\u001e1", "1\u0085");
        return Stream.of(behind, cut, structure, dialects, numbers, strings, whiteSpace)
                .flatMap(all -> all);
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThat(refusal("\uFEFF{}")).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE"})
    void anotherEncodingThanUtf8IsRefused(String charset) {
        assertThat(refusal("{\"a\":\"é\"}".getBytes(Charset.forName(charset)))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("[1]".getBytes(Charset.forName(charset)))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    /** Behind {@code "a}, so that only the broken sequence is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "ff",
                "fe",
                "c3",
                "e282",
                "f09f98", // a continuation alone, never valid, cut short
                "c080",
                "c1bf",
                "e080af",
                "e09f80",
                "f08080af",
                "f0808080", // overlong
                "eda080",
                "edb080",
                "eda0bdedb880", // surrogates, also as a pair
                "f4908080",
                "f7bfbfbf",
                "f888808080" // above U+10FFFF
            })
    void invalidUtf8IsRefused(String hex) {
        String broken = new String(HexFormat.of().parseHex(hex), ISO_8859_1);

        assertThat(refusal(("\"a" + broken + "b\"").getBytes(ISO_8859_1))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal(("{\"a" + broken + "\":1}").getBytes(ISO_8859_1))).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal(broken.getBytes(ISO_8859_1))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud83d",
                "\\ude00",
                "\\ude00\\ud83d",
                "\\ud83d\\ud83d\\ude00",
                "\\ud83d\\ude00\\ude00",
                "\\ud83dx"
            })
    void aLoneSurrogateIsRefused(String escaped) {
        assertThat(refusal("\"" + escaped + "\"")).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("{\"" + escaped + "\":1}")).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @Test
    void aSurrogatePairIsOneCharacter() {
        assertThat(parse("\"\\ud83d\\ude00\"").textValue()).isEqualTo("😀");
        assertThat(parse("\"😀\"").textValue()).isEqualTo("😀");
    }

    @Test
    void theCharacterNulIsRefused() {
        assertThat(refusal("\"a\\u0000\"")).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("{\"\\u0000\":1}")).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(refusal("\"a\u0000\"")).isEqualTo(ProblemCode.MALFORMED_BODY);
        assertThat(parse("\"\\\\u0000\"").textValue()).isEqualTo("\\u0000");
    }

    /** Expanding one of them would take minutes, or all the memory. */
    @ParameterizedTest
    @Timeout(value = 2, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(
            strings = {"1e999999999", "-1e999999999", "1e-999999999", "0.1e-999999999", "12.5E+999999999", "0e999999999"
            })
    void aHugeExponentCostsNothing(String number) {
        JsonNode body = parse("{\"amount\":" + number + "}");

        assertThat(Fingerprint.of("POST", "/orders", "", body))
                .isNotEqualTo(Fingerprint.of("POST", "/orders", "", parse("{\"amount\":1}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e9999999999", "1e-9999999999", "1e1000000000", "1e2147483648", "0e9999999999"})
    void anExponentOfTenDigitsIsRefused(String number) {
        assertThat(refusal(number)).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @Test
    void zerosInFrontOfAnExponentDoNotCount() {
        assertThat(parse("1e+000000000000000000002").longValue()).isEqualTo(100);
    }

    @Test
    @Timeout(value = 2, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void thousandDigitsAreReadExactlyAndTenThousandAreRefused() {
        String digits = "1234567890".repeat(100);

        assertThat(parse(digits).decimalValue()).isEqualByComparingTo(new BigDecimal(digits));
        assertThat(refusal(digits.repeat(10))).isEqualTo(ProblemCode.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4200", "4200.0", "42e2", "0.42e4", "4200000e-3", "4.2E+03"})
    void aNumberThatIsALongIsBoundAsOneHoweverItIsWritten(String number) {
        assertThat(parse(number).isLong()).isTrue();
        assertThat(parse(number).longValue()).isEqualTo(4200);
    }

    @Test
    void aNumberBeyondLongKeepsEveryDigit() {
        assertThat(parse("9223372036854775807").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(parse("-9223372036854775808").longValue()).isEqualTo(Long.MIN_VALUE);
        assertThat(parse("9223372036854775808").isLong()).isFalse();
        assertThat(parse("9223372036854775808").decimalValue()).isEqualByComparingTo("9223372036854775808");
        assertThat(parse("0.1").decimalValue()).isEqualByComparingTo("0.1");
    }

    @Test
    void theStoryOfABrokenPlaceSaysWhereItIs() {
        assertThat(problem("{\n  \"a\": 1,\n  oops}".getBytes(UTF_8)).detail()).contains("line 3");
    }

    /** What we limit is depth, digits and the whole body; a long name is JSON all the same, and refused as unknown. */
    @Test
    void aNameMayBeAsLongAsTheBody() {
        assertThat(parse("{\"" + "n".repeat(BodyCollector.MAX_BYTES - 6) + "\":1}")
                        .size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topsecret",
                "[topsecret]",
                "{\"a\":topsecret}",
                "{} topsecret",
                "topsecret1",
                "nulltopsecret",
                "\"topsecret",
                "{\"topsecret\":1,\"topsecret\":2}",
                "{\"topsecret\":\"\\ud83d\"}",
                "{topsecret:1}",
                "'topsecret'",
                "{\"topsecret\"}",
                "\"topsecret\\q\"",
                "{\"topsecret\":\"\\u0000\"}"
            })
    void theRefusalDoesNotRepeatTheBody(String json) {
        assertThat(problem(json.getBytes(UTF_8)).detail()).doesNotContain("topsecret", "topsec");
    }

    @ParameterizedTest
    @MethodSource({"notJson", "beyondTheLimits"})
    void theRefusalNamesNoClassAndNoLibrary(String json) {
        assertThat(problem(json.getBytes(UTF_8)).detail())
                .doesNotContain(
                        "StreamRead", "JsonRead", "Feature", "Exception", "jackson", "java", "REDACTED", "`", "()");
    }

    static Stream<String> beyondTheLimits() {
        return Stream.of(
                "[".repeat(33),
                "1".repeat(10_000),
                "1e9999999999",
                "{\"a\":1,\"a\":2}",
                "",
                "\uFEFF1",
                "\"\\ud83d\"",
                "\"\\u0000\"");
    }

    private static JsonNode parse(String json) {
        return RequestBody.parse(json.getBytes(UTF_8));
    }

    private static ProblemCode refusal(String json) {
        return refusal(json.getBytes(UTF_8));
    }

    private static ProblemCode refusal(byte[] body) {
        return problem(body).code();
    }

    private static Problem problem(byte[] body) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> RequestBody.parse(body));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.problem();
    }
}
