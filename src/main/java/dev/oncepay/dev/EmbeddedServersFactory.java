package dev.oncepay.dev;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Hands the URLs of {@link EmbeddedServers} over as configuration, in dev and test, for whichever of the two servers
 * none is configured.
 */
public class EmbeddedServersFactory implements ConfigSourceFactory {
    /** Just above the application's own defaults. */
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        boolean devOrTest = context.getProfiles().stream().anyMatch(List.of("dev", "test")::contains);
        if (!devOrTest) {
            return List.of();
        }
        Map<String, String> urls = new HashMap<>();
        if (isMissing(context, "quarkus.datasource.reactive.url")
                && isMissing(context, "quarkus.datasource.jdbc.url")) {
            String address = "postgresql://127.0.0.1:" + EmbeddedServers.postgresPort() + "/postgres";
            urls.put("quarkus.datasource.reactive.url", address);
            urls.put("quarkus.datasource.jdbc.url", "jdbc:" + address);
            urls.put("quarkus.datasource.username", "postgres");
            urls.put("quarkus.datasource.password", "postgres");
        }
        if (isMissing(context, "quarkus.redis.hosts")) {
            urls.put("quarkus.redis.hosts", DevRedis.url("" + EmbeddedServers.redisPort()));
        }
        return List.of(new PropertiesConfigSource(urls, "embedded servers", ORDINAL));
    }

    private static boolean isMissing(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null || value.getValue().isBlank();
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
