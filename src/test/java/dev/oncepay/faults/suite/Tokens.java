package dev.oncepay.faults.suite;

import dev.oncepay.support.Keys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The merchants' tokens: each holds for an hour, and a run can take longer. */
final class Tokens {
    private static final Duration RENEWED_AFTER = Duration.ofMinutes(20);

    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    private record Token(String text, long made) {
        boolean isOld() {
            return System.nanoTime() - made > RENEWED_AFTER.toNanos();
        }
    }

    String of(String merchant) {
        return tokens.compute(
                        merchant,
                        (name, token) ->
                                token == null || token.isOld() ? new Token(Keys.token(name), System.nanoTime()) : token)
                .text();
    }
}
