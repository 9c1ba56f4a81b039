package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Rule;
import dev.oncepay.faults.suite.Client.Habits;
import java.util.List;
import java.util.Set;

/** A way to break the promise, done to a copy of the service, with the run that brings it to light. */
enum Sabotage {
    RECORD_AFTER_THE_EFFECT(
            "writes the record after the effect, and not with it",
            List.of(
                    new Edit(
                            "idempotency/RecordWithEffect",
                            """
                                        ), effect as (
                                          insert into %s (%s) select %s from asked join record using (merchant, key)
                                        )
                            """,
                            ")\n"),
                    new Edit(
                            "idempotency/PostgresRecords",
                            "        return postgres.grouped(statement(effect), values, attempt.merchant() + ' ' + attempt.key())\n",
                            """
                                    String order = attempt.merchant() + ' ' + attempt.key();
                                    return postgres.grouped(RecordWithEffect.unguarded(effect.target()), effect.values(), order)
                                            .chain(() -> postgres.grouped(statement(effect), values, order))
                            """)),
            new Habits(10, 80, 25, 0),
            Set.of(FaultKind.REDIS_KILL, FaultKind.REDIS_STOP, FaultKind.WAY_TO_POSTGRES_CUT),
            4,
            Rule.ONE_ROW_FOR_A_KEY),

    REDIS_DECIDES(
            "runs the handler again when Redis has forgotten the key",
            List.of(new Edit(
                    "idempotency/PostgresRecords",
                    "            where idempotency_record.state = 'completed'"
                            + " and idempotency_record.expires_at <= now()\n",
                    "")),
            new Habits(10, 20, 40, 0),
            Set.of(FaultKind.REDIS_FLUSH),
            6,
            Rule.ONE_ROW_FOR_A_KEY),

    RELEASED_ON_HANG_UP(
            "releases the claim when the client hangs up",
            List.of(
                    new Edit(
                            "idempotency/IdempotencyFilter",
                            "routing.response().closeHandler(hungUp -> {});",
                            """
                            routing.addEndHandler(ended -> Exchange.of(routing)
                                    .filter(exchange -> ended.failed())
                                    .ifPresent(exchange -> {
                                        Attempt mine = exchange.attempt();
                                        store.ended(mine);
                                        afterwards(store.release(new Attempt(
                                                mine.merchant(), mine.key(), mine.fingerprint(), "hang-up", mine.path())));
                                    }));
                            """),
                    new Edit(
                            "idempotency/RedisOverPostgres",
                            "return config.enabled() ? redis.release(attempt) : Uni.createFrom().voidItem();",
                            """
                            return redis.release(attempt).chain(() -> attempt.method().equals("hang-up")
                                    ? records.takeOver(attempt).replaceWithVoid()
                                    : Uni.createFrom().voidItem());
                            """),
                    new Edit(
                            "idempotency/PostgresRecords",
                            "        return postgres.statement(TAKE_OVER, ",
                            """
                                    if (attempt.method().equals("hang-up")) {
                                        return postgres.statement(
                                                        "delete from idempotency_record where merchant = $1 and key = $2"
                                                                + " and state = 'in_progress'",
                                                        Tuple.of(attempt.merchant(), attempt.key()))
                                                .map(rows -> true);
                                    }
                                    return postgres.statement(TAKE_OVER, \
                            """)),
            new Habits(70, 0, 25, 0),
            Set.of(),
            0,
            Rule.ONE_ROW_FOR_A_KEY),

    LATE_ANSWER_WINS(
            "lets a late 202 take the place of a 201",
            List.of(
                    new Edit(
                            "idempotency/PostgresRecords",
                            "coalesce(resource, '') = $3 and state = 'in_progress'",
                            "coalesce(resource, '') = $3 and (state = 'in_progress' or cast($4 as integer) = 202)"),
                    new Edit("idempotency/Guard", "if (kept.isEmpty() || actual == after) {", "if (actual != null) {")),
            new Habits(5, 50, 50, 0),
            Set.of(FaultKind.INSTANCE_STOP),
            8,
            Rule.ONE_ANSWER),

    CALLS_BEFORE_THE_COMMIT(
            "calls the acquirer before transaction 1 is confirmed",
            List.of(new Edit(
                    "idempotency/Guard",
                    "return Uni.createFrom().item(Optional.of(reserved));",
                    "return effect.call(((Reserved.Open<T>) reserved).thing()).replaceWith(Optional.of(reserved));")),
            Habits.USUAL,
            Set.of(FaultKind.POSTGRES_KILL, FaultKind.POSTGRES_RESTART, FaultKind.WAY_TO_POSTGRES_CUT),
            4,
            Rule.ACQUIRER_HAS_OURS_AND_NO_MORE),

    NEW_KEY_AT_A_TAKEOVER(
            "takes a new acquirer key when it takes over",
            List.of(
                    new Edit(
                            "acquirer/HttpAcquirer",
                            "post(\"/authorizations\", asked.charge(), asked, repeated)",
                            "post(\"/authorizations\", repeated ? asked.charge() + \"-again\" : asked.charge(), asked, repeated)")),
            Habits.USUAL,
            Set.of(),
            0,
            Rule.ACQUIRER_HAS_OURS_AND_NO_MORE);

    private final String words;
    private final List<Edit> edits;
    private final Habits habits;
    private final Set<FaultKind> faults;
    private final int each;
    private final Rule found;

    Sabotage(String words, List<Edit> edits, Habits habits, Set<FaultKind> faults, int each, Rule found) {
        this.words = words;
        this.edits = edits;
        this.habits = habits;
        this.faults = faults;
        this.each = each;
        this.found = found;
    }

    /**
     * @param type    below {@code dev/oncepay}
     * @param text    that is there exactly once, or the sabotage has not kept up with the service
     * @param instead of it
     */
    record Edit(String type, String text, String instead) {}

    String words() {
        return words;
    }

    List<Edit> edits() {
        return edits;
    }

    Habits habits() {
        return habits;
    }

    List<FaultKind> faults() {
        return faults.stream().sorted().toList();
    }

    /** How often each kind of fault strikes. */
    int each() {
        return each;
    }

    /** What the auditor must report. */
    Rule found() {
        return found;
    }
}
