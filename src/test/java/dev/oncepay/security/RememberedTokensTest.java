package dev.oncepay.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

/** What is remembered of a token is that its signature was good; nothing else is taken on trust. */
class RememberedTokensTest {
    private final List<String> verified = new ArrayList<>();
    private long expires = Instant.now().getEpochSecond() + 60;

    /** Accepts every token but one, and notes what it was asked for. */
    private final JWTParser verifier = (JWTParser)
            Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {JWTParser.class}, (p, m, a) -> {
                verified.add((String) a[0]);
                if (a[0].equals("forged")) {
                    throw new ParseException("no");
                }
                return new Token(expires);
            });

    private record Token(long expires) implements JsonWebToken {
        @Override
        public String getName() {
            return "name";
        }

        @Override
        public Set<String> getClaimNames() {
            return Set.of("exp");
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getClaim(String name) {
            return (T) Map.of("exp", (Object) expires).get(name);
        }
    }

    private final RememberedTokens tokens = new RememberedTokens();

    private JsonWebToken parsed(String token) throws ParseException {
        return tokens.parse(token, verifier);
    }

    @Test
    void theSameTextIsVerifiedOnce() throws ParseException {
        assertThat(parsed("a")).isSameAs(parsed("a"));
        assertThat(verified).containsExactly("a");
    }

    @Test
    void anotherTextIsVerifiedForItself() throws ParseException {
        parsed("a");
        parsed("A");
        assertThat(verified).containsExactly("a", "A");
    }

    @Test
    void aRefusalIsNotRemembered() {
        assertThatThrownBy(() -> parsed("forged")).isInstanceOf(ParseException.class);
        assertThatThrownBy(() -> parsed("forged")).isInstanceOf(ParseException.class);
        assertThat(verified).hasSize(2);
    }

    @Test
    void oneThatHasExpiredMeanwhileIsJudgedAnew() throws ParseException {
        expires = Instant.now().getEpochSecond();
        parsed("a");
        parsed("a");
        assertThat(verified).hasSize(2);
    }
}
