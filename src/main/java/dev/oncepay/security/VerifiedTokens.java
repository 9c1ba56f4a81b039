package dev.oncepay.security;

import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Puts {@link RememberedTokens} before the verifier of bearer tokens. */
@Decorator
@Priority(1)
abstract class VerifiedTokens implements JWTParser {
    private final JWTParser verifier;
    private final RememberedTokens tokens = new RememberedTokens();

    @Inject
    VerifiedTokens(@Delegate @Any JWTParser verifier) {
        this.verifier = verifier;
    }

    @Override
    public JsonWebToken parse(String token) throws ParseException {
        return tokens.parse(token, verifier);
    }
}
