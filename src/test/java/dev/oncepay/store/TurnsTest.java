package dev.oncepay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oncepay.store.Turns.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final int CONNECTIONS = 2;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Turns turns = new Turns(vertx, metrics, CONNECTIONS);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private CompletableFuture<Void> take(Kind kind, String name, CompletableFuture<Void> work) {
        return turns.take(kind, () -> {
                    done.add(name);
                    return Uni.createFrom().completionStage(work);
                })
                .subscribeAsCompletionStage()
                .orTimeout(30, TimeUnit.SECONDS);
    }

    /** Holds all there are. */
    private List<CompletableFuture<Void>> hold() {
        List<CompletableFuture<Void>> held = IntStream.range(0, CONNECTIONS)
                .mapToObj(i -> new CompletableFuture<Void>())
                .toList();
        held.forEach(work -> take(Kind.BEGIN, "held", work));
        return held;
    }

    private static CompletableFuture<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    private double waiting() {
        return metrics.get("oncepay.postgres.waiting").gauge().value();
    }

    private static void assertThatNothingWasDone(CompletableFuture<Void> answer) {
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(StoreUnavailable.class, late -> assertThat(late.nothingWasDone())
                        .isTrue());
    }

    @Test
    void asManyAsThereAreConnectionsWorkAtOnceAndTheOthersOneAfterTheOther() {
        List<CompletableFuture<Void>> held = hold();
        List<CompletableFuture<Void>> later = List.of(
                take(Kind.BEGIN, "first", nothing()),
                take(Kind.FINISH, "finishing", nothing()),
                take(Kind.BEGIN, "second", nothing()));
        assertThat(done).containsOnly("held").hasSize(CONNECTIONS);
        assertThat(waiting()).isEqualTo(3);
        held.get(0).complete(null);
        later.forEach(CompletableFuture::join);
        assertThat(done.subList(CONNECTIONS, done.size())).containsExactly("finishing", "first", "second");
        assertThat(metrics.get("oncepay.postgres.waits").timer().count()).isEqualTo(3);
    }

    @Test
    void whoWaitsForTooLongHasDoneNothingAndKeepsNobodyElseOut() {
        List<CompletableFuture<Void>> held = hold();
        assertThatNothingWasDone(take(Kind.BEGIN, "late", nothing()));
        assertThat(waiting()).isZero();
        held.forEach(work -> work.completeExceptionally(new IllegalStateException("it failed")));
        assertThatAllAreFree();
        assertThat(done).doesNotContain("late");
    }

    @Test
    void noMoreWaitThanMay() {
        List<CompletableFuture<Void>> held = hold();
        List<CompletableFuture<Void>> waiting = IntStream.range(0, Turns.WAITING)
                .mapToObj(i -> take(Kind.FINISH, "waiting", nothing()))
                .toList();
        assertThatNothingWasDone(take(Kind.FINISH, "too many", nothing()));
        held.forEach(work -> work.complete(null));
        waiting.forEach(CompletableFuture::join);
        assertThat(done).doesNotContain("too many");
    }

    @Test
    void aFullLineOfThoseWhoBeginRefusesNobodyWhoFinishes() {
        List<CompletableFuture<Void>> held = hold();
        IntStream.range(0, Turns.WAITING).forEach(i -> take(Kind.BEGIN, "waiting", nothing()));
        assertThatNothingWasDone(take(Kind.BEGIN, "too many", nothing()));
        CompletableFuture<Void> finishing = take(Kind.FINISH, "finishing", nothing());
        held.forEach(work -> work.complete(null));
        finishing.join();
        assertThat(done).contains("finishing");
    }

    /** Work that ends around the moment in which the time of those who wait runs out. */
    @Test
    void aTurnThatComesJustTooLateIsNotLost() {
        for (int round = 0; round < 3; round++) {
            AtomicInteger ended = new AtomicInteger();
            List<CompletableFuture<Void>> held = hold();
            int many = 500;
            for (int i = 0; i < many; i++) {
                take(Kind.BEGIN, "some", nothing()).whenComplete((done, failure) -> ended.incrementAndGet());
            }
            vertx.setTimer(900, now -> held.forEach(work -> work.complete(null)));
            await().atMost(30, TimeUnit.SECONDS).until(() -> ended.get() == many);
            assertThatAllAreFree();
        }
    }

    @Test
    void workThatIsTriedAgainGivesItsTurnBackOnce() {
        for (boolean hasToWait : new boolean[] {false, true}) {
            AtomicInteger tries = new AtomicInteger();
            List<CompletableFuture<Void>> held = hasToWait ? hold() : List.of();
            CompletableFuture<String> answer = turns.take(
                            Kind.BEGIN,
                            () -> tries.incrementAndGet() < 3
                                    ? Uni.createFrom().<String>failure(new IllegalStateException("undone"))
                                    : Uni.createFrom().item("done"))
                    .onFailure()
                    .retry()
                    .atMost(2)
                    .subscribeAsCompletionStage();
            held.forEach(work -> work.complete(null));
            assertThat(answer.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("done");
            assertThatAllAreFree();
        }
    }

    /** All of them, and no more. */
    private void assertThatAllAreFree() {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(waiting()).isZero());
        done.clear();
        List<CompletableFuture<Void>> held = hold();
        assertThat(done).hasSize(CONNECTIONS);
        CompletableFuture<Void> oneMore = take(Kind.BEGIN, "one more", nothing());
        assertThat(waiting()).isEqualTo(1);
        held.forEach(work -> work.complete(null));
        oneMore.join();
    }
}
