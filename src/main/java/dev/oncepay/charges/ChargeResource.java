package dev.oncepay.charges;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.charges.Charge.ChargeView;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.idempotency.StoredAnswer;
import dev.oncepay.orders.Metadata;
import dev.oncepay.orders.Page;
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
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Charges: authorized at the acquirer at most once for each key. */
@Path(ChargeResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Charges", description = "Payments of an order, in whole or in part.")
public class ChargeResource {
    static final String PATH = "/charges";
    private static final String PREFIX = "ch_";

    private final Guard guard;
    private final Wire wire;
    private final Postgres postgres;
    private final Caller caller;

    ChargeResource(Guard guard, Wire wire, Postgres postgres, Caller caller) {
        this.guard = guard;
        this.wire = wire;
        this.postgres = postgres;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Idempotent
    @Cancellable(false)
    @Operation(operationId = "createCharge", summary = "Charge an order")
    @Answers(
            status = {201, 202},
            body = ChargeView.class,
            problems = {CARD_DECLINED, NOT_FOUND, CURRENCY_MISMATCH, AMOUNT_EXCEEDS_ORDER})
    public Uni<StoredAnswer> create(NewCharge request) {
        Charge charge = new Charge();
        charge.merchant = caller.merchant();
        charge.id = Ids.next(PREFIX);
        charge.orderId = request.orderId();
        charge.amount = request.amount();
        charge.currency = request.currency().getCurrencyCode();
        charge.paymentMethod = request.paymentMethod();
        charge.status = Charge.PROCESSING;
        charge.metadata = Metadata.write(request.metadata());
        charge.idempotencyKey = guard.key();
        charge.createdAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return guard.aroundCall(new ChargeFlow(charge, wire));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getCharge", summary = "Look at a charge")
    @Answers(problems = NOT_FOUND)
    public Uni<ChargeView> get(String id) {
        String merchant = caller.merchant();
        return postgres.session(() -> Charge.of(merchant, id))
                .onItem()
                .ifNull()
                .failWith(() -> new ProblemException(NOT_FOUND, "There is no such charge."))
                .map(Charge::view);
    }

    @GET
    @Operation(operationId = "listCharges", summary = "List charges, newest first")
    @Answers(problems = VALIDATION_FAILED)
    public Uni<Page<ChargeView>> list(
            @QueryParam("order_id") String orderId,
            @QueryParam("limit") String limit,
            @QueryParam("after") String after) {
        Page.Request page = Page.Request.of(limit, after, PREFIX);
        Optional<String> only = Page.Request.filter("order_id", orderId);
        String merchant = caller.merchant();
        return postgres.session(() -> (only.isEmpty()
                                ? Charge.<Charge>find(
                                        "merchant = ?1 and id < ?2 order by id desc", merchant, page.before())
                                : Charge.<Charge>find(
                                        "merchant = ?1 and id < ?2 and orderId = ?3 order by id desc",
                                        merchant,
                                        page.before(),
                                        only.get()))
                        .page(0, page.limit() + 1)
                        .list())
                .map(rows -> Page.of(rows, page, Charge::view, charge -> charge.id));
    }
}
