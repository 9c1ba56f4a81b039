package dev.oncepay.sandbox;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.Problem.InvalidMember;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.sandbox.SandboxLedger.Authorization;
import dev.oncepay.store.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;

/** The sandbox acquirer's wire. Nobody is asked for a token, so nothing real stands behind it. */
@Path("/sandbox/acquirer")
@Produces(MediaType.APPLICATION_JSON)
public class SandboxResource {
    private final SandboxConfig config;
    private final SandboxLedger ledger;
    private final Vertx vertx;

    SandboxResource(SandboxConfig config, SandboxLedger ledger, Vertx vertx) {
        this.config = config;
        this.ledger = ledger;
        this.vertx = vertx;
    }

    /** What the service asks for. */
    public record NewAuthorization(
            String merchant, String charge, long amount, String currency, String paymentMethod) {}

    /** What it is told. */
    public record Answer(String id, String status, String declineCode) {}

    @POST
    @Path("/authorizations")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Answer> authorize(@HeaderParam("Idempotency-Key") String key, NewAuthorization asked) {
        check();
        if (key == null
                || asked == null
                || asked.merchant() == null
                || asked.charge() == null
                || asked.currency() == null
                || asked.paymentMethod() == null) {
            return Uni.createFrom()
                    .failure(new ProblemException(Problem.invalid(
                            List.of(new InvalidMember("", "needs the header Idempotency-Key and every member")))));
        }
        CardBehaviour card = CardBehaviour.of(asked.paymentMethod());
        return later(card)
                .chain(() -> ledger.authorize(key, Ids.next("auth_"), asked, card))
                .chain(row -> card.answers(row.calls())
                        ? Uni.createFrom().item(new Answer(row.id(), row.status(), row.declineCode()))
                        : Uni.createFrom().nothing());
    }

    @GET
    @Path("/authorizations")
    public Uni<List<Authorization>> list(@QueryParam("merchant") String merchant, @QueryParam("charge") String charge) {
        check();
        return ledger.list(merchant, Optional.ofNullable(charge));
    }

    @GET
    @Path("/authorizations/{key}")
    public Uni<Authorization> find(String key) {
        check();
        return ledger.find(key)
                .map(found -> found.orElseThrow(
                        () -> new ProblemException(ProblemCode.NOT_FOUND, "This key never arrived.")));
    }

    private Uni<Void> later(CardBehaviour card) {
        if (card.delay().isZero()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .emitter(emitter -> vertx.setTimer(card.delay().toMillis(), timer -> emitter.complete(null)));
    }

    private void check() {
        if (!config.enabled()) {
            throw new ProblemException(
                    ProblemCode.NOT_FOUND, "The sandbox is off; oncepay.sandbox.enabled=true turns it on.");
        }
    }
}
