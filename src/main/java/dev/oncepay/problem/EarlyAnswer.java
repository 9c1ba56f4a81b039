package dev.oncepay.problem;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that is given before the body was read. What still comes is thrown away for a while, so that a client that
 * sends all of it before it reads gets to see the answer (RFC 9112 section 9.6). Then it is cut off: nobody streams for
 * ever.
 */
final class EarlyAnswer {
    /** What was on its way when the answer left has come by then, from all but the slowest. */
    private static final long LINGER_MILLIS = 5_000;

    private final RoutingContext routing;
    private final HttpServerRequest request;

    private EarlyAnswer(RoutingContext routing) {
        this.routing = routing;
        this.request = routing.request();
    }

    /** To be called for every request, before it is answered. */
    static void prepare(RoutingContext routing) {
        EarlyAnswer answer = new EarlyAnswer(routing);
        if (answer.sharesItsConnection() || BodyCollector.hasBody(routing.request())) {
            routing.addHeadersEndHandler(head -> answer.letGo());
        }
    }

    /** In HTTP/2 a request is a stream of its own, and no header tells whether it has a body. */
    private boolean sharesItsConnection() {
        return request.version() == HttpVersion.HTTP_2;
    }

    private void letGo() {
        if (request.isEnded()) {
            return;
        }
        if (!sharesItsConnection()) {
            routing.response().putHeader("Connection", "close");
        }
        long late = routing.vertx().setTimer(LINGER_MILLIS, timer -> cut());
        request.exceptionHandler(gone -> routing.vertx().cancelTimer(late));
        request.handler(thrownAway -> {});
        request.endHandler(end -> {
            if (routing.response().ended()) {
                routing.vertx().cancelTimer(late);
                cut();
            }
        });
        request.resume();
    }

    private void cut() {
        if (!sharesItsConnection()) {
            request.connection().close();
        } else if (!request.isEnded()) {
            request.response().reset();
        }
    }
}
