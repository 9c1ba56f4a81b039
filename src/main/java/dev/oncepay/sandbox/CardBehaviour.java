package dev.oncepay.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** What the sandbox does with each of its test cards, for charges and for their refunds. */
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
    FLAKY("pm_card_flaky", Optional.empty()) {
        @Override
        int refusedCalls() {
            return 2;
        }
    },
    DOWN("pm_card_down", Optional.empty()) {
        @Override
        Duration refusedFor() {
            return Duration.ofSeconds(10);
        }
    },
    REFUND_DECLINED("pm_card_refund_declined", Optional.empty()) {
        @Override
        Optional<String> refundDeclineCode() {
            return Optional.of("refund_declined");
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

    /** Nothing for a card whose charges are approved. */
    Optional<String> declineCode() {
        return declineCode;
    }

    /** Nothing for a card whose refunds are approved. */
    Optional<String> refundDeclineCode() {
        return Optional.empty();
    }

    /** How long an approval takes. */
    Duration delay() {
        return Duration.ZERO;
    }

    /** Whether this call, counted from 1, gets an answer at all. */
    boolean answers(int call) {
        return true;
    }

    /** How many calls of a key are answered with an error before anything happens. */
    int refusedCalls() {
        return 0;
    }

    /** How long, from the first call of a key, calls are answered with an error. */
    Duration refusedFor() {
        return Duration.ZERO;
    }
}
