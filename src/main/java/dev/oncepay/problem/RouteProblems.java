package dev.oncepay.problem;

import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * What every answer carries, and what fails below JAX-RS: security, the HTTP layer, paths that nobody serves.
 *
 * <p>Runs before all other routes; Vert.x starts at the first route again when one fails.
 */
@ApplicationScoped
class RouteProblems {
    private static final int BEFORE_ALL = Integer.MIN_VALUE / 2;

    private static final String KEY = "Idempotency-Key";

    private final ProblemWriter writer;

    RouteProblems(ProblemWriter writer) {
        this.writer = writer;
    }

    void register(@Observes Router router) {
        router.route().order(BEFORE_ALL).handler(this::everyAnswer).failureHandler(this::failed);
        router.route().order(Integer.MAX_VALUE - 1).handler(routing -> routing.fail(404));
    }

    private void everyAnswer(RoutingContext routing) {
        HeadTimeout.arrived(routing.request());
        EarlyAnswer.prepare(routing);
        HttpServerResponse response = routing.response();
        response.putHeader(RequestId.HEADER, RequestId.assign(routing));
        SecurityHeaders.add(routing);
        if (routing.request().method() == HttpMethod.POST) {
            response.putHeader(
                    "Access-Control-Expose-Headers", KEY + ", Idempotent-Replayed, Location, Retry-After, Request-Id");
            List<String> sent = routing.request().headers().getAll(KEY);
            if (sent.size() == 1) {
                response.putHeader(KEY, sent.get(0));
            }
        }
        if (routing.request().authority() == null) {
            routing.fail(400); // RFC 9112 section 3.2
            return;
        }
        routing.next();
    }

    private void failed(RoutingContext routing) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        String requestId = RequestId.of(routing);
        Problem problem = isTheCallers(routing)
                ? Problems.ofStatus(routing.statusCode(), requestId)
                : Problems.of(routing.failure(), requestId);
        if (problem.code() == ProblemCode.UNAUTHORIZED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (problem.retryAfterSeconds() > 0) {
            response.putHeader("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
        SecurityHeaders.add(routing); // of what failed before the first route, too
        response.setStatusCode(problem.status())
                .putHeader(RequestId.HEADER, requestId)
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(writer.bytes(problem, requestId)));
    }

    /** Vert.x says which status where it refuses a request itself, such as one without a Host (RFC 9112 section 3.2). */
    private static boolean isTheCallers(RoutingContext routing) {
        return routing.failure() == null || routing.failure() instanceof VertxException && routing.statusCode() < 500;
    }
}
