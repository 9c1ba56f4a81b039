package dev.oncepay.faults.suite;

import dev.oncepay.support.Relay;
import dev.oncepay.support.Relay.Mode;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Does what the schedule says, in its order, as many at a time as there are parts; and heals what it has done. */
final class Striker {
    private static final Duration HEALED = Duration.ofMinutes(4);

    private static final int TOLD_EVERY = 20;

    private final Stage stage;
    private final Map<String, Semaphore> free = new ConcurrentHashMap<>();
    private final Map<FaultKind, Integer> done = new EnumMap<>(FaultKind.class);
    private final Set<Fault> lasting = ConcurrentHashMap.newKeySet();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private int mostAtOnce;

    Striker(Stage stage) {
        this.stage = stage;
    }

    /** Returns when all are done and healed. */
    void strike(Schedule schedule, Pace pace) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (Fault fault : schedule.faults()) {
                pace.awaitTurn(fault);
                Semaphore part = free.computeIfAbsent(fault.part(), first -> new Semaphore(1));
                part.acquire();
                begin(fault);
                String progress = pace.begun();
                if (fault.number() % TOLD_EVERY == 0) {
                    System.out.printf("%tT %s%n", LocalTime.now(), progress);
                }
                threads.execute(() -> strike(fault, part));
            }
        } finally {
            threads.shutdown();
            if (!threads.awaitTermination(HEALED.toMillis(), TimeUnit.MILLISECONDS)) {
                failures.add(new IllegalStateException("not healed: " + lasting));
            }
        }
        failures.stream().findFirst().ifPresent(failure -> {
            throw new IllegalStateException("a fault could not be made or healed", failure);
        });
    }

    private void begin(Fault fault) {
        done.merge(fault.kind(), 1, Integer::sum);
        lasting.add(fault);
        mostAtOnce = Math.max(mostAtOnce, lasting.size());
    }

    Map<FaultKind, Integer> done() {
        return done;
    }

    int mostAtOnce() {
        return mostAtOnce;
    }

    private void strike(Fault fault, Semaphore part) {
        try {
            make(fault);
        } catch (InterruptedException | RuntimeException failure) {
            failures.add(new IllegalStateException(fault.toString(), failure));
        } finally {
            lasting.remove(fault);
            part.release();
        }
    }

    private void make(Fault fault) throws InterruptedException {
        Ways ways = stage.ways(fault.instance());
        Duration hold = fault.hold();
        switch (fault.kind()) {
            case INSTANCE_KILL -> stage.node(fault.instance()).killFor(hold);
            case INSTANCE_STOP -> stage.node(fault.instance()).stopFor(hold);
            case SANDBOX_KILL -> stage.sandbox().killFor(hold);
            case SANDBOX_STOP -> stage.sandbox().stopFor(hold);
            case POSTGRES_KILL, POSTGRES_STOP, POSTGRES_RESTART -> postgres(fault);
            case REDIS_KILL, REDIS_STOP, REDIS_FLUSH, REDIS_FILL -> redis(fault);
            case WAY_TO_POSTGRES_CUT -> way(ways.postgres(), Mode.CUT, fault);
            case WAY_TO_POSTGRES_DELAYED -> way(ways.postgres(), Mode.DELAY, fault);
            case WAY_TO_POSTGRES_STALLED -> way(ways.postgres(), Mode.STALL, fault);
            case WAY_TO_REDIS_CUT -> way(ways.redis(), Mode.CUT, fault);
            case WAY_TO_REDIS_DELAYED -> way(ways.redis(), Mode.DELAY, fault);
            case WAY_TO_REDIS_STALLED -> way(ways.redis(), Mode.STALL, fault);
            case WAY_TO_ACQUIRER_CUT -> way(ways.acquirer(), Mode.CUT, fault);
            case WAY_TO_ACQUIRER_DELAYED -> way(ways.acquirer(), Mode.DELAY, fault);
            case WAY_TO_ACQUIRER_STALLED -> way(ways.acquirer(), Mode.STALL, fault);
        }
    }

    private void postgres(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case POSTGRES_STOP -> {
                stage.postgres().pause();
                Thread.sleep(fault.hold().toMillis());
                stage.postgres().resume();
                return;
            }
            case POSTGRES_KILL -> stage.postgres().kill();
            default -> {
                if (fault.number() % 2 == 0) {
                    stage.postgres().stopFast();
                } else {
                    stage.postgres().stopImmediately();
                }
            }
        }
        Thread.sleep(fault.hold().toMillis());
        stage.postgres().start();
    }

    private void redis(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case REDIS_KILL -> {
                stage.redis().kill();
                Thread.sleep(fault.hold().toMillis());
                stage.redis().start();
            }
            case REDIS_STOP -> {
                stage.redis().pause();
                Thread.sleep(fault.hold().toMillis());
                stage.redis().resume();
            }
            case REDIS_FILL -> {
                stage.redis().fill();
                Thread.sleep(fault.hold().toMillis());
                stage.redis().empty();
            }
            default -> stage.redis().wire().flush();
        }
    }

    private static void way(Relay relay, Mode mode, Fault fault) throws InterruptedException {
        relay.delay(fault.delay());
        relay.mode(mode);
        Thread.sleep(fault.hold().toMillis());
        relay.mode(Mode.PASS);
    }
}
