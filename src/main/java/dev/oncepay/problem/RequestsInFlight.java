package dev.oncepay.problem;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.CompletionCallback;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;

/**
 * Bounds what is worked on at once. What does not fit is refused at once, with nothing begun: a queue would only make
 * all of them too late.
 *
 * <p>A request has a {@link Place} from when its body is whole, so that slow senders keep nobody out, until the work on
 * it has ended, whether the client is still there or not.
 */
@Singleton
class RequestsInFlight {
    /** An eighth of the smallest heap that was tried. Bodies of the usual size never come near it. */
    private static final long MAX_BODY_BYTES = 32L * 1024 * 1024;

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong bodyBytes = new AtomicLong();
    private final Counter refused;

    RequestsInFlight(LimitsConfig config, MeterRegistry metrics) {
        limit = config.requestsInFlight();
        refused = Counter.builder("oncepay.requests.refused")
                .description("Requests that were refused because too many were worked on")
                .register(metrics);
        Gauge.builder("oncepay.requests.in.flight", taken, AtomicInteger::get)
                .description("Requests that are worked on")
                .register(metrics);
    }

    /** A request whose body is still to come. What it will hold is given back when the work on it has ended. */
    Place arrived(RoutingContext routing) {
        Place place = new Place(!isOfThePlatform(routing.normalizedPath()));
        CurrentRequestManager.get().registerCompletionCallback(place);
        return place;
    }

    /** The card network, which a running charge may be asking, and the page that says what the refusal means. */
    private static boolean isOfThePlatform(String path) {
        return path.startsWith("/sandbox/") || path.startsWith("/problems");
    }

    /** What one request holds. */
    final class Place implements CompletionCallback {
        private final boolean counted;
        private boolean entered;
        private boolean left;
        private int bytes;

        private Place(boolean counted) {
            this.counted = counted;
        }

        /** @throws ProblemException when all bodies together have become too large */
        synchronized void hold(int more) {
            if (left || !counted) {
                return;
            }
            bytes += more;
            if (bodyBytes.addAndGet(more) > MAX_BODY_BYTES) {
                throw overloaded();
            }
        }

        /** @throws ProblemException when too many others are worked on */
        synchronized void enter() {
            if (left || !counted) {
                return;
            }
            if (taken.incrementAndGet() > limit) {
                taken.decrementAndGet();
                throw overloaded();
            }
            entered = true;
        }

        /** The work on it has ended, in whatever way; told once or more often. */
        @Override
        public synchronized void onComplete(Throwable failure) {
            if (!left) {
                left = true;
                bodyBytes.addAndGet(-bytes);
                taken.addAndGet(entered ? -1 : 0);
            }
        }

        private ProblemException overloaded() {
            refused.increment();
            return new ProblemException(
                    ProblemCode.OVERLOADED,
                    "Wait for Retry-After seconds, then send the very same request with the same key.");
        }
    }
}
