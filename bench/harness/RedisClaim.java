package harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Redis alone can do: the very call that claims a key, from redis-benchmark. */
final class RedisClaim implements Workload {
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(x..|.)");
    private static final Pattern FIGURE = Pattern.compile("\"([0-9.]+)\"");
    private static final String NAME = "oncepay:";

    /** redis-benchmark puts 12 digits in its place. */
    private static final String RANDOM = "__rand_int__";

    private static final int DIGITS = 12;
    private static final int FIRST_CALLS = 20_000;

    private final Redis redis;
    private final List<String> call;
    private double perSecond;

    private RedisClaim(Redis redis, List<String> call) {
        this.redis = redis;
        this.call = call;
    }

    /** Listens to Redis while the service makes one order: the first call with a name of ours is the claim. */
    static RedisClaim ofOneOrder(Instance service, Tokens tokens, Redis redis, Path folder) throws IOException {
        Path heard = folder.resolve("monitor");
        Process monitor = new ProcessBuilder("redis-cli", "-p", "" + redis.port(), "monitor")
                .redirectErrorStream(true)
                .redirectOutput(heard.toFile())
                .start();
        try {
            Wait.until("Redis tells what it does", Duration.ofSeconds(10), () -> Files.size(heard) > 0);
            service.post("/orders", tokens.token(), UUID.randomUUID().toString(), HttpWorkload.ORDER);
            Wait.until(
                    "Redis is told of an order",
                    Duration.ofSeconds(10),
                    () -> claim(heard).size() > 0);
            return new RedisClaim(redis, claim(heard));
        } finally {
            monitor.destroy();
        }
    }

    private static List<String> claim(Path heard) throws IOException {
        String line = Files.readAllLines(heard, java.nio.charset.StandardCharsets.ISO_8859_1).stream()
                .filter(said -> said.contains("\"" + NAME))
                .findFirst()
                .orElse("");
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String text = ESCAPE.matcher(word.group(1)).replaceAll("x"); // as long as it was
            words.add(text.startsWith(NAME) ? randomName(text.length()) : text);
        }
        return words;
    }

    private static String randomName(int length) {
        return NAME + "0".repeat(length - NAME.length() - DIGITS) + RANDOM;
    }

    @Override
    public String name() {
        return "redis-claim";
    }

    @Override
    public String title() {
        return "redis-benchmark, the claim";
    }

    /** redis-benchmark counts calls, not seconds: as many as should take so long by the time before. */
    @Override
    public Load run(int seconds, int connections) {
        if (perSecond == 0) {
            perSecond = run(FIRST_CALLS, connections, seconds).perSecond();
        }
        Load load = run(Math.max(FIRST_CALLS, (long) (perSecond * seconds)), connections, seconds);
        perSecond = load.perSecond();
        return load;
    }

    private Load run(long calls, int connections, int seconds) {
        List<String> line = new ArrayList<>(List.of(
                "redis-benchmark",
                "-p",
                "" + redis.port(),
                "--dbnum",
                "1",
                "-c",
                "" + connections,
                "-n",
                "" + calls,
                "-r",
                "1000000000",
                "--precision",
                "3",
                "--csv"));
        line.addAll(call);
        String said = Command.of(line.toArray(String[]::new))
                .within(Duration.ofSeconds(seconds * 10L + 60))
                .output();
        List<Double> figures = new ArrayList<>();
        Matcher figure = FIGURE.matcher(said.substring(said.lastIndexOf('\n', said.length() - 2) + 1));
        while (figure.find()) {
            figures.add(Double.parseDouble(figure.group(1)));
        }
        if (said.contains("Error") || figures.size() < 7) {
            throw new IllegalStateException("redis-benchmark said:\n" + said);
        }
        // … rps, average, least, p50, p95, p99, most
        int end = figures.size();
        double rate = figures.get(end - 7);
        return new Load(calls, calls / rate, figures.get(end - 4), figures.get(end - 2), 0);
    }

    @Override
    public void end() {
        redis.ask("-n", "1", "flushdb");
    }
}
