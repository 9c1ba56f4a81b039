package dev.oncepay.faults.suite;

import static org.awaitility.Awaitility.await;

import dev.oncepay.faults.audit.InstanceLog;
import dev.oncepay.faults.audit.Outage;
import dev.oncepay.faults.audit.Places;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Instance.Packaged;
import dev.oncepay.support.Keys;
import dev.oncepay.support.OwnPostgres;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All the processes of a run: three instances, their PostgreSQL and Redis, each reached through relays, and the sandbox
 * alone, with a PostgreSQL of its own that no fault hits: it can approve while ours is down.
 */
final class Stage implements AutoCloseable {
    static final int INSTANCES = 3;

    /** This one remembers answers, as all do by default; the others ask the stores for each, which is what is hard. */
    private static final int REMEMBERING = 0;

    private static final Duration WARM = Duration.ofMinutes(1);

    /** Small and quickly started: three of them and their servers share two cores. */
    static final List<String> JAVA =
            List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private final Path folder;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Ways> ways = new ArrayList<>();
    private final OwnPostgres postgres;
    private final OwnRedis redis;
    private final Node sandbox;

    /**
     * @param folder for data and logs; what is in it is deleted
     * @param making the packaged service, as it is or a copy that is made below the folder
     * @param java   more options of the JVM
     */
    Stage(Path folder, Function<Path, Path> making, List<String> java) {
        this.folder = folder;
        delete(folder);
        try {
            Files.createDirectories(folder);
            Path app = making.apply(folder);
            postgres = part(new OwnPostgres(folder.resolve("postgres").toAbsolutePath()));
            OwnPostgres acquirers =
                    part(new OwnPostgres(folder.resolve("sandbox-postgres").toAbsolutePath()));
            redis = part(new OwnRedis());
            sandbox = part(node("sandbox", Instance.FOLDER, java, sandboxSettings(acquirers.port())));
            for (int i = 0; i < INSTANCES; i++) {
                Ways own = part(Ways.to(postgres.port(), redis.port(), sandbox.port()));
                ways.add(own);
                Map<String, String> settings = settings(own);
                if (i == REMEMBERING) {
                    settings.remove("oncepay.idempotency.remembered-bytes");
                }
                nodes.add(part(node("instance-" + i, app, java, settings)));
            }
            sandbox.ready();
            nodes.forEach(Node::ready);
            nodes.forEach(Stage::warmUp);
            sandbox.beginsNow();
        } catch (IOException | RuntimeException failure) {
            close();
            throw new IllegalStateException("the stage could not be set", failure);
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    private Node node(String name, Path app, List<String> java, Map<String, String> settings) {
        List<String> options = new ArrayList<>(JAVA);
        options.addAll(java);
        Packaged packaged =
                new Packaged(app, options, folder.resolve(name + ".log").toFile());
        Node node = new Node(packaged, settings);
        node.launch();
        return node;
    }

    /** Each path once: a JVM that loads its classes while six others do is no measure of anything. */
    private static void warmUp(Node node) {
        Service probe = new Service(node.url(), Keys.token("probe"));
        String order =
                made(probe, "/orders", Service.order(1000)).json().path("id").asText();
        Reply charge = made(probe, "/charges", Service.charge(order, 1000, "pm_card_visa"));
        String path = charge.header("Location");
        Reply refund = made(probe, path + "/refunds", "{}");
        for (String look : List.of("/orders/" + order, path, refund.header("Location"))) {
            await().atMost(WARM).until(() -> probe.get(look).status() == 200);
        }
        node.beginsNow();
    }

    /** Under a new key each time. */
    private static Reply made(Service probe, String path, String body) {
        return await().atMost(WARM)
                .until(() -> probe.post(path, UUID.randomUUID().toString(), body), reply -> reply.status() == 201);
    }

    private static Map<String, String> sandboxSettings(int postgres) {
        Map<String, String> settings = new HashMap<>(Environment.settings(postgres, 0));
        settings.keySet().removeIf(name -> name.startsWith("mp.jwt.") || name.startsWith("quarkus.redis."));
        settings.put("quarkus.http.port", "" + Ports.free());
        return settings;
    }

    static Map<String, String> settings(Ways ways) {
        Map<String, String> settings = new HashMap<>(
                Environment.settings(ways.postgres().port(), ways.redis().port()));
        settings.put("oncepay.sandbox.enabled", "false");
        settings.put(
                "oncepay.acquirer.url", "http://127.0.0.1:" + ways.acquirer().port() + "/sandbox/acquirer");
        settings.put("oncepay.acquirer.timeout", "1s");
        settings.put("oncepay.idempotency.lease", "2s");
        settings.put("oncepay.idempotency.redis-timeout", "100ms");
        settings.put("quarkus.http.port", "" + Ports.free());
        return settings;
    }

    Node node(int instance) {
        return nodes.get(instance);
    }

    Ways ways(int instance) {
        return ways.get(instance);
    }

    OwnPostgres postgres() {
        return postgres;
    }

    OwnRedis redis() {
        return redis;
    }

    Node sandbox() {
        return sandbox;
    }

    long cut() {
        return ways.stream().mapToLong(Ways::cut).sum();
    }

    int starts() {
        return Stream.concat(nodes.stream(), Stream.of(sandbox))
                .mapToInt(Node::starts)
                .sum();
    }

    List<List<Outage>> outages() {
        return nodes.stream().map(Node::outages).toList();
    }

    List<InstanceLog> logs() {
        return Stream.concat(nodes.stream(), Stream.of(sandbox)).map(Node::log).toList();
    }

    Places places(Tokens tokens, List<String> merchants) {
        return new Places(
                nodes.stream().map(Node::url).toList(),
                tokens::of,
                postgres.url(),
                sandbox.url() + "/sandbox/acquirer",
                merchants);
    }

    @Override
    public void close() {
        List<AutoCloseable> last = new ArrayList<>(parts);
        Collections.reverse(last);
        for (AutoCloseable part : last) {
            try {
                part.close();
            } catch (Exception failure) {
                System.err.println("a part of the stage did not end: " + failure);
            }
        }
        delete(folder.resolve("postgres"));
        delete(folder.resolve("sandbox-postgres"));
        delete(folder.resolve("app"));
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
