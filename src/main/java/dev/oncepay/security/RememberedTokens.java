package dev.oncepay.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Tokens that were found valid, so that a signature is checked once a minute and not with each request. Only the very
 * same text is known again, and never beyond its {@code exp} (RFC 7519 section 4.1.4).
 */
final class RememberedTokens {
    /** How long a token goes on to be accepted after the issuer has withdrawn the key it was signed with. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final long MAX_CHARACTERS = 4L * 1024 * 1024;

    private final Cache<String, JsonWebToken> verified = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumWeight(MAX_CHARACTERS)
            .weigher((String token, JsonWebToken claims) -> token.length())
            .build();

    JsonWebToken parse(String token, JWTParser verifier) throws ParseException {
        JsonWebToken known = verified.getIfPresent(token);
        if (known != null && Instant.now().getEpochSecond() < known.getExpirationTime()) {
            return known;
        }
        JsonWebToken claims = new KnownToken(verifier.parse(token));
        verified.put(token, claims);
        return claims;
    }
}
