package dev.oncepay.bench;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What the platform alone can do: the token is verified, the JSON is bound, an answer is written, and no store is
 * asked. The benchmarks measure everything else against it.
 *
 * <p>They measure the one artifact that is released, so it is a matter of the profile at run time, not of the build,
 * whether this endpoint is there.
 */
@Path("/bench/noop")
@Produces(MediaType.APPLICATION_JSON)
public class NoopResource {
    private static final String PROFILE = "bench";

    /** As in "/bench;x=y/noop": what follows the name is no reason to let it through. */
    private static final String ITS_PATHS = "/bench.*";

    /** The members of an order, bound and not judged. */
    public record Asked(long amount, String currency, String reference) {}

    /** About as long as nothing to say can be. */
    public record Done(String reference) {}

    /** In any other profile these paths are like any that nobody serves: 404 to all who have a token. */
    void register(@Observes Router router) {
        if (!ConfigUtils.isProfileActive(PROFILE)) {
            router.routeWithRegex(ITS_PATHS)
                    .order(RouteConstants.ROUTE_ORDER_BEFORE_DEFAULT)
                    .handler(routing -> routing.fail(404));
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Uni<Done> post(Asked asked) {
        return Uni.createFrom().item(new Done(asked.reference()));
    }
}
