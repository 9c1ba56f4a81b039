package dev.oncepay.dev;

import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Makes Redis forget everything, to see that nothing is lost with it. Not in a production build. */
@Path("/dev/redis/flush")
@IfBuildProfile(anyOf = {"dev", "test"})
public class DevRedis {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReactiveRedisDataSource redis;
    private final String hosts;

    DevRedis(ReactiveRedisDataSource redis, @ConfigProperty(name = "quarkus.redis.hosts") String hosts) {
        this.redis = redis;
        this.hosts = hosts;
    }

    /** Only the one that was started for this process: another may hold what is somebody else's. */
    @POST
    @Operation(hidden = true)
    public Uni<Void> flush() {
        if (!url(System.getProperty(EmbeddedServers.REDIS, "none")).equals(hosts)) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "This Redis was not started here, and is left alone.");
        }
        return redis.flushall().ifNoItem().after(PATIENCE).fail();
    }

    /** Of the Redis that is started for this process. */
    static String url(String port) {
        return "redis://127.0.0.1:" + port;
    }
}
