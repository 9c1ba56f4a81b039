package dev.oncepay.idempotency;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** What the filter pair, the body's reader and {@link Guard} know of one guarded request. */
final class Exchange {
    private static final String KEY = Exchange.class.getName();

    private final Attempt attempt;
    private final JsonNode body;
    private final long beganNanos = System.nanoTime();
    private boolean claimed;
    private boolean replayed;
    private boolean mayHaveEffect;
    private Kept kept;

    private Exchange(Attempt attempt, JsonNode body) {
        this.attempt = attempt;
        this.body = body;
    }

    static Exchange begin(RoutingContext routing, Attempt attempt, JsonNode body) {
        Exchange exchange = new Exchange(attempt, body);
        routing.put(KEY, exchange);
        return exchange;
    }

    static Optional<Exchange> of(RoutingContext routing) {
        return Optional.ofNullable(routing.get(KEY));
    }

    Attempt attempt() {
        return attempt;
    }

    JsonNode body() {
        return body;
    }

    long elapsedNanos() {
        return System.nanoTime() - beganNanos;
    }

    /** The endpoint runs for this request. */
    void claimed() {
        claimed = true;
    }

    boolean isClaimed() {
        return claimed;
    }

    /** The answer is that of an earlier try. */
    StoredAnswer replay(StoredAnswer answer) {
        replayed = true;
        return answer;
    }

    boolean isReplayed() {
        return replayed;
    }

    /** Something was sent to Postgres whose end is open: from now on the claim is not given back. */
    void mayHaveEffect(boolean may) {
        mayHaveEffect = may;
    }

    boolean mayHaveEffect() {
        return mayHaveEffect;
    }

    /** The answer that is in the record now, and is to be published. */
    StoredAnswer keep(Kept recorded) {
        kept = recorded;
        return recorded.answer();
    }

    Optional<Kept> kept() {
        return Optional.ofNullable(kept);
    }
}
