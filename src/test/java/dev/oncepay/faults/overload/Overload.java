package dev.oncepay.faults.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Auditor;
import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.InstanceLog;
import dev.oncepay.faults.audit.InstanceLog.Excused;
import dev.oncepay.faults.audit.Places;
import dev.oncepay.faults.audit.Settling;
import dev.oncepay.faults.audit.Trace;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Instance.Packaged;
import dev.oncepay.support.Keys;
import dev.oncepay.support.OwnPostgres;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Ports;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One instance of 256 MiB, with a PostgreSQL and a Redis of its own and the sandbox beside it, and four times the load that it can serve: first it
 * is measured what that is, then the storm comes, then it is looked how soon all is as before, and then the books are
 * audited.
 */
final class Overload {
    private static final int TIMES = 4;
    private static final int CLIENTS = 32;

    /** Postgres's and Redis's patience, the acquirer's deadline, and what a machine that is full to the brim adds. */
    private static final Duration BOUND = Duration.ofSeconds(10);

    private static final Duration SETTLED = Duration.ofMinutes(1);
    private static final int AFTERWARDS = 100;

    private final Trace trace = new Trace();
    private final Wishes wishes = new Wishes(trace);
    private long readyAtMillis;

    private final int inFlight;

    private Overload(int inFlight) {
        this.inFlight = inFlight;
    }

    static void lasting(Duration warmUp, Duration storm, int inFlight, Path folder) throws Exception {
        new Overload(inFlight).run(warmUp, storm, folder);
    }

    private void run(Duration warmUp, Duration time, Path folder) throws Exception {
        Files.createDirectories(folder);
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("postgres-" + UUID.randomUUID()));
                OwnRedis redis = new OwnRedis();
                Instance acquirer = Instance.start(Environment.settings(Database.own(), EmbeddedServers.redisPort()));
                Instance instance = launched(postgres, redis, acquirer, folder);
                Sender sender = new Sender(instance.port(), trace)) {
            instance.ready();
            readyAtMillis = System.currentTimeMillis();
            Load load = new Load(sender, wishes);
            load.steady(CLIENTS, warmUp);
            double capacity = load.steady(CLIENTS, warmUp);
            Load.Storm storm = load.storm(TIMES * capacity, time);
            long over = System.nanoTime();
            await().atMost(BOUND).until(() -> instance.metric("oncepay_requests_in_flight") == 0);
            Duration drained = Duration.ofNanos(System.nanoTime() - over);
            allIsAsBefore(load, sender);
            load.untilAllHaveTheirOutcome(CLIENTS);
            report(capacity, storm, drained, folder);
            assertThat(instance.log()).doesNotContain("OutOfMemoryError", "event=internal-error");
            audit(postgres, instance, acquirer, folder);
        }
    }

    private Instance launched(OwnPostgres postgres, OwnRedis redis, Instance acquirer, Path folder) {
        Map<String, String> settings = new HashMap<>(Environment.settings(postgres.port(), redis.port()));
        settings.put("quarkus.http.port", "" + Ports.free());
        settings.put("oncepay.sandbox.enabled", "false");
        settings.put("oncepay.limits.requests-in-flight", "" + inFlight);
        settings.put("oncepay.acquirer.url", acquirer.url() + "/sandbox/acquirer");
        File log = folder.resolve("instance.log").toFile();
        log.delete();
        return Instance.launch(new Packaged(Instance.FOLDER, List.of("-Xmx256m"), log), settings);
    }

    /** Each is done at its first try, right after the storm. */
    private void allIsAsBefore(Load load, Sender sender) {
        for (int i = 0; i < AFTERWARDS; i++) {
            Exchange exchange = sender.send(wishes.fresh())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            wishes.ended(exchange);
            assertThat(exchange.answer().map(Answer::status))
                    .as(exchange.toString())
                    .hasValue(201);
        }
    }

    private void report(double capacity, Load.Storm storm, Duration drained, Path folder) throws Exception {
        List<Exchange> all = trace.exchanges();
        Map<String, Long> answers = all.stream()
                .collect(Collectors.groupingBy(
                        exchange -> exchange.answer()
                                .map(answer -> (answer.status() + " " + answer.code()).strip())
                                .orElse("" + exchange.ending()),
                        TreeMap::new,
                        Collectors.counting()));
        String text =
                """
                can serve               %.0f/s
                was sent                %.0f/s, for %.1f s, and %d more were not sent
                outcomes meanwhile      %.0f/s
                all answers             %s
                outcomes took           %s
                overloaded took         %s
                idle again after        %d ms
                """
                        .formatted(
                                capacity,
                                storm.sentEachSecond(),
                                storm.took().toMillis() / 1000.0,
                                storm.notSent(),
                                storm.outcomesEachSecond(),
                                answers,
                                times(all.stream().filter(Exchange::isOutcome).toList()),
                                times(all.stream()
                                        .filter(Overload::isOverloaded)
                                        .toList()),
                                drained.toMillis());
        System.out.println(text);
        Files.writeString(folder.resolve("report.txt"), text);
        assertThat(all).as("it was too much").anyMatch(Overload::isOverloaded);
    }

    private static boolean isOverloaded(Exchange exchange) {
        return exchange.answer()
                .filter(answer -> answer.code().equals("overloaded"))
                .isPresent();
    }

    private static String times(List<Exchange> exchanges) {
        long[] millis = exchanges.stream()
                .mapToLong(exchange -> (exchange.to() - exchange.from()) / 1_000_000)
                .sorted()
                .toArray();
        return millis.length == 0
                ? "none"
                : "p50 %d ms, p99 %d ms, longest %d ms"
                        .formatted(
                                millis[millis.length / 2],
                                millis[(int) (millis.length * 0.99)],
                                millis[millis.length - 1]);
    }

    private void audit(OwnPostgres postgres, Instance instance, Instance acquirer, Path folder) throws Exception {
        Places places = new Places(
                List.of(instance.url()),
                Keys::token,
                postgres.url(),
                acquirer.url() + "/sandbox/acquirer",
                Wishes.MERCHANTS);
        try (Settling settling = new Settling(places)) {
            var open = settling.settled(SETTLED);
            InstanceLog log = new InstanceLog(folder.resolve("instance.log"), List.of(new Excused(0, readyAtMillis)));
            assertThat(new Auditor(places, trace, BOUND).audit(List.of(List.of()), List.of(log), open))
                    .isEmpty();
        }
    }
}
