package dev.oncepay.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What the sandbox does with each of its test cards. */
enum CardBehaviour {
    VISA("pm_card_visa", Optional.empty()),
    DECLINED("pm_card_declined", Optional.of("card_declined")),
    INSUFFICIENT_FUNDS("pm_card_insufficient_funds", Optional.of("insufficient_funds")),
    SLOW("pm_card_slow", Optional.empty()) {
        @Override
        Duration delay() {
            return Duration.ofSeconds(2);
        }
    },
    LOST_ANSWER("pm_card_lost_answer", Optional.empty()) {
        @Override
        boolean answers(int call) {
            return call > 1;
        }
    },
    UNKNOWN("", Optional.of("unknown_payment_method"));

    private final String paymentMethod;
    private final Optional<String> declineCode;

    CardBehaviour(String paymentMethod, Optional<String> declineCode) {
        this.paymentMethod = paymentMethod;
        this.declineCode = declineCode;
    }

    static CardBehaviour of(String paymentMethod) {
        return Arrays.stream(values())
                .filter(card -> card.paymentMethod.equals(paymentMethod))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** Nothing for a card that is approved. */
    Optional<String> declineCode() {
        return declineCode;
    }

    /** How long the authorization takes. */
    Duration delay() {
        return Duration.ZERO;
    }

    /** Whether this call, counted from 1, gets an answer at all. */
    boolean answers(int call) {
        return true;
    }
}
