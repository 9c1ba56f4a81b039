package dev.oncepay.orders;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.idempotency.Answer;
import dev.oncepay.idempotency.Effect;
import dev.oncepay.idempotency.Effect.Column;
import dev.oncepay.idempotency.Effect.Target;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.idempotency.StoredAnswer;
import dev.oncepay.orders.Order.OrderView;
import dev.oncepay.problem.Answers;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.security.Caller;
import dev.oncepay.store.Ids;
import dev.oncepay.store.Postgres;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Orders: made once for each key, in one statement with the key's record. */
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Orders", description = "What is to be paid.")
public class OrderResource {
    private static final String PREFIX = "ord_";

    private static final Target ORDERS = new Target(
            "orders",
            List.of(
                    new Column("merchant", "text"),
                    new Column("id", "text"),
                    new Column("amount", "bigint"),
                    new Column("currency", "text"),
                    new Column("reference", "text"),
                    new Column("metadata", "text"),
                    new Column("created_at", "timestamptz")));

    private final Guard guard;
    private final Postgres postgres;
    private final Caller caller;

    OrderResource(Guard guard, Postgres postgres, Caller caller) {
        this.guard = guard;
        this.postgres = postgres;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Idempotent
    @Cancellable(false)
    @Operation(operationId = "createOrder", summary = "Make an order")
    @Answers(status = 201, body = OrderView.class)
    public Uni<StoredAnswer> create(NewOrder order) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String id = Ids.next(PREFIX);
        String currency = order.currency().getCurrencyCode();
        OrderView view =
                new OrderView(id, order.amount(), currency, order.reference(), "open", 0, order.metadata(), now);
        List<Object> values = List.of(
                caller.merchant(),
                id,
                order.amount(),
                currency,
                order.reference(),
                Metadata.write(order.metadata()),
                now.atOffset(ZoneOffset.UTC));
        return guard.inOneStatement("order", Answer.created("/orders/" + id, view), new Effect(ORDERS, values));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getOrder", summary = "Look at an order")
    @Answers(problems = NOT_FOUND)
    public Uni<OrderView> get(String id) {
        String merchant = caller.merchant();
        return postgres.session(() -> Order.of(merchant, id))
                .onItem()
                .ifNull()
                .failWith(() -> new ProblemException(NOT_FOUND, "There is no such order."))
                .map(Order::view);
    }

    @GET
    @Operation(operationId = "listOrders", summary = "List orders, newest first")
    @Answers(problems = VALIDATION_FAILED)
    public Uni<Page<OrderView>> list(
            @QueryParam("reference") String reference,
            @QueryParam("limit") String limit,
            @QueryParam("after") String after) {
        Page.Request page = Page.Request.of(limit, after, PREFIX);
        Optional<String> only = Page.Request.filter("reference", reference);
        String merchant = caller.merchant();
        return postgres.session(() -> (only.isEmpty()
                                ? Order.<Order>find(
                                        "merchant = ?1 and id < ?2 order by id desc", merchant, page.before())
                                : Order.<Order>find(
                                        "merchant = ?1 and id < ?2 and reference = ?3 order by id desc",
                                        merchant,
                                        page.before(),
                                        only.get()))
                        .page(0, page.limit() + 1)
                        .list())
                .map(rows -> Page.of(rows, page, Order::view, order -> order.id));
    }
}
