package dev.oncepay.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** "The same request" over generated JSON: equal exactly when the values are, however they are written. */
class FingerprintPropertiesTest {
    @Property(tries = 500)
    void theFormDoesNotMatter(@ForAll("json") Json json, @ForAll Random random) {
        String one = json.write(random);
        String other = json.write(random);

        assertThat(fingerprint(other)).as("%s and %s", one, other).isEqualTo(fingerprint(one));
    }

    @Property(tries = 200)
    void everySmallestChangeOfTheValueMatters(@ForAll("json") Json json, @ForAll Random random) {
        Fingerprint original = fingerprint(json.write(random));

        for (Json changed : json.neighbours()) {
            String text = changed.write(random);
            assertThat(fingerprint(text)).as("%s became %s", json, text).isNotEqualTo(original);
        }
    }

    @Property(tries = 500)
    void twoValuesAreTheSameRequestExactlyWhenTheyAreEqual(
            @ForAll("json") Json one, @ForAll("json") Json other, @ForAll Random random) {
        boolean same = fingerprint(one.write(random)).equals(fingerprint(other.write(random)));

        assertThat(same).isEqualTo(one.equals(other));
    }

    @Property(tries = 1000)
    void decimalsAreEqualExactlyWhenTheirValuesAre(
            @ForAll("numbers") BigDecimal one, @ForAll("numbers") BigDecimal other) {
        assertThat(Decimal.of(one).equals(Decimal.of(other))).isEqualTo(one.compareTo(other) == 0);
        assertThat(Decimal.of(one).exact()).isEqualByComparingTo(one);
        assertThat(Decimal.parse(one.toString())).contains(Decimal.of(one.stripTrailingZeros()));
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrRefusedAsMalformed(@ForAll byte[] body) {
        assertReadOrRefused(body);
    }

    /** Nearly JSON gets further into the parser than noise does. */
    @Property(tries = 2000)
    void brokenJsonIsReadOrRefusedAsMalformed(
            @ForAll("json") Json json, @ForAll Random random, @ForAll @Size(min = 1, max = 3) byte[] noise) {
        byte[] body = json.write(random).getBytes(UTF_8);
        Assume.that(body.length > 0);
        for (byte wrong : noise) {
            body[random.nextInt(body.length)] = wrong;
        }

        assertReadOrRefused(body);
        assertReadOrRefused(Arrays.copyOf(body, random.nextInt(body.length)));
    }

    @Property(tries = 200)
    void whatWasReadCanBeFingerprintedAgainAndAgain(@ForAll("json") Json json, @ForAll Random random) {
        JsonNode body = parse(json.write(random));

        assertThat(of("POST", "/orders", "", body)).isEqualTo(of("POST", "/orders", "", body.deepCopy()));
    }

    @Property(tries = 200)
    void methodPathAndQueryMatter(@ForAll("json") Json json, @ForAll Random random) {
        JsonNode body = parse(json.write(random));
        Fingerprint original = of("POST", "/orders", "a=1", body);

        assertThat(of("PUT", "/orders", "a=1", body)).isNotEqualTo(original);
        assertThat(of("POST", "/orders/", "a=1", body)).isNotEqualTo(original);
        assertThat(of("POST", "/Orders", "a=1", body)).isNotEqualTo(original);
        assertThat(of("POST", "/orders", "a=01", body)).isNotEqualTo(original);
        assertThat(of("POST", "/orders", "", body)).isNotEqualTo(original);
    }

    @Property(tries = 500)
    void noPartRunsIntoTheNext(
            @ForAll @Size(max = 6) String text, @ForAll @net.jqwik.api.constraints.IntRange(max = 6) int at) {
        Assume.that(at < text.length() && text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF));
        JsonNode body = parse("null");

        assertThat(of("POST", text.substring(0, at), text.substring(at), body))
                .isNotEqualTo(of("POST", text, "", body));
        assertThat(of(text.substring(0, at), text.substring(at), "", body)).isNotEqualTo(of(text, "", "", body));
    }

