package dev.oncepay.charges;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.charges.Refund.RefundView;
import dev.oncepay.idempotency.Guard;
import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.idempotency.StoredAnswer;
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

/** Refunds: asked for at the acquirer at most once for each key. */
@Path("/charges/{charge}/refunds")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Refunds", description = "Money of a charge given back, in whole or in part.")
public class RefundResource {
    private static final String PREFIX = "re_";

    private final Guard guard;
    private final Wire wire;
    private final Postgres postgres;
    private final Caller caller;

    RefundResource(Guard guard, Wire wire, Postgres postgres, Caller caller) {
        this.guard = guard;
        this.wire = wire;
        this.postgres = postgres;
        this.caller = caller;
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD
    }) // without a body there is no type; with one, the guard asks for JSON
    @Idempotent(emptyBodyIsObject = true)
    @Cancellable(false)
    @Operation(operationId = "createRefund", summary = "Refund a charge")
    @Answers(
            status = {201, 202},
            body = RefundView.class,
            problems = {REFUND_DECLINED, NOT_FOUND, AMOUNT_EXCEEDS_CHARGE, CHARGE_NOT_REFUNDABLE})
    public Uni<StoredAnswer> create(String charge, NewRefund request) {
        if (!Ids.isId(charge)) {
            throw new ProblemException(NOT_FOUND, "There is no such charge.");
        }
        Refund refund = new Refund();
        refund.merchant = caller.merchant();
        refund.id = Ids.next(PREFIX);
        refund.chargeId = charge;
        refund.reason = request.reason();
        refund.status = Refund.PROCESSING;
        refund.idempotencyKey = guard.key();
        refund.createdAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return guard.aroundCall(new RefundFlow(refund, Optional.ofNullable(request.amount()), wire));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getRefund", summary = "Look at a refund")
    @Answers(problems = NOT_FOUND)
    public Uni<RefundView> get(String charge, String id) {
        String merchant = caller.merchant();
        return postgres.session(() -> Refund.of(merchant, id)).map(found -> Optional.ofNullable(found)
                .filter(refund -> refund.chargeId.equals(charge))
                .map(Refund::view)
                .orElseThrow(() -> new ProblemException(NOT_FOUND, "There is no such refund.")));
    }

    @GET
    @Operation(operationId = "listRefunds", summary = "List the refunds of a charge, newest first")
    @Answers(problems = {VALIDATION_FAILED, NOT_FOUND})
    public Uni<Page<RefundView>> list(
            String charge, @QueryParam("limit") String limit, @QueryParam("after") String after) {
        Page.Request page = Page.Request.of(limit, after, PREFIX);
        String merchant = caller.merchant();
        return postgres.session(() -> Charge.of(merchant, charge)
                        .onItem()
                        .ifNull()
                        .failWith(() -> new ProblemException(NOT_FOUND, "There is no such charge."))
                        .chain(known -> Refund.<Refund>find(
                                        "merchant = ?1 and id < ?2 and chargeId = ?3 order by id desc",
                                        merchant,
                                        page.before(),
                                        charge)
                                .page(0, page.limit() + 1)
                                .list()))
                .map(rows -> Page.of(rows, page, Refund::view, refund -> refund.id));
    }
}
