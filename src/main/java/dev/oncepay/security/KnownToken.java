package dev.oncepay.security;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** A verified token, each of whose claims is read once, and not with each request: that costs more than one would think. */
final class KnownToken implements JsonWebToken {
    private final JsonWebToken token;
    private final Map<String, Optional<Object>> claims = new ConcurrentHashMap<>(); // those that are asked for: a few

    KnownToken(JsonWebToken token) {
        this.token = token;
    }

    @Override
    public String getName() {
        return token.getName();
    }

    @Override
    public Set<String> getClaimNames() {
        return token.getClaimNames();
    }

    @Override
    @SuppressWarnings("unchecked") // as the interface has it
    public <T> T getClaim(String name) {
        return (T) claims.computeIfAbsent(name, asked -> Optional.ofNullable(token.getClaim(asked)))
                .orElse(null);
    }

    @Override
    public Set<String> getGroups() {
        return token.getGroups();
    }

    @Override
    public String toString() {
        return "a token"; // its text is a secret, and its claims are nobody's business
    }
}
