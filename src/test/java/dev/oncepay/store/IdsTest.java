package dev.oncepay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    @ParameterizedTest
    @ValueSource(strings = {"ord_", "ch_", "re_", "req_", "auth_"})
    void anIdIsItsPrefixAnd26CharactersOfCrockfordsBase32(String prefix) {
        IntStream.range(0, 200).mapToObj(i -> Ids.next(prefix)).forEach(id -> assertThat(id)
                .matches(prefix + "[" + ALPHABET + "]{26}")
                .hasSizeLessThanOrEqualTo(40)
                .satisfies(own -> assertThat(Ids.isId(own)).isTrue()));
    }

    @Test
    void itsFirstTenCharactersAreTheMillisecondItWasMadeIn() {
        long before = System.currentTimeMillis();
        String id = Ids.next("");
        long after = System.currentTimeMillis();

        assertThat(millisOf(id)).isBetween(before, after);
    }

    @Test
    void anIdOfALaterMillisecondSortsBehindIt() {
        String earlier = Ids.next("ord_");
        for (int i = 0; i < 20; i++) {
            String later = nextMillisecondsId(earlier);
            assertThat(later).isGreaterThan(earlier);
            earlier = later;
        }
    }

    @Test
    void idsMadeTogetherDiffer() {
        Set<String> ids = new HashSet<>();
        IntStream.range(0, 100_000)
                .parallel()
                .mapToObj(i -> Ids.next("ch_"))
                .toList()
                .forEach(ids::add);

        assertThat(ids).hasSize(100_000);
    }

    /** Each place takes each of the 32 characters: 16 places of 5 bits are the 80 random ones. */
    @Test
    void the80BitsBehindTheTimeAreRandom() {
        List<String> ids = IntStream.range(0, 2000).mapToObj(i -> Ids.next("")).toList();
        for (int place = 10; place < 26; place++) {
            int at = place;
            assertThat(ids.stream().map(id -> id.charAt(at)).distinct())
                    .as("place %d", at)
                    .hasSize(32);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ord_01", "UPPER_lower_09", "0123456789012345678901234567890123456789"})
    void whatCouldBeAnIdIsAskedFor(String text) {
        assertThat(Ids.isId(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a-b",
                "a/b",
                "ä",
                "a\n",
                "a\u0000",
                "'",
                "%",
                "01234567890123456789012345678901234567890"
            })
    void whatCannotBeAnIdNeverReachesTheDatabase(String text) {
        assertThat(Ids.isId(text)).isFalse();
    }

    private static String nextMillisecondsId(String earlier) {
        await().pollInSameThread()
                .pollDelay(java.time.Duration.ZERO)
                .until(() -> System.currentTimeMillis() > millisOf(earlier.substring(4)));
        return Ids.next("ord_");
    }

    /** 10 characters of 5 bits: two of padding, 48 of time. */
    private static long millisOf(String id) {
        return id.substring(0, 10).chars().mapToLong(ALPHABET::indexOf).reduce(0, (time, digit) -> time << 5 | digit);
    }
}
