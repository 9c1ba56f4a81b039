package dev.oncepay.orders;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.Problem.InvalidMember;
import dev.oncepay.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One page of a list, newest first.
 *
 * @param next the cursor of the page after this one; null on the last
 */
public record Page<T>(List<T> data, String next) {
    private static final Pattern FILTER = Pattern.compile("\\P{C}{1,64}");
    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;

    /** What a client asked for: how many, and behind which id. */
    public record Request(int limit, Optional<String> after) {
        /**
         * @param limit 1 to 100, 20 where it is null
         * @param after a cursor that an earlier page gave, or null
         * @throws ProblemException 400 {@code validation-failed}
         */
        public static Request of(String limit, String after, String idPrefix) {
            return new Request(
                    limit == null ? DEFAULT_LIMIT : parse(limit),
                    Optional.ofNullable(after).map(cursor -> idOf(cursor, idPrefix)));
        }

        private static int parse(String limit) {
            if (!limit.matches("[1-9][0-9]?|100")) {
                throw invalid("/limit", "must be a whole number from 1 to " + MAX_LIMIT);
            }
            return Integer.parseInt(limit);
        }

        private static String idOf(String cursor, String idPrefix) {
            try {
                String id = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
                if (id.matches(idPrefix + "[0-9a-z]{26}")) {
                    return id;
                }
            } catch (IllegalArgumentException notBase64) {
                // told below
            }
            throw invalid("/after", "is not a cursor of this list; send the value of `next` of the page before");
        }

        private static ProblemException invalid(String pointer, String detail) {
            return new ProblemException(Problem.invalid(List.of(new InvalidMember(pointer, detail))));
        }

        /** A filter's value, checked before the database is asked. */
        public static Optional<String> filter(String name, String value) {
            if (value != null && !FILTER.matcher(value).matches()) {
                throw invalid("/" + name, "must have 1 to 64 printable characters");
            }
            return Optional.ofNullable(value);
        }

        /** The id that all of the page are older than; later than any id where the page is the first. */
        public String before() {
            return after.orElse("~");
        }
    }

    /** @param rows one more than the limit, if there are more */
    public static <R, T> Page<T> of(List<R> rows, Request request, Function<R, T> view, Function<R, String> id) {
        if (rows.size() <= request.limit()) {
            return new Page<>(rows.stream().map(view).toList(), null);
        }
        List<R> shown = rows.subList(0, request.limit());
        byte[] last = id.apply(shown.get(shown.size() - 1)).getBytes(StandardCharsets.US_ASCII);
        return new Page<>(
                shown.stream().map(view).toList(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(last));
    }
}
