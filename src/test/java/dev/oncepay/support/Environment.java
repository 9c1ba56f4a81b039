package dev.oncepay.support;

import dev.oncepay.dev.EmbeddedServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the application under test is given, in this JVM or as the packaged jar: real servers, and keys of this run. */
public class Environment implements QuarkusTestResourceLifecycleManager {
    public static final String REDIS_PORT = "redis-port";

    private int redisPort;

    @Override
    public void init(Map<String, String> arguments) {
        redisPort = Integer.parseInt(arguments.getOrDefault(REDIS_PORT, Integer.toString(EmbeddedServers.redisPort())));
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(settings(EmbeddedServers.postgresPort(), redisPort));
        // The packaged jar is in the production profile, where nothing is guessed.
        Optional.ofNullable(System.getProperty("quarkus.http.test-port"))
                .ifPresent(
                        port -> settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer"));
        return settings;
    }

    /** The same with a database of one's own. */
    public static Map<String, String> settings(Database database, int redisPort) {
        Map<String, String> settings = new HashMap<>(settings(EmbeddedServers.postgresPort(), redisPort));
        settings.replaceAll((setting, value) ->
                setting.endsWith(".url") ? value.replaceAll("/postgres$", "/" + database.name()) : value);
        return settings;
    }

    public static Map<String, String> settings(int postgresPort, int redisPort) {
        String postgres = "postgresql://127.0.0.1:" + postgresPort + "/postgres";
        return Map.ofEntries(
                Map.entry("quarkus.datasource.reactive.url", postgres),
                Map.entry("quarkus.datasource.jdbc.url", "jdbc:" + postgres),
                Map.entry("quarkus.datasource.username", "postgres"),
                Map.entry("quarkus.datasource.password", "postgres"),
                Map.entry("quarkus.redis.hosts", "redis://127.0.0.1:" + redisPort),
                // As text and not as a file: Quarkus has put a key pair of its own there when the test was built.
                Map.entry("mp.jwt.verify.publickey", Keys.publicKey()),
                Map.entry("mp.jwt.verify.issuer", Keys.ISSUER),
                Map.entry("smallrye.jwt.sign.key", Keys.privateKeyText()),
                Map.entry("oncepay.sandbox.enabled", "true"),
                // Busy machines make any server slow; how slow is not what these tests are about.
                Map.entry("oncepay.idempotency.redis-timeout", "1s"),
                // what is tested is the stores; an answer that is remembered would hide them
                Map.entry("oncepay.idempotency.remembered-bytes", "0"),
                Map.entry("oncepay.acquirer.timeout", "3s"),
                Map.entry("oncepay.recovery.every", "1s"));
    }

    @Override
    public void stop() {
        // the servers end with the process
    }
}
