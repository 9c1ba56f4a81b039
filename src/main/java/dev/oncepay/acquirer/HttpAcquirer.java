package dev.oncepay.acquirer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.store.Deadline;
import dev.oncepay.store.Latency;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.LaunchMode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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

    private static final Outcome SILENT = new Outcome.Unknown("no answer");

    private final AcquirerConfig config;
    private final Deadline deadline;
    private final ObjectMapper json;
    private final MeterRegistry metrics;
    private final WebClient client;

    HttpAcquirer(AcquirerConfig config, Deadline deadline, ObjectMapper json, MeterRegistry metrics, Vertx vertx) {
        this.config = config;
        this.deadline = deadline;
        this.json = json;
        this.metrics = metrics;
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
    public Uni<Outcome> authorize(Authorization asked, boolean repeated) {
        return timed("authorize", post("/authorizations", asked.charge(), asked, repeated));
    }

    @Override
    public Uni<Outcome> refund(Reversal asked, boolean repeated) {
        return timed("refund", post("/refunds", asked.refund(), asked, repeated));
    }

    @Override
    public Uni<Outcome> lookUpAuthorization(String charge) {
        return timed("look_up", lookUp("/authorizations/" + charge, charge));
    }

    @Override
    public Uni<Outcome> lookUpRefund(String refund) {
        return timed("look_up", lookUp("/refunds/" + refund, refund));
    }

    private Uni<Outcome> timed(String call, Uni<Outcome> asked) {
        long began = System.nanoTime();
        return asked.invoke(outcome -> Latency.timer("oncepay.acquirer.calls")
                .description("Questions to the acquirer, by what was known afterwards")
                .tag("call", call)
                .tag("outcome", outcome.fold(approved -> "approved", declined -> "declined", unknown -> "unknown"))
                .register(metrics)
                .record(System.nanoTime() - began, TimeUnit.NANOSECONDS));
    }

    private Uni<Outcome> post(String path, String key, Object body, boolean repeated) {
        Buffer bytes = Buffer.newInstance(io.vertx.core.buffer.Buffer.buffer(bytes(body)));
        AtomicInteger calls = new AtomicInteger();
        return bounded(key, () -> {
                    calls.incrementAndGet();
                    return prepared(HttpMethod.POST, path)
                            .putHeader("Idempotency-Key", key)
                            .putHeader("Content-Type", "application/json")
                            .sendBuffer(bytes);
                })
                .chain(answer -> {
                    boolean rejected = answer.filter(HttpAcquirer::isRejected).isPresent();
                    // An earlier call may have been approved: a refusal of the repeat is no answer to it.
                    return rejected && (repeated || calls.get() > 1)
                            ? lookUp(path + "/" + key, key)
                            : Uni.createFrom().item(answer.map(this::read).orElse(SILENT));
                });
    }

    private static boolean isRejected(HttpResponse<Buffer> answer) {
        int status = answer.statusCode();
        return status >= 400 && status < 500 && !NOT_NOW.contains(status);
    }

    /** What never arrived has had no effect, and is never posted again: it is declined. */
    private Uni<Outcome> lookUp(String path, String key) {
        return bounded(key, () -> prepared(HttpMethod.GET, path).send())
                .map(answer -> answer.map(found -> switch (found.statusCode()) {
                            case 200 -> read(found);
                            case 404 -> new Outcome.Declined("never_received");
                            default -> new Outcome.Unknown("status " + found.statusCode());
                        })
                        .orElse(SILENT));
    }

    /** One more try at once where a kept connection was just closed: the key makes it safe, the deadline bounds it. */
    private Uni<Optional<HttpResponse<Buffer>>> bounded(String key, Supplier<Uni<HttpResponse<Buffer>>> call) {
        long end = System.nanoTime() + config.timeout().toNanos();
        Uni<HttpResponse<Buffer>> tried = Uni.createFrom()
                .deferred(() -> call.get())
                .onFailure(failure -> wasClosed(failure) && System.nanoTime() < end)
                .retry()
                .atMost(1);
        return deadline.within(config.timeout(), tried, TimeoutException::new)
                .map(Optional::of)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOG.warnf("event=acquirer-silent key=%s cause=%s", key, failure);
                    return Optional.empty();
                });
    }

    private static boolean wasClosed(Throwable failure) {
        return failure instanceof IOException && !(failure instanceof java.net.ConnectException)
                || failure instanceof VertxException;
    }

    private HttpRequest<Buffer> prepared(HttpMethod method, String path) {
        HttpRequest<Buffer> request = client.requestAbs(method, base() + path)
                .timeout(config.timeout().toMillis())
                .putHeader("Accept", "application/json");
        config.apiKey().ifPresent(request::bearerTokenAuthentication);
        return request;
    }

    private Outcome read(HttpResponse<Buffer> answer) {
        int status = answer.statusCode();
        if (isRejected(answer)) {
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

    private byte[] bytes(Object body) {
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
