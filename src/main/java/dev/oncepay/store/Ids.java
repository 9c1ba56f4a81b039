package dev.oncepay.store;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Ids that sort by the time they were made, like UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, 80 random
 * bits, in Crockford's base 32 without padding: 26 characters after the prefix.
 */
public final class Ids {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_]{1,40}");
    private static final int CHARACTERS = 26;

    private Ids() {}

    /** Whether it could be an id: only then is the database asked. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    public static String next(String prefix) {
        byte[] random = new byte[10];
        RANDOM.nextBytes(random);
        long low = 0;
        for (int i = 2; i < 10; i++) {
            low = low << 8 | random[i] & 0xff;
        }
        long high = System.currentTimeMillis() << 16 | (random[0] & 0xff) << 8 | random[1] & 0xff;
        char[] text = new char[CHARACTERS];
        for (int i = CHARACTERS - 1; i >= 0; i--) {
            text[i] = ALPHABET[(int) low & 31];
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return prefix + new String(text);
    }
}
