package dev.oncepay.idempotency;

import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as the client means it: {@code "k"} (a string of RFC 9651 section 3.3.3, its parameters ignored) and the bare
 * {@code k}, as most SDKs send it, are the same key.
 */
record IdempotencyKey(String value) {
    static final String HEADER = "Idempotency-Key";

    /** Bytes, which are characters here: only ASCII is allowed. */
    static final int MAX_LENGTH = 255;

    /** Possessive: it is walked in a loop, so a header of any length takes no stack. */
    private static final String TEXT = "(?:[ !#-\\[\\]-~]++|\\\\[\"\\\\])*+";

    private static final Pattern QUOTED = Pattern.compile("\"(" + TEXT + ")\"" // the string
            + "(?:; *[a-z*][a-z0-9_.*-]*+(?:=(?:\"" + TEXT + "\"|[!-~&&[^\";,]]++))?+)*+"); // parameters
    private static final Pattern BARE = Pattern.compile("[ -+\\--~]+");

    /**
     * @param headers every value of the header, as it was sent
     * @throws ProblemException 400 when there is no key, or none that can be read
     */
    static IdempotencyKey of(List<String> headers) {
        if (headers.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.IDEMPOTENCY_KEY_MISSING,
                    "Send the header Idempotency-Key with a value of your own, the same one at each retry.");
        }
        if (headers.size() > 1) {
            throw invalid("The header Idempotency-Key was sent " + headers.size() + " times; send it once.");
        }
        String key = read(withoutWhiteSpaceAround(headers.get(0)));
        if (key.isEmpty()) {
            throw invalid("The key is empty.");
        }
        if (key.length() > MAX_LENGTH) {
            throw invalid("The key has " + key.length() + " characters; at most " + MAX_LENGTH + " are allowed.");
        }
        return new IdempotencyKey(key);
    }

    /** Spaces and tabs, RFC 9110 section 5.5; anything else is part of the key, and refused where it must be. */
    private static String withoutWhiteSpaceAround(String header) {
        int start = 0;
        int end = header.length();
        while (start < end && " \t".indexOf(header.charAt(start)) >= 0) {
            start++;
        }
        while (start < end && " \t".indexOf(header.charAt(end - 1)) >= 0) {
            end--;
        }
        return header.substring(start, end);
    }

    private static String read(String header) {
        if (header.startsWith("\"")) {
            Matcher quoted = QUOTED.matcher(header);
            if (!quoted.matches()) {
                throw invalid(
                        "The quoted key is broken: close the quote, escape \" and \\ with \\, send one key only.");
            }
            return quoted.group(1).replaceAll("\\\\(.)", "$1");
        }
        if (!header.isEmpty() && !BARE.matcher(header).matches()) {
            throw invalid("The key must be printable ASCII, and a comma needs quotes around the key.");
        }
        return header;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.IDEMPOTENCY_KEY_INVALID, detail);
    }
}
