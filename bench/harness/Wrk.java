package harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The client: wrk with bench/load.lua. */
final class Wrk {
    private static final Path SCRIPT = Path.of("bench", "load.lua");
    private static final Pattern RESULT =
            Pattern.compile("result requests=(\\d+) micros=(\\d+) p50=(\\d+) p99=(\\d+) refused=(\\d+) broken=(\\d+)");

    /** One thread is enough for what a service on the same machine can answer, and takes least from it. */
    private static final int THREADS = Runtime.getRuntime().availableProcessors() > 4 ? 2 : 1;

    private final String url;
    private final Map<String, String> settings = new HashMap<>();
    private int threads = THREADS;
    private boolean refusals;

    Wrk(Instance instance, Tokens tokens, String path) {
        url = instance.url();
        set("TOKEN", tokens.token());
        set("PATH", path);
    }

    /** What load.lua is told. */
    Wrk set(String name, String value) {
        settings.put("BENCH_" + name, value);
        return this;
    }

    /** Each answer shall be a 4xx, and one that is not is the error. */
    Wrk expectingRefusals() {
        refusals = true;
        return this;
    }

    /** Keys that are numbered are numbered by each thread for itself. */
    Wrk withOneThread() {
        threads = 1;
        return this;
    }

    Load run(int seconds, int connections) {
        Command command = Command.of(
                        "wrk",
                        "-t",
                        "" + Math.min(threads, connections),
                        "-c",
                        "" + connections,
                        "-d",
                        seconds + "s",
                        "--timeout",
                        "15s",
                        "-s",
                        SCRIPT.toString(),
                        url)
                .within(Duration.ofSeconds(seconds + 60))
                .with("BENCH_SEED", "" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        settings.forEach(command::with);
        String said = command.output();
        Matcher result = RESULT.matcher(said);
        if (!result.find()) {
            throw new IllegalStateException("wrk said:\n" + said);
        }
        long requests = Long.parseLong(result.group(1));
        long refused = Long.parseLong(result.group(5));
        return new Load(
                requests,
                Long.parseLong(result.group(2)) / 1e6,
                Long.parseLong(result.group(3)) / 1e3,
                Long.parseLong(result.group(4)) / 1e3,
                (refusals ? requests - refused : refused) + Long.parseLong(result.group(6)));
    }
}
