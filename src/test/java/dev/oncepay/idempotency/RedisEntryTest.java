package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RedisEntryTest {
    private static final Fingerprint FINGERPRINT =
            Fingerprint.of("POST", "/orders", "", RequestBody.parse(new byte[] {'1'}));
    private static final Map<String, String> HEADERS =
            Map.of("Content-Type", "application/json", "Location", "/orders/ord_1");

    @Property(tries = 200)
    void aRunningEntryIsReadAsItWasWritten(@ForAll @Size(Fingerprint.BYTES) byte[] hash) {
        Fingerprint fingerprint = new Fingerprint(Fingerprint.VERSION, hash);
        RedisEntry read = RedisEntry.read(RedisEntry.running(fingerprint)).orElseThrow();

        assertThat(read).isInstanceOf(RedisEntry.Running.class);
        assertThat(read.fingerprint()).isEqualTo(fingerprint);
    }

    /** It was made in a way that we do not know: comparing it would call the same request another one. */
    @Property(tries = 98)
    void aFingerprintOfAnotherVersionIsNotRead(@ForAll @IntRange(min = 2, max = 99) int version) {
        Fingerprint fingerprint = new Fingerprint(version, new byte[Fingerprint.BYTES]);
        assertThat(RedisEntry.read(RedisEntry.running(fingerprint))).isEmpty();
    }

    @Property(tries = 500)
    void aFinishedEntryIsReadAsItWasWritten(
            @ForAll @IntRange(min = 200, max = 599) int status,
            @ForAll("headers") Map<String, String> headers,
            @ForAll byte[] body,
            @ForAll @LongRange(max = 9_999_999_999_999_999L) long madeMicros,
            @ForAll @Size(Fingerprint.BYTES) byte[] hash) {
        StoredAnswer answer = new StoredAnswer(status, headers, body);
        Fingerprint fingerprint = new Fingerprint(1, hash);

        RedisEntry.Finished read = finished(RedisEntry.finished(fingerprint, new Kept(answer, madeMicros, 0)));

        assertThat(read.fingerprint()).isEqualTo(fingerprint);
        assertThat(read.kept().madeMicros()).isEqualTo(madeMicros);
        assertThat(read.kept().answer().sameAs(answer)).isTrue();
        assertThat(read.kept().answer().headers().keySet()).containsExactlyElementsOf(headers.keySet());
    }

    @Example
    void aRefusalOnTheRequestAloneIsKnownToHaveNoRecord() {
        assertThat(finished(entry(0, "{}")).kept().hasRecord()).isFalse();
        assertThat(finished(entry(1, "{}")).kept().hasRecord()).isTrue();
    }

    /** The script compares them without reading them. */
    @Example
    void theMomentsOfTwoEntriesSortAsTexts() {
        String earlier = entry(999_999, "{}").getString(RedisEntry.HEAD, RedisEntry.STATUS_AT);
        String later = entry(1_000_000, "{}").getString(RedisEntry.HEAD, RedisEntry.STATUS_AT);

        assertThat(earlier).isLessThan(later).hasSize(16);
    }

    /** The scripts in Redis look at these places. */
    @Example
    void theHeadIsWhereTheScriptLooksForIt() {
        Buffer running = RedisEntry.running(FINGERPRINT);

        assertThat(running.length()).isEqualTo(36);
        assertThat(running.getString(0, 4)).isEqualTo("1R01");
        assertThat(running.getBytes(4, 36)).isEqualTo(FINGERPRINT.hash());
        assertThat(entry(1, "{}").getString(0, 4)).isEqualTo("1F01");
        assertThat(entry(0, "{}").getString(0, 4)).isEqualTo("1S01");
    }

    @Property(tries = 100)
    void anUnknownFormatReadsAsNothing(@ForAll byte format) {
        net.jqwik.api.Assume.that(format != RedisEntry.FORMAT);

        assertThat(RedisEntry.read(entry(1, "{}").setByte(0, format))).isEmpty();
    }

    @Property(tries = 100)
    void anUnknownKindReadsAsNothing(@ForAll byte kind) {
        net.jqwik.api.Assume.that("RFS".indexOf(kind) < 0);

        assertThat(RedisEntry.read(entry(1, "{}").setByte(1, kind))).isEmpty();
    }

    @Example
    void anEntryCutInItsHeadReadsAsNothing() {
        for (int length = 0; length < RedisEntry.HEAD; length++) {
            assertThat(RedisEntry.read(entry(1, "{}").slice(0, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
    }

    @Example
    void anEntryCutBeforeItsBodyReadsAsNothing() {
        Buffer whole = entry(1, "");
        for (int length = RedisEntry.HEAD; length < whole.length(); length++) {
            assertThat(RedisEntry.read(whole.slice(0, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
    }

    @Property(tries = 1000)
    void whateverStandsThereIsReadOrNothing(@ForAll("kinds") char kind, @ForAll @Size(min = 0, max = 120) byte[] rest) {
        Buffer entry = Buffer.buffer()
                .appendByte(RedisEntry.FORMAT)
                .appendByte((byte) kind)
                .appendBytes(rest);

        assertThat(RedisEntry.read(entry)).isInstanceOf(Optional.class);
    }

    @Property(tries = 1000)
    void aWrongByteInTheNumbersOrHeadersReadsAsNothingOrAsSomething(
            @ForAll @IntRange(min = 2, max = 110) int at, @ForAll byte wrong) {
        assertThat(RedisEntry.read(entry(1, "{}").setByte(at, wrong))).isInstanceOf(Optional.class);
    }

    @Provide
    Arbitrary<Character> kinds() {
        return Arbitraries.of('R', 'F', 'S');
    }

    @Example
    void theNameKeepsMerchantAndKeyApart() {
        assertThat(name("a", "bc")).isNotEqualTo(name("ab", "c"));
        assertThat(name("a", "")).isNotEqualTo(name("", "a"));
        assertThat(name("a", "k")).isNotEqualTo(name("b", "k")).isNotEqualTo(name("a", "K"));
        assertThat(name("a", "k")).isEqualTo(name("a", "k"));
    }

    @Property(tries = 500)
    void differentCallersNeverShareAName(
            @ForAll("texts") String merchant,
            @ForAll("texts") String key,
            @ForAll("texts") String otherMerchant,
            @ForAll("texts") String otherKey) {
        boolean same = merchant.equals(otherMerchant) && key.equals(otherKey);

        assertThat(name(merchant, key).equals(name(otherMerchant, otherKey))).isEqualTo(same);
    }

    @Example
    void theNameIsShortAndDoesNotShowTheKey() {
        assertThat(name("merchant", "topsecret")).startsWith("oncepay:").doesNotContain("topsecret", "merchant");
        assertThat(name("m".repeat(128), "k".repeat(255))).hasSameSizeAs(name("m", "k"));
    }

    @Example
    void theNameIsOfTheKeyAndNotOfTheRequest() {
        Fingerprint other = Fingerprint.of("POST", "/charges", "", RequestBody.parse(new byte[] {'2'}));

        assertThat(RedisClaims.name(new Attempt("a", "k", other, "POST", "/charges")))
                .isEqualTo(name("a", "k"));
    }

    @Provide
    Arbitrary<Map<String, String>> headers() {
        return Arbitraries.subsetOf("Content-Type", "Location", "Retry-After", "X")
                .flatMap(names -> Arbitraries.strings()
                        .withCharRange(' ', '~')
                        .withChars('é')
                        .ofMaxLength(40)
                        .list()
                        .ofSize(names.size())
                        .map(values -> {
                            Map<String, String> headers = new java.util.LinkedHashMap<>();
                            names.forEach(name -> headers.put(name, values.get(headers.size())));
                            return headers;
                        }));
    }

    /** Few letters, so that two of them often meet at another place. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars('a', 'b').ofMaxLength(4);
    }

    private static Buffer entry(long madeMicros, String body) {
        return RedisEntry.finished(
                FINGERPRINT, new Kept(new StoredAnswer(201, HEADERS, body.getBytes()), madeMicros, 0));
    }

    private static RedisEntry.Finished finished(Buffer entry) {
        return (RedisEntry.Finished) RedisEntry.read(entry).orElseThrow();
    }

    private static String name(String merchant, String key) {
        return RedisClaims.name(new Attempt(merchant, key, FINGERPRINT, "POST", "/orders"));
    }
}
