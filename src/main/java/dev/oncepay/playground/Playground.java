package dev.oncepay.playground;

import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * The way to the playground, a page and what it loads: files below {@code META-INF/resources}, which Quarkus serves.
 * They are in every build, so it is decided here, at run time, whether they are there.
 */
@ApplicationScoped
class Playground {
    private static final String ITS_PATHS = "/|/index\\.html|/playground.*";

    /** The page needs nothing from elsewhere, and nobody else may show it in theirs. */
    private static final String ONLY_FROM_HERE =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final PlaygroundConfig config;

    Playground(PlaygroundConfig config) {
        this.config = config;
    }

    void register(@Observes Router router) {
        router.routeWithRegex(ITS_PATHS)
                .order(RouteConstants.ROUTE_ORDER_BEFORE_DEFAULT)
                .handler(this::letThrough);
    }

    private void letThrough(RoutingContext routing) {
        HttpMethod method = routing.request().method();
        if (!config.enabled()) {
            routing.fail(404);
        } else if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
            routing.response().putHeader("Content-Security-Policy", ONLY_FROM_HERE);
            routing.next();
        } else {
            routing.response().putHeader("Allow", "GET, HEAD");
            routing.fail(405);
        }
    }
}
