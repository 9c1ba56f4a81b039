package dev.oncepay.idempotency;

import dev.oncepay.store.Spans;
import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** The same with a span around the claim; nobody waits for the rest. */
@ApplicationScoped
@Alternative
@Priority(1)
@IfBuildProperty(name = "quarkus.otel.enabled", stringValue = "true")
class TracedKeyStore implements KeyStore {
    private final RedisOverPostgres store;
    private final Spans spans;

    TracedKeyStore(RedisOverPostgres store, Spans spans) {
        this.store = store;
        this.spans = spans;
    }

    @Override
    public Uni<Claim> claim(Attempt attempt) {
        return spans.around("claim", () -> store.claim(attempt));
    }

    @Override
    public Uni<Void> publish(Attempt attempt, Kept kept) {
        return store.publish(attempt, kept);
    }

    @Override
    public void ended(Attempt attempt) {
        store.ended(attempt);
    }

    @Override
    public Uni<Void> release(Attempt attempt) {
        return store.release(attempt);
    }
}
