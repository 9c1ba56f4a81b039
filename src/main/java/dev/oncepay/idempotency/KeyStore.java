package dev.oncepay.idempotency;

import io.smallrye.mutiny.Uni;

/**
 * Where an attempt is looked up before its endpoint runs, and its answer is kept for the retries after it. Its word
 * {@link Claim.Won} is a hint; the record, written in the transaction of the effect, decides.
 */
interface KeyStore {
    /** Claims the key for this attempt, or says what is known of it: one atomic step. Fails only with Postgres. */
    Uni<Claim> claim(Attempt attempt);

    /** Keeps a final answer for the retries. Never fails: a lost one is found in Postgres. */
    Uni<Void> publish(Attempt attempt, Kept kept);

    /** The attempt that was let through has its answer, whatever it is. */
    void ended(Attempt attempt);

    /** Gives a claim back that led to nothing. Never fails: a lost one runs out with the lease. */
    Uni<Void> release(Attempt attempt);
}
