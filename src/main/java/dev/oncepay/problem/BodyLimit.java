package dev.oncepay.problem;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Bounds the bodies that no guard has read. Runs when the endpoint is found, so that 404, 405, 406 and 415 are told
 * before 413; Quarkus's own limit would be judged before them, with an empty answer.
 */
public class BodyLimit {
    private static final int AFTER_THE_GUARD = Priorities.USER + 1;

    @ServerRequestFilter(priority = AFTER_THE_GUARD)
    public Uni<Response> collect(ContainerRequestContext request, RoutingContext routing) {
        HttpServerRequest http = routing.request();
        boolean bare = http.method() == HttpMethod.GET && !BodyCollector.hasBody(http);
        if (bare || http.isEnded()) {
            return Uni.createFrom().nullItem();
        }
        return BodyCollector.collect(http).map(bytes -> {
            request.setEntityStream(new ByteArrayInputStream(bytes));
            return null;
        });
    }
}
