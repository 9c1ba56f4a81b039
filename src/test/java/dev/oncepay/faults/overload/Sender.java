package dev.oncepay.faults.overload;

import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Exchange.Ending;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.support.Keys;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections on one thread, so that a machine of two cores has something left for the service. */
final class Sender implements AutoCloseable {
    /** Fewer than the service takes. */
    static final int CONNECTIONS = 3500;

    /** Far longer than any answer may take: whoever waits so long was forgotten. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;
    private final Trace trace;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setMaxPoolSize(CONNECTIONS).setMaxWaitQueueSize(CONNECTIONS));
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();

    Sender(int port, Trace trace) {
        this.port = port;
        this.trace = trace;
    }

    Vertx vertx() {
        return vertx;
    }

    /** How many wait for their answer. */
    int underWay() {
        return underWay.get();
    }

    /** One try; it ends in every case, and is written down. */
    Future<Exchange> send(Operation operation) {
        long from = System.nanoTime();
        underWay.incrementAndGet();
        RequestOptions where = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(operation.path())
                .setIdleTimeout(PATIENCE.toMillis());
        return client.request(where)
                .compose(request -> request.putHeader(
                                "Authorization", "Bearer " + tokens.computeIfAbsent(operation.merchant(), Keys::token))
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Idempotency-Key", operation.key())
                        .send(Buffer.buffer(operation.body())))
                .compose(response -> response.body()
                        .map(body -> new Answer(response.statusCode(), body.getBytes(), headers(response.headers()))))
                .map(answer -> exchange(operation, from, Ending.ANSWERED, Optional.of(answer)))
                .otherwise(failure -> exchange(
                        operation,
                        from,
                        failure instanceof TimeoutException ? Ending.SILENT : Ending.BROKEN,
                        Optional.empty()))
                .onComplete(ended -> {
                    underWay.decrementAndGet();
                    trace.add(ended.result());
                });
    }

    private static Exchange exchange(Operation operation, long from, Ending ending, Optional<Answer> answer) {
        return new Exchange(operation, 0, false, from, System.nanoTime(), ending, answer);
    }

    private static Map<String, String> headers(MultiMap all) {
        Map<String, String> headers = new HashMap<>();
        all.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
