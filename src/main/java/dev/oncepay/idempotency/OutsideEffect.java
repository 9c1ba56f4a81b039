package dev.oncepay.idempotency;

import io.smallrye.mutiny.Uni;

/**
 * An effect at somebody else's, such as a charge at the acquirer: reserved in one transaction, called for outside of
 * any, settled in another.
 *
 * @param <T> the thing that is charged, refunded, …: a row of its own, with a state of its own
 * @param <O> what the other side said, "nothing" included
 */
public interface OutsideEffect<T, O> {
    /** Its name in the record. */
    String operation();

    /** The path of the thing, whose id is made before anything is written. */
    String resource();

    /** Transaction 1, after the record: checks and reserves, and writes all that the call needs. */
    Uni<Reserved<T>> reserve();

    /** The thing as it was written by the attempt that is taken over. */
    Uni<T> resume(String resource);

    /**
     * Calls the other side under a key made from the thing's id, within a deadline shorter than the lease. Does not
     * fail: no definite answer is an outcome too.
     */
    Uni<O> call(T thing);

    /** The thing as the outcome will leave it, if it was still open. */
    T after(T thing, O outcome);

    /**
     * Transaction 2, after the record: settles the thing if it is still open.
     *
     * @return {@code after} itself if it was still open, else the thing as it was settled before
     */
    Uni<T> settle(T after);

    /** What the thing's state is answered with. */
    Answer answer(T thing);

    /** The result of transaction 1. */
    sealed interface Reserved<T> {
        /** Go on and call. */
        record Open<T>(T thing) implements Reserved<T> {}

        /** Refused on the state of things; nothing was written. */
        record Refused<T>(Answer answer) implements Reserved<T> {}
    }
}
