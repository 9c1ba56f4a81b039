package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Rule;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.faults.audit.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run has shown.
 *
 * @param faults          by kind
 * @param slowestInFaults of what was seen processing: from the making of a charge or refund to its end, faults included
 * @param slowestHealed   from the moment at which all parts ran again to the end of the last charge or refund
 * @param slowestAnswer   of a request at an instance that ran all the while
 */
record Report(
        Settings settings,
        Trace trace,
        Map<FaultKind, Integer> faults,
        int mostFaultsAtOnce,
        long connectionsCut,
        int starts,
        Duration took,
        Duration slowestInFaults,
        Duration slowestHealed,
        Duration slowestAnswer,
        List<Violation> violations) {
    private static final int SHOWN_OF_EACH_RULE = 10;

    boolean broke(Rule rule) {
        return violations.stream().anyMatch(violation -> violation.rule() == rule);
    }

    @Override
    public String toString() {
        List<Exchange> exchanges = trace.exchanges();
        return Stream.of(
                        line("seed", settings.seed()),
                        line("payments", settings.payments()),
                        line("keys", trace.operations().size()),
                        line("requests", exchanges.size()),
                        line("how they ended", counted(exchanges, Exchange::ending)),
                        line("answers", answers(exchanges)),
                        line(
                                "faults",
                                faults.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum()),
                        line("by kind", faults),
                        line("most at once", mostFaultsAtOnce),
                        line("connections cut", connectionsCut),
                        line("processes started", starts),
                        line("took", seconds(took)),
                        line("slowest answer", seconds(slowestAnswer)),
                        line("slowest settlement", seconds(slowestInFaults)),
                        line("… once all was healed", seconds(slowestHealed)),
                        line("violations", violations.size() + " " + byRule()),
                        shown(),
                        histories())
                .collect(Collectors.joining("\n"));
    }

    private static String line(String name, Object value) {
        return "%-24s%s".formatted(name, value);
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    private static Map<String, Long> answers(List<Exchange> exchanges) {
        return exchanges.stream()
                .flatMap(exchange -> exchange.answer().stream())
                .collect(Collectors.groupingBy(
                        answer -> (answer.status() + " " + answer.code()).strip(),
                        TreeMap::new,
                        Collectors.counting()));
    }

    private static <T> Map<T, Long> counted(List<Exchange> exchanges, Function<Exchange, T> by) {
        return exchanges.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
    }

    /** What was sent and answered under the first keys of which something is amiss. */
    private String histories() {
        return trace.operations().stream()
                .filter(operation -> violations.stream()
                        .anyMatch(violation -> violation.where().contains(operation.id() + " ")
                                || violation.where().contains(operation.id() + ",")))
                .limit(SHOWN_OF_EACH_RULE)
                .map(operation -> operation + "\n" + history(trace.exchanges(operation)))
                .collect(Collectors.joining("\n"));
    }

    private static String history(List<Exchange> exchanges) {
        return exchanges.stream()
                .sorted(Comparator.comparingLong(Exchange::from))
                .map(exchange -> "  %tT.%<tL %6d ms at %d%s: %s %s"
                        .formatted(
                                System.currentTimeMillis() - (System.nanoTime() - exchange.from()) / 1_000_000,
                                (exchange.to() - exchange.from()) / 1_000_000,
                                exchange.instance(),
                                exchange.otherBody() ? ", another payload" : "",
                                exchange.ending(),
                                exchange.answer().map(Answer::toString).orElse("")))
                .collect(Collectors.joining("\n"));
    }

    private Map<Rule, Long> byRule() {
        return violations.stream().collect(Collectors.groupingBy(Violation::rule, TreeMap::new, Collectors.counting()));
    }

    private String shown() {
        return Arrays.stream(Rule.values())
                .filter(this::broke)
                .map(rule -> rule.words() + ": NO\n"
                        + violations.stream()
                                .filter(violation -> violation.rule() == rule)
                                .limit(SHOWN_OF_EACH_RULE)
                                .map(violation -> "  " + violation.where())
                                .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
    }
}
