package dev.oncepay.faults.overload;

import dev.oncepay.faults.audit.Exchange;
import dev.oncepay.faults.audit.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The ways in which clients come: each waits for its answer, or more and more come whether others wait or not. */
final class Load {
    private static final int TICK_MILLIS = 5;

    /** Of a client that waits for its answer, after one that is no outcome. */
    private static final int PAUSE_MILLIS = 200;

    /** Half of those who come are told so, and come again; no more than this wait to do so. */
    private static final int MOST_WAITING = 5000;

    private static final Duration END = Duration.ofMinutes(4);

    private final Sender sender;
    private final Wishes wishes;

    Load(Sender sender, Wishes wishes) {
        this.sender = sender;
        this.wishes = wishes;
    }

    /** So many clients that each send the next when they are answered; outcomes for each second. */
    double steady(int clients, Duration time) throws InterruptedException {
        long from = System.nanoTime();
        long end = from + time.toNanos();
        AtomicLong outcomes = new AtomicLong();
        all(clients, () -> System.nanoTime() < end ? Optional.of(wishes.fresh()) : Optional.empty(), outcomes);
        return outcomes.get() * 1e9 / (System.nanoTime() - from);
    }

    /** The same until nothing has to be tried again. */
    void untilAllHaveTheirOutcome(int clients) throws InterruptedException {
        long end = System.nanoTime() + END.toNanos();
        while (wishes.waiting() > 0 && System.nanoTime() < end) {
            all(clients, wishes::again, new AtomicLong());
        }
    }

    private void all(int clients, Supplier<Optional<Operation>> next, AtomicLong outcomes) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(clients);
        IntStream.range(0, clients)
                .forEach(i -> sender.vertx().runOnContext(go -> oneAfterTheOther(next, outcomes, ended)));
        if (!ended.await(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(ended.getCount() + " clients still wait");
        }
    }

    private void oneAfterTheOther(Supplier<Optional<Operation>> next, AtomicLong outcomes, CountDownLatch ended) {
        next.get()
                .ifPresentOrElse(
                        operation -> sender.send(operation).onSuccess(exchange -> {
                            told(exchange, outcomes);
                            if (exchange.isOutcome()) {
                                oneAfterTheOther(next, outcomes, ended);
                            } else {
                                sender.vertx().setTimer(PAUSE_MILLIS, over -> oneAfterTheOther(next, outcomes, ended));
                            }
                        }),
                        ended::countDown);
    }

    private void told(Exchange exchange, AtomicLong outcomes) {
        wishes.ended(exchange);
        outcomes.addAndGet(exchange.isOutcome() ? 1 : 0);
    }

    /** What a storm has brought. Tries that nobody was left to make were not sent. */
    record Storm(long sent, long notSent, long outcomes, Duration took) {
        double sentEachSecond() {
            return sent * 1e9 / took.toNanos();
        }

        double outcomesEachSecond() {
            return outcomes * 1e9 / took.toNanos();
        }
    }

    /** So many tries a second, answered or not: every other a new wish, every other one that was not granted yet. */
    Storm storm(double eachSecond, Duration time) throws InterruptedException {
        long from = System.nanoTime();
        AtomicLong sent = new AtomicLong();
        AtomicLong notSent = new AtomicLong();
        AtomicLong outcomes = new AtomicLong();
        AtomicInteger turn = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        sender.vertx().setPeriodic(TICK_MILLIS, timer -> {
            long now = System.nanoTime();
            long due = (long) (Math.min(now - from, time.toNanos()) / 1e9 * eachSecond) - sent.get() - notSent.get();
            for (long i = 0; i < due; i++) {
                if (sender.underWay() >= Sender.CONNECTIONS) {
                    notSent.incrementAndGet();
                } else {
                    sent.incrementAndGet();
                    sender.send(next(turn.incrementAndGet())).onSuccess(exchange -> told(exchange, outcomes));
                }
            }
            if (now - from > time.toNanos()) {
                sender.vertx().cancelTimer(timer);
                over.countDown();
            }
        });
        if (!over.await(time.toSeconds() + END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the storm does not end");
        }
        return new Storm(sent.get(), notSent.get(), outcomes.get(), Duration.ofNanos(System.nanoTime() - from));
    }

    private Operation next(int turn) {
        boolean retry = turn % 2 == 0 || wishes.waiting() >= MOST_WAITING;
        return retry ? wishes.again().orElseGet(wishes::fresh) : wishes.fresh();
    }
}
