package dev.oncepay.support;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An acquirer that approves everything once it is told to, however many wait for it: it has one thread. */
public final class PatientAcquirer implements AutoCloseable {
    private static final int STEP_MILLIS = 50;
    private static final int EACH_STEP = 10;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Queue<HttpServerRequest> waiting = new ConcurrentLinkedQueue<>();
    private final HttpServer server = vertx.createHttpServer(
                    new HttpServerOptions().setHost("127.0.0.1").setPort(0).setAcceptBacklog(2048))
            .requestHandler(this::ask);
    private volatile boolean released;

    public PatientAcquirer() {
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void ask(HttpServerRequest request) {
        if (released) {
            approve(request);
        } else {
            waiting.add(request);
        }
    }

    private static void approve(HttpServerRequest request) {
        request.response().end("{\"id\":\"a1\",\"status\":\"approved\"}");
    }

    public int waiting() {
        return waiting.size();
    }

    /** One after the other, as a card network answers, and whoever asks later at once. */
    public void release() {
        vertx.setPeriodic(STEP_MILLIS, timer -> {
            released = true;
            for (int i = 0; i < EACH_STEP && !waiting.isEmpty(); i++) {
                approve(waiting.remove());
            }
            if (waiting.isEmpty()) {
                vertx.cancelTimer(timer);
            }
        });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
