package dev.oncepay.problem;

import dev.oncepay.problem.RequestsInFlight.Place;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Collects a request's body on the event loop, up to a limit: the only way in which a body is read. Whoever has sent all
 * of it takes a place among the {@link RequestsInFlight}.
 */
@Singleton
public class BodyCollector {
    /** Fifty times what the largest sensible request has. */
    public static final int MAX_BYTES = 256 * 1024;

    private final RequestsInFlight inFlight;
    private final Vertx vertx;
    private final long timeoutMillis;

    BodyCollector(RequestsInFlight inFlight, LimitsConfig config, Vertx vertx) {
        this.inFlight = inFlight;
        this.vertx = vertx;
        this.timeoutMillis = config.receiveTimeout().toMillis();
    }

    /**
     * Fails with 413 when there is more, with 408 when it does not come in time, with 503 when there is no place, and to
     * nobody when the client goes away.
     */
    public Uni<byte[]> collect(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (announcedBytes(request) > MAX_BYTES) {
            return Uni.createFrom().failure(tooLarge());
        }
        Place place = inFlight.arrived(routing);
        return Uni.createFrom().emitter(emitter -> {
            Buffer body = Buffer.buffer();
            request.exceptionHandler(
                    gone -> emitter.fail(new ProblemException(ProblemCode.MALFORMED_BODY, "The body was cut off.")));
            request.handler(chunk -> orFail(emitter, request, () -> {
                if (body.length() + chunk.length() > MAX_BYTES) {
                    throw tooLarge();
                }
                place.hold(chunk.length());
                body.appendBuffer(chunk);
            }));
            request.endHandler(end -> orFail(emitter, request, () -> {
                HeadTimeout.arrived(request);
                place.enter();
                emitter.complete(body.getBytes());
            }));
            askFor(request);
            request.resume();
            // What has come with the head is handed over first, and mostly that is all: no timer then.
            vertx.runOnContext(handedOver -> waitForTheRest(emitter, request));
        });
    }

    private void waitForTheRest(UniEmitter<?> emitter, HttpServerRequest request) {
        if (!request.isEnded()) {
            long timer = vertx.setTimer(
                    timeoutMillis,
                    late -> orFail(emitter, request, () -> {
                        throw new ProblemException(
                                ProblemCode.REQUEST_TIMEOUT,
                                "All of the body must come within " + timeoutMillis + " ms of the head.");
                    }));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        }
    }

    /** A request that has no body, or whose body was of no interest, takes its place just so. */
    void none(RoutingContext routing) {
        inFlight.arrived(routing).enter();
    }

    /** What still comes after a refusal is thrown away; {@link EarlyAnswer} sees to its end. */
    private static void orFail(UniEmitter<?> emitter, HttpServerRequest request, Runnable step) {
        try {
            step.run();
        } catch (ProblemException refused) {
            if (!request.isEnded()) {
                request.handler(thrownAway -> {});
            }
            emitter.fail(refused);
        }
    }

    /** Only now: a client that waits to be asked need not send what is refused before (RFC 9110 section 10.1.1). */
    private static void askFor(HttpServerRequest request) {
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect")) && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
    }

    public static boolean hasBody(HttpServerRequest request) {
        return announcedBytes(request) > 0 || request.headers().contains("Transfer-Encoding");
    }

    private static long announcedBytes(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length == null ? 0 : Long.parseLong(length); // the HTTP decoder has refused what is not a number
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                ProblemCode.PAYLOAD_TOO_LARGE, "The body has more than " + MAX_BYTES + " bytes; send less.");
    }
}
