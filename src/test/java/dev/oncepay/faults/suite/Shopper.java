package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Expected;
import dev.oncepay.faults.audit.Operation;
import dev.oncepay.faults.audit.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Makes one planned payment after the other, each from its order to its last refund. */
final class Shopper {
    private final Client client;
    private final Plans plans;
    private final List<Operation> known;

    /** @param known what was paid so far, by anybody: now and then some of it is asked for again */
    Shopper(Client client, Plans plans, List<Operation> known) {
        this.client = client;
        this.plans = plans;
        this.known = known;
    }

    void shop(Pace pace, int payments) throws InterruptedException {
        for (int number = pace.nextPayment(); number < payments; number = pace.nextPayment()) {
            Random random = plans.random(number);
            pay(plans.plan(number, random), random);
            if (random.nextInt(4) == 0) {
                Operation earlier = known.get(random.nextInt(known.size()));
                client.replay(earlier, random.nextInt(Stage.INSTANCES));
            }
        }
    }

    private void pay(Plan plan, Random random) {
        Operation order = operation(
                plan,
                "order",
                Kind.ORDER,
                "/orders",
                "{\"amount\":%d,\"currency\":\"EUR\",\"reference\":\"%s\"}".formatted(plan.amount(), id(plan, "order")),
                new Expected.Succeeds());
        Optional<Answer> made = paid(List.of(order), random).get(0);
        if (made.isEmpty()) {
            return; // the client gave up, which the auditor sees
        }
        String orderId = made.get().json().path("id").asText();
        Optional<Answer> first = Optional.empty();
        for (int round = 0; round < plan.charges().size(); round++) {
            List<Operation> charges = charges(plan, round, orderId);
            List<Optional<Answer>> answers = paid(charges, random);
            boolean more = round + 1 < plan.charges().size() || !plan.refunds().isEmpty();
            if (more && !settled(plan, answers, random)) {
                return;
            }
            first = first.or(() -> answers.get(0));
        }
        refund(plan, first, random);
    }

    private void refund(Plan plan, Optional<Answer> charge, Random random) {
        Optional<String> location = charge.map(made -> made.headers().get("location"));
        if (location.isEmpty()) {
            return; // it was not made, which the auditor sees
        }
        for (int round = 0; round < plan.refunds().size(); round++) {
            List<Operation> refunds = refunds(plan, round, location.get() + "/refunds");
            if (!settled(plan, paid(refunds, random), random)) {
                return;
            }
        }
    }

    private List<Optional<Answer>> paid(List<Operation> operations, Random random) {
        List<Optional<Answer>> answers = operations.size() == 1
                ? List.of(client.pay(operations.get(0), random))
                : client.pay(operations, random);
        known.addAll(operations);
        return answers;
    }

    /** Whether all of them got an answer, and have come to their end. */
    private boolean settled(Plan plan, List<Optional<Answer>> answers, Random random) {
        return answers.stream().allMatch(answer -> answer.filter(given -> given.status() != 202
                        || client.settled(plan.merchant(), given.headers().get("location"), random)
                                .isPresent())
                .isPresent());
    }

    private static List<Operation> charges(Plan plan, int round, String order) {
        List<Operation> operations = new ArrayList<>();
        for (Plan.Charge charge : plan.charges().get(round)) {
            String name = "charge-" + round + operations.size();
            operations.add(operation(
                    plan,
                    name,
                    Kind.CHARGE,
                    "/charges",
                    ("{\"order_id\":\"%s\",\"amount\":%d,\"currency\":\"EUR\",\"payment_method\":\"%s\","
                                    + "\"metadata\":{\"operation\":\"%s\"}}")
                            .formatted(order, charge.amount(), charge.card(), id(plan, name)),
                    charge.expected()));
        }
        return operations;
    }

    private static List<Operation> refunds(Plan plan, int round, String path) {
        List<Operation> operations = new ArrayList<>();
        for (Plan.Refund refund : plan.refunds().get(round)) {
            String name = "refund-" + round + operations.size();
            String amount = refund.amount().isPresent()
                    ? "\"amount\":" + refund.amount().getAsLong() + ","
                    : "";
            operations.add(operation(
                    plan,
                    name,
                    Kind.REFUND,
                    path,
                    "{%s\"reason\":\"%s\"}".formatted(amount, id(plan, name)),
                    refund.expected()));
        }
        return operations;
    }

    private static Operation operation(Plan plan, String name, Kind kind, String path, String body, Expected expected) {
        // the key has no merchant in it: all the merchants use the same ones
        String key = name + "-" + plan.number() / Plans.MERCHANTS.size();
        return new Operation(id(plan, name), plan.merchant(), key, kind, path, body, expected);
    }

    private static String id(Plan plan, String name) {
        return "payment-" + plan.number() + "-" + name;
    }
}
