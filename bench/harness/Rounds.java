package harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Warms everything up, and measures all workloads once in each round, in an order that changes from round to round. */
final class Rounds {
    private static final int WARM_UP_SECONDS = 3;

    /** Turns of the warm-up for what is a part of what makes orders and charges. */
    private static final int BESIDES = 2;

    private final List<Workload> workloads;
    private final Options options;
    private final Meter meter;
    private final Duration limit;

    /** @param after what is still to be done within the time that there is */
    Rounds(List<Workload> workloads, Options options, Meter meter, Duration after) {
        this.limit = options.limit().minus(after);
        this.workloads = workloads;
        this.options = options;
        this.meter = meter;
    }

    Results run() {
        Results results = new Results(workloads);
        warmUp();
        count(results);
        Duration longest = Duration.ZERO;
        for (int round = 0; round < options.rounds(); round++) {
            Duration began = options.spent();
            if (began.plus(longest).compareTo(limit) > 0) {
                System.out.println("No time for round " + (round + 1) + " within "
                        + options.limit().toMinutes() + " minutes.");
                break;
            }
            measure(round, results);
            Duration took = options.spent().minus(began);
            longest = took.compareTo(longest) > 0 ? took : longest;
        }
        return results;
    }

    /**
     * Compilers need a minute of load before figures hold still. Each instance is a JVM of its own and gets as much of it
     * as the others, for what makes orders and charges, and what it can do besides that comes on top; the tools that
     * measure the limits need none.
     */
    private void warmUp() {
        Collection<List<HttpWorkload>> instances = ofEachInstance();
        long turns = options.warmUp().toSeconds() / WARM_UP_SECONDS;
        System.out.println("Warming up " + instances.size() + " instances for "
                + options.warmUp().toSeconds() + " s each.");
        instances.forEach(ofInstance -> ofInstance.stream()
                .filter(workload -> workload.warmUpShare() == 0)
                .flatMap(besides -> Collections.nCopies(BESIDES, besides).stream())
                .forEach(this::warmUp));
        for (int turn = 0; turn < turns; turn++) {
            for (List<HttpWorkload> ofInstance : instances) {
                List<HttpWorkload> shares = ofInstance.stream()
                        .flatMap(workload -> Collections.nCopies(workload.warmUpShare(), workload).stream())
                        .toList();
                List<HttpWorkload> rota = shares.isEmpty() ? ofInstance : shares;
                warmUp(rota.get(turn % rota.size()));
            }
        }
    }

    private void warmUp(Workload workload) {
        workload.begin();
        try {
            workload.run(WARM_UP_SECONDS, options.connections());
        } finally {
            workload.end();
        }
    }

    private Collection<List<HttpWorkload>> ofEachInstance() {
        return workloads.stream()
                .filter(HttpWorkload.class::isInstance)
                .map(HttpWorkload.class::cast)
                .collect(Collectors.groupingBy(HttpWorkload::instance, LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    private void count(Results results) {
        for (Workload workload : workloads) {
            if (!workload.database().isEmpty()) {
                results.statements(workload, meter.statements(workload, options.connections()));
            }
        }
    }

    private void measure(int round, Results results) {
        double load = Machine.load();
        results.load(load);
        System.out.printf(Locale.ROOT, "Round %d, load average %.1f:", round + 1, load);
        List<Workload> order = new ArrayList<>(workloads);
        Collections.rotate(order, 3 * round);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        for (Workload workload : order) {
            Sample sample = meter.measure(workload, options.seconds(), options.connections());
            results.add(workload, sample);
            System.out.printf(Locale.ROOT, " %s %.0f/s", workload.name(), sample.perSecond());
        }
        System.out.println();
    }
}
