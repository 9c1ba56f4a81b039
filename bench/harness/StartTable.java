package harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/**
 * {@code scripts/start-table <JDK> …}: how long the service takes from nothing to its first 201, what memory it has then,
 * and what it can do once it is warm, on each JDK, and on the last one with a trained cache too.
 */
final class StartTable {
    private static final int ROUNDS = 3;
    private static final int TRAINING_SECONDS = 10;
    private static final int WARM_UP_SECONDS = 15;
    private static final int SECONDS = 8;
    private static final int CONNECTIONS = 32;
    private static final Duration START = Duration.ofMinutes(3);

    /** As in the image, in a container of the size that docker-compose.yml gives it. */
    private static final List<String> DEPLOYED = List.of("@src/main/docker/jvm.options", "-XX:MaxRAM=768m");

    private record Way(String title, Path home, List<String> options) {}

    private record Start(double seconds, double megabytes, double perSecond, double warmMegabytes) {}

    private final Cleanup cleanup;
    private final Scene scene;
    private final Map<String, String> settings;
    private final List<Way> ways = new ArrayList<>();
    private final String servers;

    private StartTable(List<Path> homes, Cleanup cleanup) throws IOException, GeneralSecurityException {
        this.cleanup = cleanup;
        scene = Scene.set(cleanup);
        Redis redis = scene.redis("redis");
        settings = scene.settings("service", redis, "http://127.0.0.1:9");
        servers = "PostgreSQL " + scene.postgres().version() + ", Redis " + redis.version();
        homes.forEach(home -> ways.add(new Way("JDK " + version(home), home, DEPLOYED)));
        ways.add(trained(homes.get(homes.size() - 1)));
    }

    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        List<Path> homes = List.of(arguments).stream()
                .filter(argument -> !argument.startsWith("--"))
                .map(Path::of)
                .toList();
        if (homes.isEmpty() || !homes.stream().allMatch(home -> Files.isExecutable(home.resolve("bin/java")))) {
            System.err.println("Give the homes of the JDKs to compare, a JDK 25 or later as the last.");
            System.exit(2);
        }
        try (Cleanup cleanup = new Cleanup()) {
            new StartTable(homes, cleanup).run();
        }
    }

    private static String version(Path home) {
        String said =
                Command.of(home.resolve("bin/java").toString(), "-version").output();
        return said.lines().findFirst().orElseThrow().replaceAll("[^\"]*\"([^\"]*)\".*", "$1");
    }

    /** It also makes the tables, which no start that is measured has to do. */
    private Way trained(Path home) {
        Path cache = scene.folder().resolve("oncepay.aot");
        List<String> training = new ArrayList<>(DEPLOYED);
        training.add("-XX:AOTCacheOutput=" + cache);
        Instance instance = Instance.launch("training", home, training, scene.folder(), settings, cleanup);
        instance.ready();
        orders(instance, TRAINING_SECONDS);
        instance.stop();
        if (!Files.exists(cache)) {
            throw new IllegalStateException("no cache was made: " + home);
        }
        List<String> options = new ArrayList<>(DEPLOYED);
        options.add("-XX:AOTCache=" + cache);
        return new Way("JDK " + version(home) + ", trained cache", home, options);
    }

    private double orders(Instance instance, int seconds) {
        Load load = new Wrk(instance, scene.tokens(), "/orders")
                .set("KEYS", "new")
                .set("BODY", HttpWorkload.ORDER)
                .run(seconds, CONNECTIONS);
        return load.perSecond();
    }

    private void run() {
        Map<Way, List<Start>> starts = new LinkedHashMap<>();
        List<Double> loads = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            loads.add(Machine.load());
            for (Way way : ways) {
                starts.computeIfAbsent(way, first -> new ArrayList<>()).add(started(way));
            }
        }
        System.out.println("\n| | to the first 201 | memory then | orders a second, warm | memory then |");
        System.out.println("|---|---|---|---|---|");
        starts.forEach((way, all) -> System.out.println("| " + way.title() + " | " + text(all, Start::seconds, "%.1f")
                + " s | " + text(all, Start::megabytes, "%.0f") + " MB | " + text(all, Start::perSecond, "%.0f")
                + " | " + text(all, Start::warmMegabytes, "%.0f") + " MB |"));
        System.out.println(
                "\n" + Machine.describe() + "; load " + loads + "; " + servers + "; median (lowest to highest) of "
                        + ROUNDS + " rounds in turn; " + WARM_UP_SECONDS + " s of warm-up, then " + SECONDS + " s at "
                        + CONNECTIONS + " connections.");
    }

    private Start started(Way way) {
        long began = System.nanoTime();
        Instance instance = Instance.launch("measured", way.home(), way.options(), scene.folder(), settings, cleanup);
        Wait.until("the first order is made", START, () -> isMade(instance));
        double seconds = (System.nanoTime() - began) / 1e9;
        double megabytes = instance.residentMegabytes();
        orders(instance, WARM_UP_SECONDS);
        double perSecond = orders(instance, SECONDS);
        Start start = new Start(seconds, megabytes, perSecond, instance.residentMegabytes());
        instance.stop();
        System.out.println(way.title() + ": " + start);
        return start;
    }

    private boolean isMade(Instance instance) {
        return instance.post(
                                "/orders",
                                scene.tokens().token(),
                                UUID.randomUUID().toString(),
                                HttpWorkload.ORDER)
                        .statusCode()
                == 201;
    }

    private static String text(List<Start> starts, ToDoubleFunction<Start> figure, String format) {
        List<Double> all = starts.stream().map(figure::applyAsDouble).sorted().toList();
        return String.format(
                Locale.ROOT,
                format + " (" + format + "–" + format + ")",
                Results.median(all),
                all.get(0),
                all.get(all.size() - 1));
    }
}
