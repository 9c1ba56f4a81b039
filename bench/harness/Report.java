package harness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code bench/run} prints, and what it writes to the documents. */
final class Report {
    private static final Path SVG = Path.of("docs", "benchmarks.svg");

    private final Results results;
    private final Map<String, Map<Integer, Long>> errors;
    private final String versions;
    private final Options options;

    Report(Results results, Map<String, Map<Integer, Long>> errors, String versions, Options options) {
        this.results = results;
        this.errors = errors;
        this.versions = versions;
        this.options = options;
    }

    String text() {
        return String.join("\n\n", "", conditions(), figures(), ratios(results, Ratio.OF_RUN), errors())
                        .stripTrailing() + "\n";
    }

    void write() throws IOException {
        Document.put("run", text() + "\n![Requests per second](benchmarks.svg)\n");
        java.nio.file.Files.writeString(SVG, Chart.of(results));
        System.out.println("Written: docs/benchmarks.md and docs/benchmarks.svg.");
    }

    private String conditions() {
        return conditions(results, versions, options);
    }

    static String conditions(Results results, String versions, Options options) {
        String loads = results.loads().stream()
                .map(load -> String.format(Locale.ROOT, "%.1f", load))
                .collect(Collectors.joining(", "));
        return "Measured " + LocalDate.now() + " on " + Machine.describe() + "; client, service and servers on the one"
                + " machine. " + versions + ". " + options.connections() + " connections, " + results.rounds()
                + " rounds of " + options.seconds() + " s for each. Load average before each round: " + loads + ".";
    }

    private String figures() {
        return figures(results);
    }

    static String figures(Results results) {
        List<String> lines = new ArrayList<>(List.of(
                "| | requests/s | p50 ms | p99 ms | CPU µs: service | PostgreSQL | Redis | client | statements | WAL bytes | errors |",
                "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"));
        for (String workload : results.workloads()) {
            lines.add("| "
                    + String.join(
                            " | ",
                            results.title(workload),
                            whole(results.median(workload, Sample::perSecond)),
                            Results.text(results.median(workload, Sample::p50Millis)),
                            Results.text(results.median(workload, Sample::p99Millis)),
                            whole(results.median(workload, Sample::service)),
                            whole(results.median(workload, Sample::postgres)),
                            whole(results.median(workload, Sample::redis)),
                            whole(results.median(workload, Sample::client)),
                            results.statements(workload),
                            whole(results.median(workload, Sample::walBytes)),
                            "" + results.errors(workload))
                    + " |");
        }
        return String.join("\n", lines);
    }

    static String ratios(Results results, List<Ratio> ratios) {
        List<String> lines =
                new ArrayList<>(List.of("| ratio | median | rounds | target | |", "|---|---:|---|---:|---|"));
        for (Ratio ratio : ratios) {
            if (ratio.isMeasured(results) && results.rounds() > 0) {
                String rounds =
                        ratio.rounds(results).stream().map(Results::text).collect(Collectors.joining(", "));
                String met = !ratio.hasTarget() ? "" : ratio.isMet(results) ? "met" : "**missed**";
                lines.add("| "
                        + String.join(
                                " | ",
                                ratio.title(),
                                Results.text(ratio.value(results)),
                                rounds,
                                ratio.targetText(),
                                met)
                        + " |");
            }
        }
        return lines.size() == 2 ? "" : String.join("\n", lines);
    }

    private String errors() {
        if (errors.isEmpty()) {
            return "";
        }
        List<String> lines =
                new ArrayList<>(List.of("| errors at … connections | 1 | 32 | 256 |", "|---|---:|---:|---:|"));
        errors.forEach((workload, counts) -> lines.add("| " + results.title(workload) + " | "
                + counts.values().stream().map(String::valueOf).collect(Collectors.joining(" | ")) + " |"));
        return String.join("\n", lines);
    }

    static String whole(double figure) {
        return String.format(Locale.ROOT, "%.0f", figure);
    }
}
