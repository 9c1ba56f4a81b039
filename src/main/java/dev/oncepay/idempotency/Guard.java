package dev.oncepay.idempotency;

import dev.oncepay.idempotency.OutsideEffect.Reserved;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.store.Postgres;
import dev.oncepay.store.StoreUnavailable;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Runs an endpoint's effect at most once for its key, and answers every try with the one answer. The record is written
 * in the transaction of the effect, so Postgres decides who was first.
 *
 * <ul>
 *   <li>{@link #inOneStatement}: an effect that is one inserted row: record and effect in one statement;
 *   <li>{@link #inOneTransaction}: any other effect in Postgres;
 *   <li>{@link #aroundCall}: an effect elsewhere: reserved before, settled after the call.
 * </ul>
 */
@ApplicationScoped
public class Guard {
    /** A record that blocked our insert and was gone when we looked: its owner rolled back. Once more is usually enough. */
    private static final int TRIES = 3;

    private final PostgresRecords records;
    private final Postgres postgres;
    private final AnswerWriter writer;
    private final Outcomes outcomes;
    private final CurrentVertxRequest request;

    Guard(
            PostgresRecords records,
            Postgres postgres,
            AnswerWriter writer,
            Outcomes outcomes,
            CurrentVertxRequest request) {
        this.records = records;
        this.postgres = postgres;
        this.writer = writer;
        this.outcomes = outcomes;
        this.request = request;
    }

    /** The key of the current request, for what must find its record again. */
    public String key() {
        return exchange().attempt().key();
    }

    /** @param answer known before the row is written: its id and time are the service's own */
    public Uni<StoredAnswer> inOneStatement(String operation, Answer answer, Effect effect) {
        Exchange exchange = exchange();
        StoredAnswer bytes = writer.bytes(answer);
        return decided(exchange, this::nothingToResume, () -> records.insertCompleted(
                        exchange.attempt(), operation, answer.resource(), bytes, effect)
                .onFailure(Postgres::isLockTimeout)
                .transform(lockTimeout -> new RecordIsLocked())
                .map(kept ->
                        kept.map(exchange::keep).map(done -> Uni.createFrom().item(done))));
    }

    /**
     * @param work runs in the record's transaction, and not at all if there is a record; its answer is stored with
     *             whatever it wrote. To refuse on the state of things it gives {@link Answer#refused}, or throws a
     *             {@link ProblemException} of 402, 404 or 422: then what it wrote is undone, and the refusal is stored
     *             all the same. When it fails otherwise, all is undone, nothing is stored, and the key can be sent
     *             again at once. It may run more than once, each time in a new transaction, so it makes its entities
     *             itself.
     */
    public Uni<StoredAnswer> inOneTransaction(String operation, Supplier<Uni<Answer>> work) {
        Exchange exchange = exchange();
        return inOneTransaction(exchange, operation, work)
                .onFailure(Guard::isFinalRefusal)
                .recoverWithUni(refusal -> inOneTransaction(exchange, operation, () -> Uni.createFrom()
                        .item(Answer.refused(((ProblemException) refusal).problem()))));
    }

    private Uni<StoredAnswer> inOneTransaction(Exchange exchange, String operation, Supplier<Uni<Answer>> work) {
        return decided(exchange, this::nothingToResume, () -> postgres.transaction(
                        () -> beforeCommit(exchange, () -> begun(exchange, operation, "")
                                .chain(won -> won
                                        ? work.get()
                                                .call(Guard::flushed)
                                                .chain(answer -> completed(exchange, "", answer))
                                        : Guard.<Kept>none())))
                .map(kept ->
                        kept.map(exchange::keep).map(done -> Uni.createFrom().item(done))));
    }

    /** The problems that say that they are stored; not those about the key, which are nobody's answer. */
    private static boolean isFinalRefusal(Throwable failure) {
        return failure instanceof ProblemException refused
                && refused.problem().code().safeNewKey()
                && Set.of(402, 404, 422).contains(refused.problem().status());
    }

    /** What the work has made is written now, so that what fails of it fails before there was a COMMIT. */
    private static Uni<Void> flushed() {
        return Panache.getSession().chain(Mutiny.Session::flush);
    }

    /** What fails before there was a COMMIT has left nothing behind, whatever the failure; unless it runs once more. */
    private static <T> Uni<T> beforeCommit(Exchange exchange, Supplier<Uni<T>> inTransaction) {
        exchange.mayHaveEffect(true); // again, where an earlier run of it was undone
        return Uni.createFrom()
                .deferred(() -> inTransaction.get())
                .onFailure(failure -> !Postgres.isTriedAgain(failure))
                .invoke(() -> exchange.mayHaveEffect(false));
    }

    /** Transaction 1, the call, transaction 2; or whatever of it an abandoned attempt has left to do. */
    public <T, O> Uni<StoredAnswer> aroundCall(OutsideEffect<T, O> effect) {
        Exchange exchange = exchange();
        return decided(
                exchange,
                resource -> effect.resume(resource).map(thing -> finish(exchange, effect, resource, thing)),
                () -> postgres.transaction(() -> reserve(exchange, effect))
                        .map(reserved -> reserved.map(next -> {
                            if (next instanceof Reserved.Open<T> open) {
                                return finish(exchange, effect, effect.resource(), open.thing());
                            }
                            return Uni.createFrom()
                                    .item(exchange.kept().orElseThrow().answer());
                        })));
    }

    private <T, O> Uni<Optional<Reserved<T>>> reserve(Exchange exchange, OutsideEffect<T, O> effect) {
        return begun(exchange, effect.operation(), effect.resource()).chain(won -> {
            if (!won) {
                return none();
            }
            return effect.reserve().chain(reserved -> {
                if (reserved instanceof Reserved.Refused<T> refused) {
                    return completed(exchange, effect.resource(), refused.answer())
                            .invoke(kept -> kept.ifPresent(exchange::keep))
                            .replaceWith(Optional.of(reserved));
                }
                return Uni.createFrom().item(Optional.of(reserved));
            });
        });
    }

    /** Only after transaction 1 is confirmed: calls, then settles and answers, or answers what was stored meanwhile. */
    private <T, O> Uni<StoredAnswer> finish(Exchange exchange, OutsideEffect<T, O> effect, String resource, T thing) {
        Attempt attempt = exchange.attempt();
        return effect.call(thing).chain(outcome -> {
            T after = effect.after(thing, outcome);
            Uni<StoredAnswer> settled = settle(effect, attempt.merchant(), attempt.key(), resource, after)
                    .chain(kept -> kept.isPresent()
                            ? Uni.createFrom().item(exchange.keep(kept.get()))
                            : storedMeanwhile(exchange, resource)
                                    .map(stored -> stored.orElseGet(() -> writer.bytes(effect.answer(after)))));
            return postgres.together(0, settled);
        });
    }

    /**
     * The answer that another attempt, or the sweep, has stored. Nothing when the key's lifetime is over by now, and
     * the record gone or another request's: then what we know is true, but is nobody else's to be told.
     */
    private Uni<Optional<StoredAnswer>> storedMeanwhile(Exchange exchange, String resource) {
        return records.findSettled(exchange.attempt())
                .map(found -> found.filter(record -> record.resource().equals(resource))
                        .filter(record -> record.judge(exchange.attempt()) instanceof Claim.Replay)
                        .flatMap(RecordRow::kept)
                        .map(stored -> exchange.replay(exchange.keep(stored))));
    }

    /**
     * Transaction 2: completes the record if it is still in progress, settles the thing if it is still open. Where the
     * thing was settled otherwise before, its own row is what is answered.
     *
     * @param after the thing as its outcome leaves it
     * @return nothing when the record had its answer already
     */
    public <T, O> Uni<Optional<Kept>> settle(
            OutsideEffect<T, O> effect, String merchant, String key, String resource, T after) {
        Answer expected = effect.answer(after);
        StoredAnswer bytes = writer.bytes(expected);
        return postgres.settlingTransaction(() -> records.complete(merchant, key, resource, expected.resource(), bytes)
                .chain(kept -> effect.settle(after).chain(actual -> {
                    if (kept.isEmpty() || actual == after) {
                        return Uni.createFrom().item(kept);
                    }
                    Answer settledBefore = effect.answer(actual);
                    StoredAnswer corrected = writer.bytes(settledBefore);
                    return records.correct(merchant, key, resource, settledBefore.resource(), corrected)
                            .replaceWith(kept.map(first -> first.with(corrected)));
                })));
    }

    /**
     * Runs what inserts the record; where one is there already, does as it says. What is decided is a next step, which
     * is not taken when the decision came too late: its request was answered with 503 by then.
     */
    private Uni<StoredAnswer> decided(
            Exchange exchange,
            Function<String, Uni<Uni<StoredAnswer>>> resume,
            Supplier<Uni<Optional<Uni<StoredAnswer>>>> insert) {
        return postgres.together(exchange.elapsedNanos(), attempt(exchange, resume, insert, TRIES))
                .chain(next -> next);
    }

    private Uni<Uni<StoredAnswer>> attempt(
            Exchange exchange,
            Function<String, Uni<Uni<StoredAnswer>>> resume,
            Supplier<Uni<Optional<Uni<StoredAnswer>>>> insert,
            int tries) {
        exchange.mayHaveEffect(true);
        return Uni.createFrom()
                .deferred(() -> insert.get())
                .onFailure()
                .transform(failure -> undone(exchange, failure))
                .chain(inserted -> {
                    if (inserted.isPresent()) {
                        return Uni.createFrom().item(inserted.get());
                    }
                    exchange.mayHaveEffect(false);
                    return records.find(exchange.attempt()).chain(found -> {
                        if (found.isPresent()) {
                            return obey(exchange, found.get(), resume);
                        }
                        return tries > 1
                                ? attempt(exchange, resume, insert, tries - 1)
                                : Uni.createFrom().failure(outcomes.inUse(exchange));
                    });
                })
                .onFailure(RecordIsLocked.class)
                .recoverWithUni(locked -> lookBehindTheLock(exchange));
    }

    /** Whoever holds the record's lock is still inserting it, or was stopped while it found it completed. */
    private Uni<Uni<StoredAnswer>> lookBehindTheLock(Exchange exchange) {
        return records.find(exchange.attempt())
                .map(found -> found.map(record -> Uni.createFrom().item(() -> judged(exchange, record)))
                        .orElseGet(() -> Uni.createFrom().failure(outcomes.inUse(exchange))));
    }

    /** Our insert waited for the record's lock in vain: undone, nothing is left behind. */
    private static final class RecordIsLocked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RecordIsLocked() {
            super("the record is locked"); // without its cause, which Postgres would take for an outage
        }
    }

    private Uni<Uni<StoredAnswer>> obey(
            Exchange exchange, RecordRow record, Function<String, Uni<Uni<StoredAnswer>>> resume) {
        if (!record.canBeTakenOverBy(exchange.attempt())) {
            return Uni.createFrom().item(Uni.createFrom().item(() -> judged(exchange, record)));
        }
        return records.takeOver(exchange.attempt()).chain(taken -> {
            if (!taken) {
                return Uni.createFrom().failure(outcomes.inUse(exchange));
            }
            exchange.mayHaveEffect(true);
            outcomes.takenOver();
            return resume.apply(record.resource());
        });
    }

    private StoredAnswer judged(Exchange exchange, RecordRow record) {
        return record.judge(exchange.attempt())
                .fold(
                        () -> {
                            throw new IllegalStateException("a record is never new");
                        },
                        answer -> exchange.replay(exchange.keep(record.kept().orElseThrow())),
                        () -> {
                            throw outcomes.inUse(exchange);
                        },
                        () -> {
                            throw outcomes.reused(exchange);
                        });
    }

    /** What Postgres says it undid left nothing behind; of anything else we cannot know. */
    private Throwable undone(Exchange exchange, Throwable failure) {
        boolean nothingWasDone = failure instanceof ProblemException
                || failure instanceof RecordIsLocked
                || !(failure instanceof StoreUnavailable) && Postgres.wasRefused(failure)
                || failure instanceof StoreUnavailable store && store.nothingWasDone();
        if (nothingWasDone) {
            exchange.mayHaveEffect(false);
        }
        return failure;
    }

    private Uni<Boolean> begun(Exchange exchange, String operation, String resource) {
        return records.begin(exchange.attempt(), operation, resource)
                .onFailure(Postgres::isLockTimeout)
                .transform(lockTimeout -> new RecordIsLocked());
    }

    private Uni<Optional<Kept>> completed(Exchange exchange, String resource, Answer answer) {
        Attempt attempt = exchange.attempt();
        return records.complete(attempt.merchant(), attempt.key(), resource, answer.resource(), writer.bytes(answer));
    }

    private Uni<Uni<StoredAnswer>> nothingToResume(String resource) {
        throw new IllegalStateException("a record without a call is never committed in progress");
    }

    private static <T> Uni<Optional<T>> none() {
        return Uni.createFrom().item(Optional.empty());
    }

    private Exchange exchange() {
        return Exchange.of(request.getCurrent())
                .filter(Exchange::isClaimed)
                .orElseThrow(() -> new IllegalStateException("the endpoint is not annotated with @Idempotent"));
    }
}
