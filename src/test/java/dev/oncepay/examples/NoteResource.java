package dev.oncepay.examples;

import dev.oncepay.idempotency.Answer;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.idempotency.StoredAnswer;
import dev.oncepay.orders.Order;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.security.Caller;
import dev.oncepay.store.Ids;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.Cancellable;

// begin own-endpoint
@Path("/notes")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class NoteResource {
    private final Guard guard;
    private final Caller caller;

    NoteResource(Guard guard, Caller caller) {
        this.guard = guard;
        this.caller = caller;
    }

    public record NewNote(@NotNull String orderId, @NotNull @Size(min = 1, max = 200) String text) {}

    public record NoteView(String id, String orderId, String text) {}

    @POST
    @Idempotent
    @Cancellable(false)
    public Uni<StoredAnswer> create(NewNote asked) {
        String merchant = caller.merchant();
        return guard.inOneTransaction("note", () -> Order.of(merchant, asked.orderId())
                .chain(order -> order == null ? noSuchOrder() : write(merchant, asked)));
    }

    private Uni<Answer> write(String merchant, NewNote asked) {
        Note note = new Note();
        note.id = Ids.next("note_");
        note.merchant = merchant;
        note.orderId = asked.orderId();
        note.text = asked.text();
        return note.persist()
                .replaceWith(Answer.created("/notes/" + note.id, new NoteView(note.id, note.orderId, note.text)));
    }

    private Uni<Answer> noSuchOrder() {
        return Uni.createFrom().item(Answer.refused(Problem.of(ProblemCode.NOT_FOUND, "There is no such order.")));
    }
}
// end own-endpoint
