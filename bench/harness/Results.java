package harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, round by round. */
final class Results {
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<String, String> titles = new HashMap<>();
    private final Map<String, Double> statements = new HashMap<>();
    private final List<Double> loads = new ArrayList<>();

    Results(List<Workload> workloads) {
        workloads.forEach(workload -> {
            samples.put(workload.name(), new ArrayList<>());
            titles.put(workload.name(), workload.title());
        });
    }

    void add(Workload workload, Sample sample) {
        samples.get(workload.name()).add(sample);
    }

    void statements(Workload workload, double perRequest) {
        statements.put(workload.name(), perRequest);
    }

    /** The machine's load average before a round. */
    void load(double average) {
        loads.add(average);
    }

    List<Double> loads() {
        return loads;
    }

    boolean has(String workload) {
        return samples.containsKey(workload) && !samples.get(workload).isEmpty();
    }

    List<String> workloads() {
        return samples.keySet().stream().filter(this::has).toList();
    }

    String title(String workload) {
        return titles.get(workload);
    }

    /** Whole ones: a round that was broken off compares nothing. */
    int rounds() {
        return samples.values().stream().mapToInt(List::size).min().orElse(0);
    }

    Sample sample(String workload, int round) {
        return samples.get(workload).get(round);
    }

    double median(String workload, ToDoubleFunction<Sample> figure) {
        return median(samples.get(workload).stream().map(figure::applyAsDouble).toList());
    }

    long errors(String workload) {
        return samples.get(workload).stream().mapToLong(Sample::errors).sum();
    }

    String statements(String workload) {
        return statements.containsKey(workload) ? text(statements.get(workload)) : "–";
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    static String text(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }
}
