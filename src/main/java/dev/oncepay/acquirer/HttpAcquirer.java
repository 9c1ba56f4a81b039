package dev.oncepay.acquirer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.store.Deadline;
import io.quarkus.runtime.LaunchMode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** The acquirer's wire: JSON over HTTP, {@code POST <url>/authorizations}. */
@ApplicationScoped
class HttpAcquirer implements Acquirer {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.acquirer");

    /** As many as may be in flight at once; more wait for a connection, within their own deadline. */
    private static final int CONNECTIONS = 1024;

    private static final int CONNECT_TIMEOUT_MILLIS = 2000;

    /** Shorter than what servers commonly keep an idle connection for, so that a call seldom meets a closing one. */
    private static final int KEEP_ALIVE_SECONDS = 15;

    /** 4xx that say "not now" and not "no". */
    private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429);

    private final AcquirerConfig config;
    private final Deadline deadline;
    private final ObjectMapper json;
    private final WebClient client;

    HttpAcquirer(AcquirerConfig config, Deadline deadline, ObjectMapper json, Vertx vertx) {
        this.config = config;
        this.deadline = deadline;
        this.json = json;
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setMaxPoolSize(CONNECTIONS)
                        .setMaxWaitQueueSize(CONNECTIONS)
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setFollowRedirects(false)
                        .setUserAgent("oncepay"));
    }

    @PreDestroy
    void close() {
        client.close();
    }

    @Override
    public Uni<Outcome> authorize(Authorization authorization) {
        Buffer body = Buffer.newInstance(io.vertx.core.buffer.Buffer.buffer(bytes(Map.of(
                "merchant", authorization.merchant(),
                "charge", authorization.charge(),
                "amount", authorization.amount(),
                "currency", authorization.currency(),
                "payment_method", authorization.paymentMethod()))));
        return bounded(
                authorization.charge(), Uni.createFrom().deferred(() -> post("/authorizations", authorization.charge())
                        .sendBuffer(body)));
    }

    /** One more try at once where a kept connection was just closed: the key makes it safe, the deadline bounds it. */
    private Uni<Outcome> bounded(String key, Uni<HttpResponse<Buffer>> call) {
        Uni<HttpResponse<Buffer>> tried =
                call.onFailure(HttpAcquirer::wasClosed).retry().atMost(1);
        return deadline.within(config.timeout(), tried, TimeoutException::new)
                .map(this::read)
                .onFailure()
                .recoverWithItem(failure -> new Outcome.Unknown(failure.toString()))
                .invoke(outcome -> {
                    if (outcome instanceof Outcome.Unknown unknown) {
                        LOG.warnf("event=acquirer-unknown key=%s cause=%s", key, unknown.reason());
                    }
                });
    }

    private static boolean wasClosed(Throwable failure) {
        return failure instanceof IOException && !(failure instanceof java.net.ConnectException)
                || failure instanceof VertxException;
    }

    private HttpRequest<Buffer> post(String path, String key) {
        HttpRequest<Buffer> request = client.postAbs(base() + path)
                .timeout(config.timeout().toMillis())
                .putHeader("Idempotency-Key", key)
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        config.apiKey().ifPresent(request::bearerTokenAuthentication);
        return request;
    }

    private Outcome read(HttpResponse<Buffer> answer) {
        int status = answer.statusCode();
        if (status >= 400 && status < 500 && !NOT_NOW.contains(status)) {
            LOG.errorf("event=acquirer-rejected status=%d", status);
            return new Outcome.Declined("acquirer_rejected");
        }
        if (status != 200) {
            return new Outcome.Unknown("status " + status);
        }
        try {
            JsonNode body = json.readTree(answer.bodyAsBuffer().getBytes());
            return switch (body.path("status").asText()) {
                case "approved" -> new Outcome.Approved(body.path("id").asText());
                case "declined" ->
                    new Outcome.Declined(body.path("decline_code").asText("unknown"));
                default -> new Outcome.Unknown("an answer without a known status");
            };
        } catch (IOException | NullPointerException unreadable) {
            return new Outcome.Unknown("an unreadable answer");
        }
    }

    private byte[] bytes(Map<String, Object> body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("strings and numbers can be written", impossible);
        }
    }

    private String base() {
        return config.url().map(Object::toString).orElseGet(HttpAcquirer::ownSandbox);
    }

    /** The port is known only once the server listens. */
    private static String ownSandbox() {
        String port = LaunchMode.current() == LaunchMode.TEST ? "quarkus.http.test-port" : "quarkus.http.port";
        return "http://127.0.0.1:" + ConfigProvider.getConfig().getValue(port, Integer.class) + "/sandbox/acquirer";
    }
}
