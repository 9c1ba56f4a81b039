package dev.oncepay.security;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Who the current request is from: the merchant that {@link CallerPolicy} read from the verified token. */
@ApplicationScoped
public class Caller {
    private static final String MERCHANT = "oncepay.merchant";

    private final CurrentVertxRequest request;

    Caller(CurrentVertxRequest request) {
        this.request = request;
    }

    static void is(String merchant, RoutingContext routing) {
        routing.put(MERCHANT, merchant);
    }

    /** The merchant of the current request. */
    public String merchant() {
        return merchantOf(request.getCurrent());
    }

    /** Nothing on a public path, and before the token is judged. */
    public static Optional<String> ifKnown(RoutingContext routing) {
        return Optional.ofNullable(routing.get(MERCHANT));
    }

    /** @throws IllegalStateException on a public path, where nobody was asked for a token */
    public static String merchantOf(RoutingContext routing) {
        return ifKnown(routing).orElseThrow(() -> new IllegalStateException("no merchant: this path is public"));
    }
}
