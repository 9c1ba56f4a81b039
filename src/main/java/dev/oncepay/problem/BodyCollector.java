package dev.oncepay.problem;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/** Collects a request's body on the event loop, up to a limit: the only way in which a body is read. */
public final class BodyCollector {
    /** Fifty times what the largest sensible request has. */
    public static final int MAX_BYTES = 256 * 1024;

    private BodyCollector() {}

    /** Fails with 413 when there is more, and with 400, to nobody, when the client goes away. */
    public static Uni<byte[]> collect(HttpServerRequest request) {
        if (announcedBytes(request) > MAX_BYTES) {
            return Uni.createFrom().failure(tooLarge());
        }
        return Uni.createFrom().emitter(emitter -> {
            Buffer body = Buffer.buffer();
            request.exceptionHandler(
                    gone -> emitter.fail(new ProblemException(ProblemCode.MALFORMED_BODY, "The body was cut off.")));
            request.handler(chunk -> {
                if (body.length() + chunk.length() > MAX_BYTES) {
                    request.handler(ignored -> {});
                    emitter.fail(tooLarge());
                } else {
                    body.appendBuffer(chunk);
                }
            });
            request.endHandler(end -> emitter.complete(body.getBytes()));
            askFor(request);
            request.resume();
        });
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
