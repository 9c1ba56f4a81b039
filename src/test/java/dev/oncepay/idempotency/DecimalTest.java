package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1.0",
        "1, 10e-1",
        "1, 1e0",
        "1, 1E+0",
        "1, 1e-0",
        "1, 0.1e1",
        "1, 1.000000000000000000000000000",
        "100, 1e2",
        "100, 1e+002",
        "-2.5, -25e-1",
        "-2.5, -0.00250e3",
        "0.5, 5e-1",
        "12.30, 12.3",
        "9007199254740993, 9007199254740993.0",
        "1e999999999, 10e999999998",
        "1e-999999999, 0.1e-999999998"
    })
    void theSameValueIsEqualInEveryForm(String one, String other) {
        assertThat(decimal(one)).isEqualTo(decimal(other)).hasSameHashCodeAs(decimal(other));
    }

    @ParameterizedTest
    @CsvSource({
        "1, -1",
        "1, 10",
        "1, 0.1",
        "1, 1e1",
        "10, 1e-1",
        "0, 1",
        "12, 120",
        "12, 21",
        "1.2, 12",
        "1.02, 1.20",
        "9007199254740992, 9007199254740993",
        "0.1, 0.10000000000000000000000000000000001",
        "1e999999999, 1e999999998",
        "1e999999999, 1e-999999999",
        "1e-999999999, 0"
    })
    void anotherValueDiffers(String one, String other) {
        assertThat(decimal(one)).isNotEqualTo(decimal(other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "0.0", "-0.000", "0e5", "0e-5", "0.00e999999999", "-0E+0"})
    void thereIsOneZero(String zero) {
        assertThat(decimal(zero)).isEqualTo(Decimal.of(0));
        assertThat(decimal(zero).asLong()).contains(0L);
    }

    @Test
    void longsAndTextsAndBigDecimalsAgree() {
        for (long value : new long[] {0, 1, -1, 10, 4200, 100_000, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(Decimal.of(value)).isEqualTo(decimal(Long.toString(value)));
            assertThat(Decimal.of(BigDecimal.valueOf(value, 3))).isEqualTo(decimal(value + "e-3"));
        }
        assertThat(Decimal.of(new BigDecimal("1E+3"))).isEqualTo(Decimal.of(1000));
        assertThat(Decimal.of(new BigDecimal("0.00"))).isEqualTo(Decimal.of(0));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.0, 1",
        "1e3, 1000",
        "-1.5e1, -15",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "922337203685477580.7e1, 9223372036854775807",
        "1e18, 1000000000000000000",
        "-9e18, -9000000000000000000"
    })
    void aWholeNumberInRangeIsALong(String text, long value) {
        assertThat(decimal(text).asLong()).contains(value);
    }

    @ParameterizedTest
    @Timeout(value = 2, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @ValueSource(
            strings = {
                "0.5",
                "1e-1",
                "1.0000000000000000000001",
                "9223372036854775808",
                "-9223372036854775809",
                "1e19",
                "-1e19",
                "1e20",
                "1e999999999",
                "-1e999999999",
                "1e-999999999",
                "18446744073709551617"
            })
    void whatIsNoLongIsNone(String text) {
        assertThat(decimal(text).asLong()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-2.50", "0", "1e40", "-12e-40", "9007199254740993", "1e999999999", "1.5e-999999999"})
    void theExactValueIsKept(String text) {
        assertThat(decimal(text).exact()).isEqualByComparingTo(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "1e-1000000000", "1E+9999999999", "0e1000000000", "1e99999999999999999999"})
    void anExponentOfMoreThanNineDigitsIsNone(String text) {
        assertThat(Decimal.parse(text)).isEmpty();
    }

    @Test
    void zerosInFrontOfAnExponentDoNotCount() {
        assertThat(decimal("1e" + "0".repeat(500) + "2")).isEqualTo(Decimal.of(100));
        assertThat(decimal("1e-" + "0".repeat(500) + "2")).isEqualTo(decimal("0.01"));
    }

    private static Decimal decimal(String text) {
        return Decimal.parse(text).orElseThrow();
    }
}
