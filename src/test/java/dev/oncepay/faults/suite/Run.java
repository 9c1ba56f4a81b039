package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Auditor;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Outage;
import dev.oncepay.faults.audit.Places;
import dev.oncepay.faults.audit.Settling;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.faults.suite.Client.Habits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One run: payments and faults side by side, then everything is healed, asked for once more, and audited. */
final class Run {
    /**
     * How long an answer may take: all limits on the longest way of a request, one after the other. Redis 0.1 s; the
     * record, its take-over and what it was begun for 1.8 s each; the acquirer and a look-up there 1 s each;
     * transaction 2 and the answer that is stored meanwhile 1.8 s each. That is 11.1 s, and the rest is for a machine
     * with two cores and six servers on it.
     */
    static final Duration IN_TIME = Duration.ofSeconds(15);

    /** The sweep's longest pause is 60 s; then a try of 1 s, and a machine that is busy. */
    private static final Duration SETTLING = Duration.ofSeconds(75);

    private final Settings settings;
    private final Plans plans;
    private final Habits habits;
    private final Schedule schedule;
    private final Trace trace = new Trace();
    private final Tokens tokens = new Tokens();

    Run(Settings settings, Collection<FaultKind> kinds, Plans plans, Habits habits) {
        this.settings = settings;
        this.plans = plans;
        this.habits = habits;
        this.schedule = Schedule.of(settings.seed(), settings.each(), kinds, Stage.INSTANCES);
    }

    Schedule schedule() {
        return schedule;
    }

    /** On a stage of its own, whose folder keeps the logs. */
    Report on(Stage stage) throws Exception {
        long began = System.nanoTime();
        Places places = stage.places(tokens, Plans.MERCHANTS);
        Striker striker = new Striker(stage);
        List<Operation> known = Collections.synchronizedList(new ArrayList<>());
        try (Settling settling = new Settling(places)) {
            payAmongFaults(stage, striker, known);
            long healed = System.nanoTime();
            Set<String> open = settling.settled(SETTLING);
            Duration slowestHealed = Duration.ofNanos(System.nanoTime() - healed);
            askAgain(stage, known);
            Auditor auditor = new Auditor(places, trace, IN_TIME);
            return new Report(
                    settings,
                    trace,
                    striker.done(),
                    striker.mostAtOnce(),
                    stage.cut(),
                    stage.starts(),
                    Duration.ofNanos(System.nanoTime() - began),
                    settling.slowest(),
                    slowestHealed,
                    slowestAnswer(stage.outages()),
                    auditor.audit(stage.outages(), stage.logs(), open));
        }
    }

    private void payAmongFaults(Stage stage, Striker striker, List<Operation> known) throws Exception {
        Pace pace = new Pace(settings.payments(), schedule.faults().size());
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Client client = new Client(stage, tokens, trace, habits)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            all.add(CompletableFuture.runAsync(quietly(() -> striker.strike(schedule, pace)), threads));
            for (int i = 0; i < settings.clients(); i++) {
                Shopper shopper = new Shopper(client, plans, known);
                all.add(CompletableFuture.runAsync(quietly(() -> shopper.shop(pace, settings.payments())), threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(settings.bound().toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Interruptible {
        void run() throws InterruptedException;
    }

    private static Runnable quietly(Interruptible work) {
        return () -> {
            try {
                work.run();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Every key once more, the second half of them with nothing in Redis. */
    private void askAgain(Stage stage, List<Operation> known) {
        Random random = new Random(settings.seed());
        ExecutorService threads = Executors.newFixedThreadPool(settings.clients());
        try (Client client = new Client(stage, tokens, trace, habits)) {
            for (List<Operation> half :
                    List.of(known.subList(0, known.size() / 2), known.subList(known.size() / 2, known.size()))) {
                List<CompletableFuture<Exchange>> all = new ArrayList<>();
                for (Operation operation : half) {
                    int instance = random.nextInt(Stage.INSTANCES);
                    all.add(CompletableFuture.supplyAsync(() -> client.replay(operation, instance), threads));
                }
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
                stage.redis().wire().flush();
            }
        } finally {
            threads.shutdown();
        }
    }

    private Duration slowestAnswer(List<List<Outage>> outages) {
        return Duration.ofNanos(trace.exchanges().stream()
                .filter(exchange -> exchange.answer().isPresent())
                .filter(exchange -> outages.get(exchange.instance()).stream().noneMatch(exchange::overlaps))
                .mapToLong(exchange -> exchange.to() - exchange.from())
                .max()
                .orElse(0));
    }

    /** On the console, and in a file that stays. */
    static Report printed(Report report, String name) throws IOException {
        Path file = Path.of("target", "faults-report-" + name + ".txt");
        Files.writeString(file, report + "\n");
        System.out.println(report);
        return report;
    }
}
