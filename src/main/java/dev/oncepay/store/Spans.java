package dev.oncepay.store;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.quarkus.arc.properties.IfBuildProperty;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/**
 * Spans around the steps of a request, in a build that has traces. What is traced is never changed for it: what stands
 * around a step is a bean of its own, that is not there in a build without.
 */
@Singleton
@IfBuildProperty(name = "quarkus.otel.enabled", stringValue = "true")
public class Spans {
    private final Tracer tracer;

    Spans(Tracer tracer) {
        this.tracer = tracer;
    }

    /** A failure's message is not told: what is in it may be a merchant's own. */
    public <T> Uni<T> around(String step, Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Span span = tracer.spanBuilder(step).startSpan();
            Scope scope = span.makeCurrent();
            return Uni.createFrom()
                    .deferred(() -> work.get())
                    .onFailure()
                    .invoke(failure -> span.setStatus(StatusCode.ERROR))
                    .onTermination()
                    .invoke(() -> {
                        scope.close();
                        span.end();
                    });
        });
    }
}
