package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.examples.Note;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of work that writes, and then goes wrong in the ways in which people write it. */
@QuarkusTest
class GuardTest extends HttpTest {
    /** How many rows the work leaves behind: it adds one to the amount of an order before it goes wrong. */
    private static final long AMOUNT = 100;

    private final String key = key();

    /** An endpoint whose work goes wrong as its body says, while it is told to. */
    @Path("/test/work")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public static class Work {
        static final Set<String> WRONG = ConcurrentHashMap.newKeySet();

        private final Guard guard;

        Work(Guard guard) {
            this.guard = guard;
        }

        /** Which order it writes to, and how it goes wrong. */
        public record Asked(String order, String how) {}

        @POST
        @Idempotent
        @Cancellable(false)
        public Uni<StoredAnswer> create(Asked asked) {
            return guard.inOneTransaction("work", () -> Panache.getSession()
                    .chain(session -> session.createNativeQuery("update orders set amount = amount + 1 where id = ?1")
                            .setParameter(1, asked.order())
                            .executeUpdate())
                    .map(rows -> {
                        if (WRONG.contains(asked.order()) && !asked.how().equals("flush")) {
                            throw failure(asked.how());
                        }
                        return Answer.created("/test/work/1", Map.of("rows", rows));
                    })
                    .call(() -> WRONG.contains(asked.order()) && asked.how().equals("flush")
                            ? unwritable()
                            : Uni.createFrom().nullItem()));
        }

        /** An entity that Hibernate itself, and not Postgres, refuses to write; and it looks only when it writes. */
        private static Uni<?> unwritable() {
            Note note = new Note();
            note.id = "note_" + UUID.randomUUID();
            return note.persist().invoke(() -> note.id = "another");
        }

        private static RuntimeException failure(String how) {
            return switch (how) {
                case "fault" -> new IllegalStateException("a bug");
                case "unavailable" -> new ProblemException(ProblemCode.STORE_UNAVAILABLE, "not now");
                default -> new ProblemException(ProblemCode.AMOUNT_EXCEEDS_ORDER, "too much");
            };
        }
    }

    private String order;

    private Reply work(String how) {
        return service().post("/test/work", key, "{\"order\":\"" + order + "\",\"how\":\"" + how + "\"}");
    }

    private void goesWrong() {
        order = service().newOrder(AMOUNT);
        Work.WRONG.add(order);
    }

    @AfterEach
    void works() {
        Work.WRONG.clear();
    }

    private void assertWritten(long times) {
        assertThat(database.count("select amount from orders where id = ?", order))
                .isEqualTo(AMOUNT + times);
    }

    @Test
    void aFaultUndoesTheWorkAndTheSameKeyRunsAgainAtOnce() {
        goesWrong();
        assertThat(work("fault").code()).isEqualTo("internal-error");
        assertRunsOnceItCan("fault");
    }

    @Test
    void aPassingFailureUndoesTheWorkAndTheSameKeyRunsAgainAtOnce() {
        goesWrong();
        assertThat(work("unavailable").code()).isEqualTo("store-unavailable");
        assertRunsOnceItCan("unavailable");
    }

    @Test
    void whatCannotBeWrittenUndoesTheWorkAndTheSameKeyRunsAgainAtOnce() {
        goesWrong();
        assertThat(work("flush").code()).isEqualTo("internal-error");
        assertRunsOnceItCan("flush");
    }

    private void assertRunsOnceItCan(String how) {
        assertWritten(0);
        assertThat(database.records(merchant)).isEqualTo(1); // of the order
        Work.WRONG.clear();
        // The claim is given back after the answer is sent: far sooner than its lease would end.
        Reply first = await().until(() -> work(how), reply -> reply.status() != 409);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.replayed()).isFalse();
        assertThat(work(how).body()).isEqualTo(first.body());
        assertWritten(1);
    }

    @Test
    void aRefusalThatIsThrownUndoesTheWorkAndIsStoredAllTheSame() {
        goesWrong();
        Reply refused = work("refusal");
        assertThat(refused.code()).isEqualTo("amount-exceeds-order");
        assertThat(refused.replayed()).isFalse();
        assertWritten(0);
        Work.WRONG.clear();
        Reply again = work("refusal");
        assertThat(again.replayed()).as(again.text()).isTrue();
        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).isEqualTo(refused.body());
        assertThat(again.header("Content-Type")).isEqualTo("application/problem+json");
        assertWritten(0);
        assertThat(database.records(merchant)).isEqualTo(2);
    }
}
