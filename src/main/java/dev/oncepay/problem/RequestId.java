package dev.oncepay.problem;

import dev.oncepay.store.Ids;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The id of one HTTP request, that the answer and the log lines share: {@code Request-Id}. */
public final class RequestId {
    static final String HEADER = "Request-Id";
    private static final String KEY = RequestId.class.getName();

    private RequestId() {}

    static String assign(RoutingContext routing) {
        String id = Ids.next("req_");
        routing.put(KEY, id);
        Context context = Vertx.currentContext();
        if (context != null) {
            context.putLocal(KEY, routing);
        }
        return id;
    }

    public static String of(RoutingContext routing) {
        String id = routing.get(KEY);
        return id == null ? assign(routing) : id;
    }

    /** The id of the request that this runs for; a new one for work that no request asked for. */
    public static String current() {
        return currentRequest().map(RequestId::of).orElseGet(() -> Ids.next("req_"));
    }

    /** The request that this runs for; nothing for work that no request asked for. */
    public static Optional<RoutingContext> currentRequest() {
        Context context = Vertx.currentContext();
        return context != null && VertxContext.isDuplicatedContext(context)
                ? Optional.ofNullable(context.getLocal(KEY))
                : Optional.empty();
    }
}
