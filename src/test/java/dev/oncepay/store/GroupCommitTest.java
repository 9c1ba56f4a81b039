package dev.oncepay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.Database;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class GroupCommitTest {
    private static final GroupStatement INSERT = new GroupStatement(
            """
            with asked as (
              select * from unnest($1::text[], $2::text[], $3::integer[]) with ordinality as asked (asked, id, amount, place),
                (select set_config('lock_timeout', $4::text, true)) patience
            ), inserted as (
              insert into grouped (asked, id, amount) select asked, id, amount from asked returning id
            )
            select place, id from asked join inserted using (id)
            """,
            List.of(String.class, String.class, Integer.class));

    @Inject
    GroupCommit groups;

    @Inject
    Postgres postgres;

    @Inject
    Vertx vertx;

    private final Database database = Database.shared();
    private final String asked = UUID.randomUUID().toString();
    private Context loop;

    @BeforeEach
    void table() {
        loop = vertx.getOrCreateContext();
        database.change("create table if not exists grouped (asked text, id text, amount int check (amount > 0),"
                + " place bigserial, primary key (asked, id))");
    }

    /** All on one event loop, one right after the other. */
    private List<CompletableFuture<Optional<Row>>> ask(Stream<String> ids) {
        List<String> all = ids.toList();
        List<CompletableFuture<Optional<Row>>> answers = all.stream()
                .map(id -> new CompletableFuture<Optional<Row>>().orTimeout(30, TimeUnit.SECONDS))
                .toList();
        loop.runOnContext(go -> IntStream.range(0, all.size()).forEach(i -> {
            int amount = all.get(i).startsWith("refused") ? 0 : 1;
            groups.execute(INSERT, List.of(asked, all.get(i), amount), all.get(i))
                    .subscribe()
                    .with(answers.get(i)::complete, answers.get(i)::completeExceptionally);
        }));
        return answers;
    }

    private static Stream<String> ids(int number) {
        return IntStream.range(0, number).mapToObj(i -> String.format("%05d", number - i));
    }

    private static List<String> told(List<CompletableFuture<Optional<Row>>> answers) {
        return answers.stream()
                .map(answer -> answer.join().orElseThrow().getString(1))
                .toList();
    }

    private Connection holdingTheRowLocked() throws SQLException {
        Connection other = database.connect();
        other.setAutoCommit(false);
        try (var insert = other.prepareStatement("insert into grouped (asked, id, amount) values (?, 'locked', 1)")) {
            insert.setString(1, asked);
            insert.executeUpdate();
        }
        return other;
    }

    private long rows() {
        return database.count("select count(*) from grouped where asked = ?", asked);
    }

    @Test
    void whatIsAskedAtOnceSharesATransactionAndEachGetsItsOwnAnswer() {
        assertThat(told(ask(ids(100)))).isEqualTo(ids(100).toList());
        // the first is sent at once, 64 gather while it is on its way, the rest goes when those are back
        assertThat(database.count("select count(distinct xmin::text) from grouped where asked = ?", asked))
                .isBetween(2L, 10L);
    }

    @Test
    void theStatementsOfAGroupGoInOneOrderWhoeverAsksFirst() {
        told(ask(ids(60)));
        assertThat(database.count(
                        "select count(*) from (select id, lag(id) over (partition by xmin::text order by place) before"
                                + " from grouped where asked = ?) rows where before > id",
                        asked))
                .isZero();
        assertThat(database.count(
                        "select max(size) from (select count(*) size from grouped where asked = ? group by xmin::text) groups",
                        asked))
                .isGreaterThan(1);
    }

    @Test
    void whatIsRefusedFailsAlone() {
        var answers = ask(Stream.concat(ids(10), Stream.of("refused")));
        assertThat(told(answers.subList(0, 10))).hasSize(10);
        assertThatThrownBy(answers.get(10)::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(PgException.class, refused -> assertThat(refused.getSqlState())
                        .isEqualTo("23514"));
        assertThat(rows()).isEqualTo(10);
    }

    @Test
    void aLockedRowKeepsNobodyElseFromBeingAnswered() throws SQLException {
        try (Connection other = holdingTheRowLocked()) {
            var answers = ask(Stream.concat(Stream.of("first", "locked"), ids(10)));
            assertThat(told(answers.subList(2, 12))).hasSize(10);
            assertThatThrownBy(answers.get(1)::join).matches(failure -> Postgres.isLockTimeout(failure));
            other.rollback();
        }
        assertThat(rows()).isEqualTo(11);
    }

    /** Later it would be told that Postgres is out, and not that somebody else has the row. */
    @Test
    void whoAsksForALockedRowAmongOthersIsToldSoWithinTheirPatience() throws SQLException {
        try (Connection other = holdingTheRowLocked()) {
            CompletableFuture<Optional<Row>> locked =
                    new CompletableFuture<Optional<Row>>().orTimeout(30, TimeUnit.SECONDS);
            loop.runOnContext(go -> Stream.of("first", "locked", "last")
                    .forEach(id -> postgres.grouped(INSERT, List.of(asked, id, 1), id)
                            .subscribe()
                            .with(row -> {}, failure -> locked.completeExceptionally(failure))));
            assertThatThrownBy(locked::join).matches(failure -> Postgres.isLockTimeout(failure));
            other.rollback();
        }
        await().until(() -> rows() == 2);
    }

    @Test
    void aGroupThatIsStuckIsNotWaitedForByTheNext() throws SQLException {
        try (Connection other = holdingTheRowLocked()) {
            var stuck = ask(Stream.of("locked"));
            await().until(() -> database.count("select count(*) from pg_locks where not granted") > 0);
            assertThat(told(ask(Stream.of("next")))).containsExactly("next");
            assertThat(stuck.get(0)).isNotDone();
            other.rollback();
            assertThat(told(stuck)).containsExactly("locked");
        }
    }

    @Test
    void thereIsALimitToWhatWaits() {
        var answers = ask(ids(1 + GroupCommit.WAITING + 1));
        assertThatThrownBy(answers.get(1 + GroupCommit.WAITING)::join)
                .cause()
                .isInstanceOfSatisfying(StoreUnavailable.class, refused -> assertThat(refused.nothingWasDone())
                        .isTrue());
        told(answers.subList(0, 1 + GroupCommit.WAITING));
        assertThat(rows()).isEqualTo(1 + GroupCommit.WAITING);
    }

    @Test
    void aKeyThatIsAskedTwiceAtOnceIsInTwoGroups() {
        var answers = ask(Stream.of("first", "twice", "twice", "other"));
        assertThat(told(List.of(answers.get(0), answers.get(1), answers.get(3))))
                .containsExactly("first", "twice", "other");
        assertThatThrownBy(answers.get(2)::join)
                .cause()
                .isInstanceOfSatisfying(PgException.class, refused -> assertThat(refused.getSqlState())
                        .isEqualTo("23505"));
    }

    @Test
    void aValueOfAnotherTypeFailsBeforeItIsAmongOthers() {
        CompletableFuture<Optional<Row>> odd = new CompletableFuture<Optional<Row>>().orTimeout(30, TimeUnit.SECONDS);
        var first = ask(Stream.of("first"));
        loop.runOnContext(go -> groups.execute(INSERT, List.of(asked, "odd", "1"), "odd")
                .subscribe()
                .with(odd::complete, odd::completeExceptionally));
        var last = ask(Stream.of("last"));
        assertThatThrownBy(odd::join).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(told(first)).containsExactly("first");
        assertThat(told(last)).containsExactly("last");
    }

    @Test
    void whoeverAsksFromAnotherThreadIsAnsweredToo() {
        List<CompletableFuture<Optional<Row>>> answers = ids(500).map(id -> {
                    var answer = new CompletableFuture<Optional<Row>>().orTimeout(30, TimeUnit.SECONDS);
                    loop.executeBlocking(
                            () -> groups.execute(INSERT, List.of(asked, id, 1), id)
                                    .subscribe()
                                    .with(answer::complete, answer::completeExceptionally),
                            false);
                    return answer;
                })
                .toList();
        assertThat(told(answers)).isEqualTo(ids(500).toList());
    }
}
