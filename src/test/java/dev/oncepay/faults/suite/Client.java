package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Exchange.Ending;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Sends as real clients do: until there is an outcome, with the same key and the same bytes, to this instance and that,
 * with growing pauses; it hangs up now and then, sends twins at the same time, and asks again for what it knows. All is
 * written down.
 */
final class Client implements AutoCloseable {
    /** Longer than an answer may take; a client of this kind hangs up only because it wants to. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Until then it goes on: longer than all that can be out at once. */
    private static final Duration GIVES_UP = Duration.ofMinutes(3);

    private static final int TWINS_TRIES = 8;
    private static final int LONGEST_PAUSE_MILLIS = 1000;
    private static final int LONGEST_UNTIL_HANG_UP_MILLIS = 1500;

    private final Stage stage;
    private final Tokens tokens;
    private final Trace trace;
    private final Habits habits;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<CompletableFuture<?>> twins = new ConcurrentLinkedQueue<>();

    Client(Stage stage, Tokens tokens, Trace trace, Habits habits) {
        this.stage = stage;
        this.tokens = tokens;
        this.trace = trace;
        this.habits = habits;
    }

    /**
     * How often in a hundred.
     *
     * @param hangUps of tries, some time after they were sent
     * @param twins   of first tries: the same at the same time at other instances
     * @param replays of outcomes: asked for again at once
     * @param others  of outcomes: another payload is sent under the key
     */
    record Habits(int hangUps, int twins, int replays, int others) {
        static final Habits USUAL = new Habits(12, 20, 25, 4);

        private static boolean has(int share, Random random) {
            return random.nextInt(100) < share;
        }
    }

    /** Several operations at the same time, each until its outcome. */
    List<Optional<Answer>> pay(List<Operation> operations, Random random) {
        List<Random> randoms = operations.stream()
                .map(operation -> new Random(random.nextLong()))
                .toList();
        List<CompletableFuture<Optional<Answer>>> all = new java.util.ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            Random own = randoms.get(i);
            all.add(CompletableFuture.supplyAsync(() -> pay(operation, own), threads));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    /** @return nothing when it has given up */
    Optional<Answer> pay(Operation operation, Random random) {
        trace.wanted(operation);
        long end = System.nanoTime() + GIVES_UP.toNanos();
        int instance = random.nextInt(Stage.INSTANCES);
        if (Habits.has(habits.twins(), random)) {
            twin(operation, (instance + 1) % Stage.INSTANCES, random);
            if (random.nextBoolean()) {
                twin(operation, (instance + 2) % Stage.INSTANCES, random);
            }
        }
        Optional<Answer> outcome = Optional.empty();
        for (int tries = 0; outcome.isEmpty() && System.nanoTime() < end; tries++) {
            outcome = oneTry(operation, instance, random, tries);
            instance = random.nextInt(Stage.INSTANCES);
        }
        if (outcome.isPresent()) {
            afterwards(operation, random);
        }
        return outcome;
    }

    private Optional<Answer> oneTry(Operation operation, int instance, Random random, int tries) {
        boolean hangsUp = Habits.has(habits.hangUps(), random);
        Duration patience = hangsUp ? Duration.ofMillis(1 + random.nextInt(LONGEST_UNTIL_HANG_UP_MILLIS)) : PATIENCE;
        Exchange exchange = send(operation, operation.body(), instance, patience, hangsUp);
        Optional<Answer> outcome = exchange.answer().filter(Answer::isOutcome);
        if (outcome.isEmpty() && !hangsUp) {
            pause(exchange, random, tries);
        }
        return outcome;
    }

    /** Full jitter on a bound that doubles; Retry-After is heeded by some. */
    private static void pause(Exchange exchange, Random random, int tries) {
        long millis = random.nextInt(Math.min(LONGEST_PAUSE_MILLIS, 50 << Math.min(tries, 10)));
        String after = exchange.answer()
                .map(answer -> answer.headers().get("retry-after"))
                .orElse(null);
        if (after != null && random.nextInt(4) == 0) {
            millis += 1000L * Long.parseLong(after);
        }
        sleep(millis);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void afterwards(Operation operation, Random random) {
        if (Habits.has(habits.replays(), random)) {
            replay(operation, random.nextInt(Stage.INSTANCES));
        }
        if (Habits.has(habits.others(), random)) {
            int instance = random.nextInt(Stage.INSTANCES);
            String other = operation.body().replace(operation.id(), operation.id() + "-other");
            add(operation, other, instance, PATIENCE, false, true);
        }
    }

    /** The same at the same time, by somebody who also goes on until there is an outcome, at one instance. */
    private void twin(Operation operation, int instance, Random random) {
        Random own = new Random(random.nextLong());
        twins.add(CompletableFuture.runAsync(
                () -> {
                    Exchange exchange = replay(operation, instance);
                    for (int tries = 1; tries < TWINS_TRIES && !exchange.isOutcome(); tries++) {
                        pause(exchange, own, tries);
                        exchange = replay(operation, instance);
                    }
                },
                threads));
    }

    /** One more request; whatever is answered is for the auditor. */
    Exchange replay(Operation operation, int instance) {
        return send(operation, operation.body(), instance, PATIENCE, false);
    }

    private Exchange send(Operation operation, String body, int instance, Duration patience, boolean hangsUp) {
        return add(operation, body, instance, patience, hangsUp, false);
    }

    private Exchange add(
            Operation operation, String body, int instance, Duration patience, boolean hangsUp, boolean otherBody) {
        long from = System.nanoTime();
        Call call = Call.send(stage.node(instance).port(), post(operation, body), patience);
        Ending ending = hangsUp && call.ending() == Ending.SILENT ? Ending.HUNG_UP : call.ending();
        Exchange exchange =
                new Exchange(operation, instance, otherBody, from, System.nanoTime(), ending, call.answer());
        trace.add(exchange);
        return exchange;
    }

    private String post(Operation operation, String body) {
        return request("POST", operation.merchant(), operation.path())
                + "Content-Type: application/json\r\nIdempotency-Key: " + operation.key() + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Nothing where there is no answer, or none that helps. */
    Optional<Answer> get(String merchant, String path, int instance) {
        return Call.send(stage.node(instance).port(), request("GET", merchant, path) + "\r\n", Duration.ofSeconds(5))
                .answer()
                .filter(answer -> answer.status() == 200);
    }

    private String request(String method, String merchant, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "
                + tokens.of(merchant) + "\r\n";
    }

    /** Looks until the charge or refund is settled. */
    Optional<String> settled(String merchant, String path, Random random) {
        long end = System.nanoTime() + GIVES_UP.toNanos();
        while (System.nanoTime() < end) {
            Optional<String> status = get(merchant, path, random.nextInt(Stage.INSTANCES))
                    .map(answer -> answer.json().path("status").asText())
                    .filter(now -> !now.equals("processing"));
            if (status.isPresent()) {
                return status;
            }
            sleep(200 + random.nextInt(400));
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        CompletableFuture.allOf(twins.toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
    }
}
