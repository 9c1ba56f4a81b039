package dev.oncepay.security;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

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

    /** @throws IllegalStateException on a public path, where nobody was asked for a token */
    public static String merchantOf(RoutingContext routing) {
        String merchant = routing.get(MERCHANT);
        if (merchant == null) {
            throw new IllegalStateException("no merchant: this path is public");
        }
        return merchant;
    }
}