    @Example
    void numbersThatDoublesCannotTellApartDiffer() {
        assertThat(fingerprint("9007199254740992")).isNotEqualTo(fingerprint("9007199254740993"));
        assertThat(fingerprint("0.1")).isNotEqualTo(fingerprint("0.10000000000000000001"));
        assertThat(fingerprint("1e400")).isNotEqualTo(fingerprint("1e401"));
    }

    @Example
    void nullIsNotAbsent() {
        assertThat(fingerprint("{\"a\":null}")).isNotEqualTo(fingerprint("{}"));
    }

    @Example
    void theOrderOfMembersDoesNotMatterAndThatOfElementsDoes() {
        assertThat(fingerprint("{\"a\":1,\"b\":2}")).isEqualTo(fingerprint("{\"b\":2,\"a\":1}"));
        assertThat(fingerprint("[1,2]")).isNotEqualTo(fingerprint("[2,1]"));
    }

    @Example
    void aNameCannotPassForAValueNorAnElementForItsNeighbour() {
        assertThat(fingerprint("{\"a\":\"b\"}")).isNotEqualTo(fingerprint("{\"b\":\"a\"}"));
        assertThat(fingerprint("[\"ab\",\"c\"]")).isNotEqualTo(fingerprint("[\"a\",\"bc\"]"));
        assertThat(fingerprint("[[1],2]")).isNotEqualTo(fingerprint("[[1,2]]"));
        assertThat(fingerprint("{\"a\":{},\"b\":1}")).isNotEqualTo(fingerprint("{\"a\":{\"b\":1}}"));
        assertThat(fingerprint("1")).isNotEqualTo(fingerprint("\"1\""));
        assertThat(fingerprint("true")).isNotEqualTo(fingerprint("\"true\""));
        assertThat(fingerprint("false")).isNotEqualTo(fingerprint("null")).isNotEqualTo(fingerprint("0"));
    }

    @Example
    void stringsAreComparedByteForByte() {
        assertThat(fingerprint("\"\u00e9\"")).isNotEqualTo(fingerprint("\"e\u0301\""));
        assertThat(fingerprint("\"A\"")).isNotEqualTo(fingerprint("\"a\""));
        assertThat(fingerprint("\"a\"")).isNotEqualTo(fingerprint("\"a \""));
    }

    /** Stored fingerprints outlive a deployment: a change of how they are made needs another version. */
    @Example
    void theHashOfAVersionNeverChanges() {
        Fingerprint known =
                of("POST", "/orders", "a=1", parse("{\"b\":[1.50,null,true,false],\"a\":\"é😀\",\"c\":{}}"));

        assertThat(known.version()).isEqualTo(1);
        assertThat(java.util.HexFormat.of().formatHex(known.hash()))
                .isEqualTo("aba11659ce2ea4ac12c773cc2c0001147025ab2bc06221dec9f9897f28f9d7f9");
    }

    @Example
    void anotherVersionIsAnotherFingerprint() {
        Fingerprint one = fingerprint("{}");

        assertThat(new Fingerprint(one.version() + 1, one.hash())).isNotEqualTo(one);
    }

    @Example
    void theTextOfAFingerprintDoesNotShowItsHash() {
        Fingerprint one = fingerprint("{}");

        assertThat(one.toString())
                .doesNotContain(java.util.HexFormat.of().formatHex(one.hash()).substring(0, 8));
    }

    @Provide
    Arbitrary<Json> json() {
        return Json.any();
    }

    @Provide
    Arbitrary<BigDecimal> numbers() {
        return Json.numbers();
    }

    private static void assertReadOrRefused(byte[] body) {
        try {
            assertThat(of("POST", "/orders", "", RequestBody.parse(body)).hash())
                    .hasSize(Fingerprint.BYTES);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED_BODY);
        }
    }

    private static JsonNode parse(String json) {
        return RequestBody.parse(json.getBytes(UTF_8));
    }

    private static Fingerprint fingerprint(String json) {
        return of("POST", "/orders", "", parse(json));
    }

    private static Fingerprint of(String method, String path, String query, JsonNode body) {
        return Fingerprint.of(method, path, query, body);
    }
}
