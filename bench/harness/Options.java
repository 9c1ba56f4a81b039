package harness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was asked for.
 *
 * @param only    the workloads to measure; all where it is empty
 * @param warmUp  how long each instance is under load before anything is measured
 * @param limit   no new round is begun that would not end within it, counted from the start of the script
 * @param writes  whether docs/ is written
 */
record Options(
        Set<String> only, int rounds, int seconds, int connections, Duration warmUp, Duration limit, boolean writes) {
    private static final String HELP =
            """
            --quick            few and short rounds of the workloads that matter most; prints, and writes nothing
            --only a,b         these workloads only; prints, and writes nothing
            --rounds N         interleaved rounds (5)
            --seconds N        that each workload is measured in each round (6)
            --connections N    at once (32)
            --warm-up N        seconds of load for each instance before anything is measured (60)
            --minutes N        begin no round that would not end within so many (14)
            --write, --print   write docs/benchmarks.md and .svg, or only print
            --no-build         take the service as it was packaged last
            BENCH_JAVA_OPTIONS what the service's JVMs are told (-Xmx512m)""";

    private static final List<String> QUICK = List.of("noop", "order-unguarded", "order", "replay");

    static Options of(String... arguments) {
        Deque<String> left = new ArrayDeque<>(List.of(arguments));
        Options options = new Options(Set.of(), 5, 6, 32, Duration.ofSeconds(60), Duration.ofMinutes(14), true);
        while (!left.isEmpty()) {
            options = options.with(left.poll(), left);
        }
        return options;
    }

    private Options with(String option, Deque<String> left) {
        return switch (option) {
            case "--quick" ->
                new Options(
                        only.isEmpty() ? new TreeSet<>(QUICK) : only,
                        3,
                        4,
                        connections,
                        Duration.ofSeconds(30),
                        limit,
                        false);
            case "--only" ->
                new Options(
                        new TreeSet<>(List.of(value(option, left).split(","))),
                        rounds,
                        seconds,
                        connections,
                        warmUp,
                        limit,
                        false);
            case "--rounds" -> new Options(only, number(option, left), seconds, connections, warmUp, limit, writes);
            case "--seconds" -> new Options(only, rounds, number(option, left), connections, warmUp, limit, writes);
            case "--connections" -> new Options(only, rounds, seconds, number(option, left), warmUp, limit, writes);
            case "--warm-up" ->
                new Options(
                        only, rounds, seconds, connections, Duration.ofSeconds(number(option, left)), limit, writes);
            case "--minutes" ->
                new Options(
                        only, rounds, seconds, connections, warmUp, Duration.ofMinutes(number(option, left)), writes);
            case "--write" -> new Options(only, rounds, seconds, connections, warmUp, limit, true);
            case "--print" -> new Options(only, rounds, seconds, connections, warmUp, limit, false);
            case "--no-build" -> this; // the script's own
            case "--help" -> throw new Refused(HELP);
            default -> throw new Refused("There is no option " + option + ".\n" + HELP);
        };
    }

    /** To be told without a stack trace. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    private static String value(String option, Deque<String> left) {
        if (left.isEmpty()) {
            throw new Refused(option + " needs a value.");
        }
        return left.poll();
    }

    private static int number(String option, Deque<String> left) {
        String value = value(option, left);
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new Refused(option + " needs a whole number from 1, not " + value + ".");
        }
        return Integer.parseInt(value);
    }

    boolean has(String workload) {
        return only.isEmpty() || only.contains(workload);
    }

    Duration spent() {
        long began = Long.parseLong(System.getenv("BENCH_BEGAN"));
        return Duration.ofSeconds(System.currentTimeMillis() / 1000 - began);
    }
}
