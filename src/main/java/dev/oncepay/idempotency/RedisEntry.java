package dev.oncepay.idempotency;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * What Redis keeps under a key's name, and how it is written:
 *
 * <pre>
 * format '1' | kind R, F or S | fingerprint version, 2 digits | fingerprint, 32 bytes
 *   and for F and S: made, µs, 16 digits | status, 3 digits | length of the headers, 5 digits | headers | body
 * </pre>
 *
 * Numbers are ASCII digits of fixed width, so that the script compares them as strings and a person can read them.
 */
sealed interface RedisEntry {
    byte FORMAT = '1';
    int HEAD = 4 + Fingerprint.BYTES;
    int MADE_DIGITS = 16;
    int STATUS_AT = HEAD + MADE_DIGITS;
    int HEADERS_AT = STATUS_AT + 8;

    Fingerprint fingerprint();

    /** Somebody began; only a reason to look. */
    record Running(Fingerprint fingerprint) implements RedisEntry {}

    /** True: the answer was published after its commit. */
    record Finished(Fingerprint fingerprint, Kept kept) implements RedisEntry {}

    static Buffer running(Fingerprint fingerprint) {
        return head('R', fingerprint);
    }

    static Buffer finished(Fingerprint fingerprint, Kept kept) {
        StoredAnswer answer = kept.answer();
        byte[] headers = answer.headerLines().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return head(kept.hasRecord() ? 'F' : 'S', fingerprint)
                .appendString(digits(kept.madeMicros(), MADE_DIGITS))
                .appendString(digits(answer.status(), 3))
                .appendString(digits(headers.length, 5))
                .appendBytes(headers)
                .appendBytes(answer.body());
    }

    private static Buffer head(char kind, Fingerprint fingerprint) {
        return Buffer.buffer()
                .appendByte(FORMAT)
                .appendByte((byte) kind)
                .appendString(digits(fingerprint.version(), 2))
                .appendBytes(fingerprint.hash());
    }

    /** @return nothing for an entry that this version cannot read: the record is looked at instead */
    static Optional<RedisEntry> read(Buffer entry) {
        if (entry.length() < HEAD || entry.getByte(0) != FORMAT) {
            return Optional.empty();
        }
        try {
            return ofThisFormat(entry);
        } catch (IndexOutOfBoundsException | IllegalArgumentException cutOrGarbled) {
            return Optional.empty();
        }
    }

    private static Optional<RedisEntry> ofThisFormat(Buffer entry) {
        Fingerprint fingerprint = new Fingerprint(Integer.parseInt(entry.getString(2, 4)), entry.getBytes(4, HEAD));
        if (fingerprint.version() != Fingerprint.VERSION) {
            return Optional.empty(); // made in a way that we do not know, so not to be compared with
        }
        return switch (entry.getByte(1)) {
            case 'R' -> Optional.of(new Running(fingerprint));
            case 'F', 'S' -> Optional.of(new Finished(fingerprint, kept(entry)));
            default -> Optional.empty();
        };
    }

    private static Kept kept(Buffer entry) {
        int headersEnd = HEADERS_AT + Integer.parseInt(entry.getString(STATUS_AT + 3, HEADERS_AT));
        StoredAnswer answer = new StoredAnswer(
                Integer.parseInt(entry.getString(STATUS_AT, STATUS_AT + 3)),
                StoredAnswer.headersOf(entry.getString(HEADERS_AT, headersEnd)),
                entry.getBytes(headersEnd, entry.length()));
        // How long it still holds, Redis says beside it: by itself, what was read is not published again.
        return new Kept(answer, Long.parseLong(entry.getString(HEAD, STATUS_AT)), System.nanoTime());
    }

    private static String digits(long value, int width) {
        String text = Long.toString(value);
        return "0".repeat(width - text.length()) + text;
    }
}
