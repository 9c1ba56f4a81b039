package harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The servers of one run, and a folder for what they write. */
final class Scene {
    private final Path folder;
    private final Cleanup cleanup;
    private final Tokens tokens;
    private final Postgres postgres;

    private Scene(Path folder, Cleanup cleanup) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.cleanup = cleanup;
        tokens = Tokens.make(folder);
        postgres = postgres("postgres", true);
        postgres.query("postgres", "create extension pg_stat_statements");
    }

    static Scene set(Cleanup cleanup) throws IOException, GeneralSecurityException {
        Path folder = newFolder();
        cleanup.later(() -> delete(folder));
        return new Scene(folder, cleanup);
    }

    /** In target/, or where the user postgres may not go there, in the system's folder for such things. */
    private static Path newFolder() throws IOException {
        Path target = Files.createDirectories(Path.of("target", "bench").toAbsolutePath());
        Path folder = Files.createTempDirectory(target, "run");
        open(folder);
        try {
            Command.asPostgres("test", "-x", folder.toString()).output();
            return folder;
        } catch (IllegalStateException outOfReach) {
            Files.delete(folder);
            return open(Files.createTempDirectory("oncepay-bench"));
        }
    }

    private static Path open(Path folder) throws IOException {
        return Files.setPosixFilePermissions(
                folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            System.err.println("left behind: " + folder);
        }
    }

    Postgres postgres(String name, boolean durable) throws IOException {
        return Postgres.start(Files.createDirectory(folder.resolve(name)), durable, cleanup);
    }

    Redis redis(String name) throws IOException {
        return Redis.start(Files.createDirectory(folder.resolve(name)), cleanup);
    }

    /** With all that has no default, and nothing else. */
    Instance service(String name, Redis redis, String acquirer, Map<String, String> more) {
        Map<String, String> settings = settings(name, redis, acquirer);
        settings.putAll(more);
        return Instance.launch(name, folder, settings, cleanup);
    }

    /** Of a service with a new and empty database. */
    Map<String, String> settings(String name, Redis redis, String acquirer) {
        Map<String, String> settings = database(postgres, name);
        settings.put("quarkus.profile", "bench");
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("mp.jwt.verify.issuer", Tokens.ISSUER);
        settings.put("mp.jwt.verify.publickey.location", tokens.publicKey().toString());
        settings.put("oncepay.acquirer.url", acquirer);
        return settings;
    }

    Instance sandbox(Postgres other, String delay) {
        Map<String, String> settings = database(other, "sandbox");
        settings.put("oncepay.sandbox.enabled", "true");
        settings.put("oncepay.sandbox.delay", delay);
        return Instance.launch("sandbox", folder, settings, cleanup);
    }

    private static Map<String, String> database(Postgres server, String name) {
        server.create(name);
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.reactive.url", server.url(name));
        settings.put("quarkus.datasource.jdbc.url", "jdbc:" + server.url(name));
        settings.put("quarkus.datasource.username", server.user());
        settings.put("quarkus.datasource.password", "none");
        return settings;
    }

    static String versions(Postgres postgres, String redis) {
        return "JDK " + System.getProperty("java.vm.version") + " (" + Instance.javaOptions() + "), PostgreSQL "
                + postgres.version() + ", Redis " + redis;
    }

    Postgres postgres() {
        return postgres;
    }

    Tokens tokens() {
        return tokens;
    }

    Path folder() {
        return folder;
    }
}
