package dev.oncepay.idempotency;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.oncepay.problem.BodyCollector;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * The filter pair around every {@link Idempotent} endpoint. Before: the body, the key, the fingerprint, the claim; a
 * known answer ends the request here. After: the answer's very bytes are sent and published, or the claim is given back.
 */
public class IdempotencyFilter {
    private static final IdempotencyKey NO_KEY = new IdempotencyKey("");

    /** Response filters run by descending priority: ours is the last. */
    private static final int LAST = Integer.MIN_VALUE;

    private final KeyStore store;
    private final Outcomes outcomes;
    private final IdempotencyConfig config;
    private final BodyCollector bodies;

    IdempotencyFilter(KeyStore store, Outcomes outcomes, IdempotencyConfig config, BodyCollector bodies) {
        this.bodies = bodies;
        this.store = store;
        this.outcomes = outcomes;
        this.config = config;
    }

    /** Order of judgement: size, key, form of the body, what is stored; the endpoint judges what follows. */
    @Idempotent
    @ServerRequestFilter
    public Uni<Response> before(ContainerRequestContext request, RoutingContext routing, ResourceInfo endpoint) {
        HttpServerRequest http = routing.request();
        requireUtf8Json(http);
        // A client that hangs up stops nothing: Quarkus would drop what is left to run, filters included.
        routing.response().closeHandler(hungUp -> {});
        return bodies.collect(routing).chain(bytes -> {
            IdempotencyKey key =
                    config.enabled() ? IdempotencyKey.of(http.headers().getAll(IdempotencyKey.HEADER)) : NO_KEY;
            JsonNode body = bytes.length == 0 && emptyIsObject(endpoint)
                    ? JsonNodeFactory.instance.objectNode()
                    : RequestBody.parse(bytes);
            request.setEntityStream(new ByteArrayInputStream(bytes));
            Exchange exchange = Exchange.begin(routing, attempt(routing, key, body), body);
            return store.claim(exchange.attempt()).map(claim -> respond(claim, exchange));
        });
    }

    /** JAX-RS has matched the type where the endpoint asks for one, but not a missing one, nor the character set. */
    private static void requireUtf8Json(HttpServerRequest http) {
        if (BodyCollector.hasBody(http) && !isUtf8Json(http.getHeader(HttpHeaders.CONTENT_TYPE))) {
            throw new ProblemException(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as Content-Type: application/json, in UTF-8.");
        }
    }

    private static boolean isUtf8Json(String header) {
        if (header == null) {
            return false;
        }
        MediaType type;
        try {
            type = MediaType.valueOf(header);
        } catch (IllegalArgumentException noMediaType) {
            return false;
        }
        return type.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                && "utf-8".equalsIgnoreCase(type.getParameters().getOrDefault("charset", "utf-8"));
    }

    private static boolean emptyIsObject(ResourceInfo endpoint) {
        return endpoint.getResourceMethod().getAnnotation(Idempotent.class).emptyBodyIsObject();
    }

    private static Attempt attempt(RoutingContext routing, IdempotencyKey key, JsonNode body) {
        HttpServerRequest http = routing.request();
        String path = io.vertx.core.net.impl.URIDecoder.decodeURIComponent(routing.normalizedPath(), false);
        String query = http.query() == null ? "" : http.query();
        Fingerprint fingerprint = Fingerprint.of(http.method().name(), path, query, body);
        // Kept as it was sent: decoded it could have characters that cannot be stored.
        return new Attempt(
                Caller.merchantOf(routing),
                key.value(),
                fingerprint,
                http.method().name(),
                routing.normalizedPath());
    }

    /** @return null to let the endpoint run, as JAX-RS has it */
    private Response respond(Claim claim, Exchange exchange) {
        return claim.fold(
                () -> {
                    exchange.claimed();
                    return null;
                },
                answer -> Response.ok(exchange.replay(answer)).build(),
                () -> {
                    throw outcomes.inUse(exchange);
                },
                () -> {
                    throw outcomes.reused(exchange);
                });
    }

    @Idempotent
    @ServerResponseFilter(priority = LAST)
    public void after(ContainerResponseContext response, RoutingContext routing) {
        Exchange.of(routing).ifPresent(exchange -> {
            if (exchange.isClaimed()) {
                store.ended(exchange.attempt());
            }
            if (response.getEntity() instanceof StoredAnswer answer) {
                send(answer, exchange, response);
            } else if (exchange.isClaimed()) {
                refused(exchange, response);
            }
        });
    }

    private void send(StoredAnswer answer, Exchange exchange, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        answer.headers().forEach(headers::putSingle);
        headers.putSingle("Idempotent-Replayed", exchange.isReplayed());
        response.setStatus(answer.status());
        response.setEntity(
                answer.body(), null, MediaType.valueOf(answer.headers().get("Content-Type")));
        if (exchange.isReplayed()) {
            outcomes.replayed(exchange);
        } else {
            outcomes.first(exchange);
        }
        exchange.kept().ifPresent(kept -> afterwards(store.publish(exchange.attempt(), kept)));
    }

    /** A refusal on the request alone is kept in Redis; anything else that is no final answer gives the claim back. */
    private void refused(Exchange exchange, ContainerResponseContext response) {
        if (response.getStatus() < 400) {
            throw new IllegalStateException("an @Idempotent endpoint must answer through Guard");
        }
        if (response.getStatus() == 400) {
            response.getHeaders().putSingle("Idempotent-Replayed", false);
            outcomes.first(exchange);
            StoredAnswer answer = new StoredAnswer(
                    400, Map.of("Content-Type", response.getMediaType().toString()), (byte[]) response.getEntity());
            afterwards(store.publish(exchange.attempt(), Kept.onTheRequestAlone(answer, config.lifetime())));
        } else if (!exchange.mayHaveEffect()) {
            afterwards(store.release(exchange.attempt()));
        }
    }

    /** The answer need not wait for Redis: whoever comes too early looks at the record. */
    private static void afterwards(Uni<Void> step) {
        step.subscribe().with(done -> {});
    }
}
