package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Expected;
import dev.oncepay.faults.audit.Expected.Contends;
import dev.oncepay.faults.audit.Expected.Declined;
import dev.oncepay.faults.audit.Expected.Refused;
import dev.oncepay.faults.audit.Expected.Succeeds;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Draws payments: the same seed and number give the same payment. */
final class Plans {
    /** Several, with the very same keys: none may see another's. */
    static final List<String> MERCHANTS =
            IntStream.range(0, 8).mapToObj(i -> "merchant-" + i).toList();

    private static final Expected SUCCEEDS = new Succeeds();
    private static final Expected TOO_MUCH_FOR_THE_ORDER = new Refused("amount-exceeds-order");
    private static final Expected TOO_MUCH_FOR_THE_CHARGE = new Refused("amount-exceeds-charge");
    private static final List<String> APPROVING =
            List.of("pm_card_visa", "pm_card_slow", "pm_card_lost_answer", "pm_card_flaky", "pm_card_down");
    private static final Map<String, String> DECLINING = Map.of(
            "pm_card_declined", "card_declined",
            "pm_card_insufficient_funds", "insufficient_funds",
            "pm_card_nobody_knows", "unknown_payment_method");

    /** In a hundred; what is not an even share is a plain payment. */
    private enum Shape {
        ONE_CHARGE(30),
        ROOM_FOR_MORE(12),
        DECLINED(6),
        DECLINED_AND_PAID(10),
        TOO_MUCH(8),
        CONTEST(8),
        TWO_PARTS(4),
        REFUND_OF_ALL(8),
        REFUND_CONTEST(8),
        REFUND_DECLINED(6);

        private final int share;

        Shape(int share) {
            this.share = share;
        }
    }

    private final long seed;
    private final List<String> approving;

    Plans(long seed) {
        this(seed, APPROVING);
    }

    /** @param approving the cards that are drawn for what is to succeed, the first of them half of the time */
    Plans(long seed, List<String> approving) {
        this.seed = seed;
        this.approving = approving;
    }

    Random random(int number) {
        return new Random(seed * 1_000_003 + number);
    }

    Plan plan(int number, Random random) {
        long amount = 1000 + random.nextInt(90_000);
        return switch (shape(random)) {
            case ONE_CHARGE -> plan(number, amount, List.of(one(amount, random)), List.of());
            case ROOM_FOR_MORE -> plan(number, 5 * amount, List.of(one(amount, random)), List.of());
            case DECLINED -> plan(number, amount, List.of(declined(amount, random)), List.of());
            case DECLINED_AND_PAID ->
                plan(number, amount, List.of(declined(amount, random), one(amount, random)), List.of());
            case TOO_MUCH ->
                plan(
                        number,
                        amount,
                        List.of(
                                one(amount - 10, random),
                                List.of(new Plan.Charge(11, card(random), TOO_MUCH_FOR_THE_ORDER))),
                        List.of());
            case CONTEST -> plan(number, amount, List.of(contest(number, amount, random)), List.of());
            case TWO_PARTS ->
                plan(
                        number,
                        amount,
                        List.of(List.of(
                                one(amount / 2, random).get(0),
                                one(amount / 2, random).get(0))),
                        List.of(List.of(new Plan.Refund(OptionalLong.of(7), SUCCEEDS))));
            case REFUND_OF_ALL ->
                plan(
                        number,
                        amount,
                        List.of(one(amount, random)),
                        List.of(
                                List.of(new Plan.Refund(OptionalLong.empty(), SUCCEEDS)),
                                List.of(new Plan.Refund(OptionalLong.of(1), TOO_MUCH_FOR_THE_CHARGE))));
            case REFUND_CONTEST ->
                plan(number, amount, List.of(one(amount, random)), List.of(refundContest(number, amount)));
            case REFUND_DECLINED ->
                plan(
                        number,
                        amount,
                        List.of(List.of(new Plan.Charge(amount, "pm_card_refund_declined", SUCCEEDS))),
                        List.of(List.of(
                                new Plan.Refund(OptionalLong.of(amount / 3), new Declined("refund_declined")))));
        };
    }

    private static Plan plan(
            int number, long amount, List<List<Plan.Charge>> charges, List<List<Plan.Refund>> refunds) {
        return new Plan(number, MERCHANTS.get(number % MERCHANTS.size()), amount, charges, refunds);
    }

    private static Shape shape(Random random) {
        int drawn = random.nextInt(100);
        for (Shape shape : Shape.values()) {
            drawn -= shape.share;
            if (drawn < 0) {
                return shape;
            }
        }
        throw new IllegalStateException("the shares make a hundred");
    }

    private String card(Random random) {
        return random.nextBoolean() ? approving.get(0) : approving.get(random.nextInt(approving.size()));
    }

    private List<Plan.Charge> one(long amount, Random random) {
        return List.of(new Plan.Charge(amount, card(random), SUCCEEDS));
    }

    private static List<Plan.Charge> declined(long amount, Random random) {
        List<String> cards = DECLINING.keySet().stream().sorted().toList();
        String card = cards.get(random.nextInt(cards.size()));
        return List.of(new Plan.Charge(amount, card, new Declined(DECLINING.get(card))));
    }

    /** Three of two fifths each: two succeed. */
    private List<Plan.Charge> contest(int number, long amount, Random random) {
        Contends contends = new Contends("order " + number, 2, "amount-exceeds-order");
        return Collections.nCopies(3, new Plan.Charge(amount * 2 / 5, card(random), contends));
    }

    private static List<Plan.Refund> refundContest(int number, long amount) {
        Contends contends = new Contends("charge " + number, 2, "amount-exceeds-charge");
        return Collections.nCopies(3, new Plan.Refund(OptionalLong.of(amount * 2 / 5), contends));
    }
}
