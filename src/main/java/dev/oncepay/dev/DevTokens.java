package dev.oncepay.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.jwt.build.Jwt;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tokens for trying the service out, signed with a key that lives in this process. Not in a production build. */
@Path("/dev/tokens")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Development", description = "Only where the service runs in dev or test mode.")
@IfBuildProfile(anyOf = {"dev", "test"})
public class DevTokens {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final String claim;
    private final String issuer;

    DevTokens(
            @ConfigProperty(name = "oncepay.security.merchant-claim") String claim,
            @ConfigProperty(name = "mp.jwt.verify.issuer") String issuer) {
        this.claim = claim;
        this.issuer = issuer;
    }

    /** Who the token is for; both may be left out. */
    public record NewToken(String merchant, Set<String> groups) {}

    /** @param expiresIn in seconds */
    public record Token(String token, long expiresIn) {}

    @POST
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Operation(operationId = "createDevToken", summary = "Make a token to try the service with")
    public Token create(NewToken asked) {
        Optional<NewToken> given = Optional.ofNullable(asked); // JAX-RS gives null for no body
        String merchant = given.map(NewToken::merchant).orElse("acme");
        Set<String> groups = given.map(NewToken::groups).orElse(Set.of("payments:read", "payments:write"));
        String token = Jwt.issuer(issuer)
                .subject(merchant)
                .claim(claim, merchant)
                .groups(groups)
                .expiresIn(LIFETIME)
                .sign();
        return new Token(token, LIFETIME.toSeconds());
    }
}
