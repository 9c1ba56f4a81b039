package dev.oncepay.security;

import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Decides 401 and 403 for every path, before anything is looked at or stored: also for a path that does not exist, and
 * for the retry of a request that was answered before.
 */
@ApplicationScoped
class CallerPolicy implements HttpSecurityPolicy {
    private static final Pattern PUBLIC = Pattern.compile("/|/playground/.*|/q/.*|/q|/problems.*|/sandbox/.*");
    private static final Pattern PUBLIC_IN_DEV = Pattern.compile("/dev/.*");
    private static final Pattern MERCHANT = Pattern.compile("[!-~]{1,128}");

    /** Quarkus would answer by itself, before the failure comes to us: 500 where a claim's type surprises its parser. */
    private static final BiConsumer<RoutingContext, Throwable> JUDGED_BELOW = (routing, failure) -> {};

    private final String claim;

    CallerPolicy(SecurityConfig config) {
        claim = config.merchantClaim();
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext routing, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (isPublic(routing.normalizedPath())) {
            return CheckResult.permit();
        }
        routing.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, JUDGED_BELOW);
        return identity.onFailure(ClassCastException.class)
                .transform(odd -> new AuthenticationFailedException("a claim of the wrong JSON type", odd))
                .map(caller -> {
                    judge(routing, caller);
                    return CheckResult.PERMIT;
                });
    }

    private static boolean isPublic(String path) {
        return PUBLIC.matcher(path).matches()
                || LaunchMode.current().isDevOrTest()
                        && PUBLIC_IN_DEV.matcher(path).matches();
    }

    private void judge(RoutingContext routing, SecurityIdentity caller) {
        if (caller.isAnonymous() || !(caller.getPrincipal() instanceof JsonWebToken token)) {
            throw new ProblemException(ProblemCode.UNAUTHORIZED, "Send an access token: Authorization: Bearer <JWT>.");
        }
        String group = isRead(routing.request().method()) ? "payments:read" : "payments:write";
        if (!caller.hasRole(group)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "The token's groups lack " + group + ".");
        }
        if (!(token.getClaim(claim) instanceof String merchant)
                || !MERCHANT.matcher(merchant).matches()) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "The token's claim " + claim + " must be a string of 1 to 128 characters from ! to ~.");
        }
        Caller.is(merchant, routing);
    }

    private static boolean isRead(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
    }
}
