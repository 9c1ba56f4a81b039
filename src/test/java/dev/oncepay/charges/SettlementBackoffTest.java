package dev.oncepay.charges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettlementBackoffTest {
    private static final int SAMPLES = 2000;

    @ParameterizedTest
    @CsvSource({
        "1, 500, 1000",
        "2, 1000, 2000",
        "3, 2000, 4000",
        "4, 4000, 8000",
        "5, 8000, 16000",
        "6, 16000, 32000",
        "7, 30000, 60000",
        "8, 30000, 60000",
        "50, 30000, 60000"
    })
    void theFullWaitDoublesUpToAMinuteAndItsSecondHalfIsChance(int tries, long least, long most) {
        assertThat(LongStream.of(samples(tries)))
                .allSatisfy(millis -> assertThat(millis).isBetween(least, most));
    }

    @Test
    void eachTryWaitsAtLeastAsLongAsTheOneBeforeUntilTheLimit() {
        for (int tries = 1; tries < 6; tries++) {
            long longest = LongStream.of(samples(tries)).max().orElseThrow();
            long shortestNext = LongStream.of(samples(tries + 1)).min().orElseThrow();
            assertThat(shortestNext).as("try %d", tries + 1).isGreaterThanOrEqualTo(longest);
        }
    }

    /** A row that was never tried, and one that nobody settled for years. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 31, 32, 33, 63, 64, 65, 1_000_000, Integer.MAX_VALUE})
    void noNumberOfTriesWaitsForMoreThanAMinuteOrForNothing(int tries) {
        assertThat(LongStream.of(samples(tries)))
                .allSatisfy(millis -> assertThat(millis).isBetween(500L, 60_000L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 20})
    void instancesSpreadOverTheWholeSecondHalf(int tries) {
        long[] waits = LongStream.of(samples(tries)).sorted().toArray();
        long width = waits[SAMPLES - 1] - waits[0];

        assertThat(LongStream.of(waits).distinct().count()).isGreaterThan(300);
        assertThat(width).isGreaterThan(waits[SAMPLES - 1] * 2 / 5);
    }

    private static long[] samples(int tries) {
        return LongStream.range(0, SAMPLES)
                .map(i -> Settlement.backoffMillis(tries))
                .toArray();
    }
}
