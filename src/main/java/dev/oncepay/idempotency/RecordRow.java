package dev.oncepay.idempotency;

import java.util.Optional;

/**
 * What a record says that has not expired.
 *
 * @param leaseIsOver whether another attempt may take over
 * @param resource    the path of what is made; empty where nothing is
 * @param kept        the answer; nothing while in progress
 */
record RecordRow(Fingerprint fingerprint, boolean leaseIsOver, String resource, Optional<Kept> kept) {
    Claim judge(Attempt attempt) {
        if (!fingerprint.sameAs(attempt.fingerprint())) {
            return Claim.REUSED;
        }
        return kept.<Claim>map(finished -> new Claim.Replay(finished.answer())).orElse(Claim.IN_USE);
    }

    boolean canBeTakenOverBy(Attempt attempt) {
        return judge(attempt) == Claim.IN_USE && leaseIsOver;
    }
}
