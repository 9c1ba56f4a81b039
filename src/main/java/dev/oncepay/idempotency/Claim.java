package dev.oncepay.idempotency;

import java.util.function.Function;
import java.util.function.Supplier;

/** What the stores say of an attempt. A new outcome does not compile until every reader handles it. */
sealed interface Claim {
    /** Nobody is known to have begun: go on. Only the record's insert proves it. */
    record Won() implements Claim {}

    /** It is finished: this is its answer. */
    record Replay(StoredAnswer answer) implements Claim {}

    /** The same request is still running. */
    record InUse() implements Claim {}

    /** The key belongs to another request. */
    record Reused() implements Claim {}

    Claim WON = new Won();
    Claim IN_USE = new InUse();
    Claim REUSED = new Reused();

    default <T> T fold(Supplier<T> won, Function<StoredAnswer, T> replay, Supplier<T> inUse, Supplier<T> reused) {
        if (this instanceof Replay finished) {
            return replay.apply(finished.answer());
        }
        return (this instanceof Won ? won : this instanceof InUse ? inUse : reused).get();
    }
}
