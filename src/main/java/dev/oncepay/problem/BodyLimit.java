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

    private final BodyCollector bodies;

    BodyLimit(BodyCollector bodies) {
        this.bodies = bodies;
    }

    @ServerRequestFilter(priority = AFTER_THE_GUARD)
    public Uni<Response> collect(ContainerRequestContext request, RoutingContext routing) {
        HttpServerRequest http = routing.request();
        if (http.method() == HttpMethod.GET && !BodyCollector.hasBody(http)) {
            bodies.none(routing);
            return Uni.createFrom().nullItem();
        }
        if (http.isEnded()) {
            return Uni.createFrom().nullItem(); // the guard has collected it
        }
        return bodies.collect(routing).map(bytes -> {
            request.setEntityStream(new ByteArrayInputStream(bytes));
            return null;
        });
    }
}
