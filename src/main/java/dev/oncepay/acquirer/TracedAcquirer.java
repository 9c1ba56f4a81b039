package dev.oncepay.acquirer;

import dev.oncepay.store.Spans;
import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** The same with a span around each call. */
@ApplicationScoped
@Alternative
@Priority(1)
@IfBuildProperty(name = "quarkus.otel.enabled", stringValue = "true")
class TracedAcquirer implements Acquirer {
    private static final String STEP = "acquirer";

    private final HttpAcquirer wire;
    private final Spans spans;

    TracedAcquirer(HttpAcquirer wire, Spans spans) {
        this.wire = wire;
        this.spans = spans;
    }

    @Override
    public Uni<Outcome> authorize(Authorization authorization, boolean repeated) {
        return spans.around(STEP, () -> wire.authorize(authorization, repeated));
    }

    @Override
    public Uni<Outcome> refund(Reversal reversal, boolean repeated) {
        return spans.around(STEP, () -> wire.refund(reversal, repeated));
    }

    @Override
    public Uni<Outcome> lookUpAuthorization(String charge) {
        return spans.around(STEP, () -> wire.lookUpAuthorization(charge));
    }

    @Override
    public Uni<Outcome> lookUpRefund(String refund) {
        return spans.around(STEP, () -> wire.lookUpRefund(refund));
    }
}
