package dev.oncepay.idempotency;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The exact value of a JSON number, {@code digits × 10^exponent}, in its one shortest form. It never expands the
 * exponent, so 1e999999999 costs as much as 1.
 *
 * @param digits   with sign, without zeros in front or behind; "0" is zero
 * @param exponent of ten
 */
record Decimal(String digits, long exponent) {
    /** What {@link BigDecimal} can hold, with room for the digits behind the point. */
    static final int EXPONENT_DIGITS = 9;

    private static final int LONG_DIGITS = 19;

    /**
     * @param text a number in JSON's grammar (RFC 8259 section 6)
     * @return nothing where the exponent has more than {@value #EXPONENT_DIGITS} digits
     */
    static Optional<Decimal> parse(String text) {
        int e = Math.max(text.indexOf('e'), text.indexOf('E'));
        String power = e < 0 ? "0" : text.substring(e + 1);
        if (power.replaceFirst("^[+-]?0*", "").length() > EXPONENT_DIGITS) {
            return Optional.empty();
        }
        return Optional.of(of(e < 0 ? text : text.substring(0, e), Long.parseLong(power)));
    }

    private static Decimal of(String mantissa, long power) {
        boolean negative = mantissa.startsWith("-");
        int point = mantissa.indexOf('.');
        int fraction = point < 0 ? 0 : mantissa.length() - point - 1;
        String all = mantissa.substring(negative ? 1 : 0).replace(".", "");
        int end = all.length();
        while (end > 0 && all.charAt(end - 1) == '0') {
            end--;
        }
        int start = 0;
        while (start < end && all.charAt(start) == '0') {
            start++;
        }
        if (start == end) {
            return new Decimal("0", 0);
        }
        return new Decimal((negative ? "-" : "") + all.substring(start, end), power + all.length() - end - fraction);
    }

    static Decimal of(long value) {
        return of(Long.toString(value), 0);
    }

    static Decimal of(BigDecimal value) {
        return of(value.unscaledValue().toString(), -(long) value.scale());
    }

    /** The value as a long, where it is one. */
    Optional<Long> asLong() {
        if (exponent < 0 || digits.length() + exponent > LONG_DIGITS + 1) {
            return Optional.empty();
        }
        BigInteger value = new BigInteger(digits).multiply(BigInteger.TEN.pow((int) exponent));
        return value.bitLength() < Long.SIZE ? Optional.of(value.longValue()) : Optional.empty();
    }

    BigDecimal exact() {
        return new BigDecimal(new BigInteger(digits), Math.toIntExact(-exponent));
    }

    @Override
    public String toString() {
        return digits + "e" + exponent;
    }
}
