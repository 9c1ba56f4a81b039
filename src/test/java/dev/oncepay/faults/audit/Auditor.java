package dev.oncepay.faults.audit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Judges a run from outside, after everything is healed: by what clients were answered, by GET, by the rows and by the
 * acquirer's books. It knows the contract and the tables, and not a line of the service's code.
 */
public final class Auditor {
    private static final int AT_ONCE = 8;

    private final Places places;
    private final Trace trace;
    private final Duration inTime;

    /** @param inTime how long a request may take at an instance that runs */
    public Auditor(Places places, Trace trace, Duration inTime) {
        this.places = places;
        this.trace = trace;
        this.inTime = inTime;
    }

    /**
     * @param outages of each instance
     * @param open    what is still processing after the settling time
     */
    public List<Violation> audit(List<List<Outage>> outages, Collection<InstanceLog> logs, Set<String> open) {
        Findings findings = new Findings();
        open.forEach(id -> findings.require(false, Rule.NOTHING_LEFT_OPEN, id));
        Reader reader = new Reader(places);
        Books books = reader.read();
        new AnswerRules(trace, findings).check();
        new EffectRules(books, trace, findings).check();
        new SumRules(books, findings).check();
        TimeRules times = new TimeRules(outages, inTime, findings);
        trace.exchanges().forEach(times::check);
        OutcomeRules outcomes = new OutcomeRules(trace, reader, findings);
        atOnce(trace.operations(), outcomes);
        outcomes.contests();
        logs.forEach(log -> log.blockedThreads()
                .forEach(line -> findings.require(
                        false, Rule.NO_BLOCKED_EVENT_LOOP, "%s: %s", log.file().getFileName(), line)));
        return findings.all();
    }

    private static void atOnce(Collection<Operation> operations, OutcomeRules outcomes) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            CompletableFuture.allOf(operations.stream()
                            .map(operation -> CompletableFuture.runAsync(() -> outcomes.check(operation), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            threads.shutdownNow();
        }
    }
}
