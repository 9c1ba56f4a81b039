package dev.oncepay.start;

import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * From SIGTERM on: not ready but still serving for {@code quarkus.shutdown.delay}, then nothing new is begun, while
 * what runs has {@code quarkus.shutdown.timeout} to end. Without it a steady stream of requests would keep the instance
 * from ever coming to an end by itself.
 */
@ApplicationScoped
class Stopping {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.start");
    private static final int AFTER_SECURITY = RouteConstants.ROUTE_ORDER_BEFORE_DEFAULT;

    private final Duration delay;
    private volatile long takesNothingFromNanos;
    private volatile boolean stopping;

    Stopping(@ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
        this.delay = delay.orElse(Duration.ZERO);
    }

    void register(@Observes Router router) {
        router.route().order(AFTER_SECURITY).handler(this::refuseNew);
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        takesNothingFromNanos = System.nanoTime() + delay.toNanos();
        stopping = true;
        LOG.infof("event=stopping takes_nothing_new_after=%s", delay);
    }

    private void refuseNew(RoutingContext routing) {
        if (stopping && System.nanoTime() - takesNothingFromNanos >= 0 && !isOfThePlatform(routing.normalizedPath())) {
            routing.response().putHeader("Connection", "close");
            routing.fail(new ProblemException(
                    ProblemCode.SERVICE_STOPPING, "Send the very same request again; another instance answers it."));
        } else {
            routing.next();
        }
    }

    /** Probes are answered to the end, and so is the card network, which a running charge may be asking. */
    private static boolean isOfThePlatform(String path) {
        return path.startsWith("/q/") || path.startsWith("/sandbox/");
    }
}
