package dev.oncepay.sandbox;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.problem.Answers;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.Problem.InvalidMember;
import dev.oncepay.problem.ProblemException;
import dev.oncepay.sandbox.SandboxLedger.Authorization;
import dev.oncepay.sandbox.SandboxLedger.Refund;
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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

/** The sandbox acquirer's wire. Nobody is asked for a token, so nothing real stands behind it. */
@Path("/sandbox/acquirer")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
        name = "Sandbox acquirer",
        description =
                "The card network's side, played by this service. Not part of the payments API, and off in production. Nobody is asked for a token.")
public class SandboxResource {
    /** Longer than anybody waits; without an end each lost answer would be kept for ever. */
    private static final Duration NEVER = Duration.ofMinutes(2);

    private final SandboxConfig config;
    private final SandboxLedger ledger;
    private final Vertx vertx;

    SandboxResource(SandboxConfig config, SandboxLedger ledger, Vertx vertx) {
        this.config = config;
        this.ledger = ledger;
        this.vertx = vertx;
    }

    /** Money to take. */
    @Schema(name = "SandboxNewAuthorization")
    public record NewAuthorization(
            String merchant, String charge, long amount, String currency, String paymentMethod) {}

    /** Money to give back. */
    @Schema(name = "SandboxNewRefund")
    public record NewRefund(
            String merchant,
            String charge,
            String refund,
            String authorization,
            long amount,
            String currency,
            String paymentMethod) {}

    /** What the service is told. */
    @Schema(name = "SandboxAnswer")
    public record Answer(String id, String status, String declineCode) {}

    @POST
    @Path("/authorizations")
    @Consumes(MediaType.APPLICATION_JSON)
    @Cancellable(false) // a card network does not stop because its caller has hung up
    @Operation(operationId = "sandboxAuthorize", summary = "Take money")
    @Answers(problems = NOT_FOUND)
    public Uni<Answer> authorize(@HeaderParam("Idempotency-Key") String key, NewAuthorization asked) {
        check();
        require(asked != null, key);
        require(true, asked.merchant(), asked.charge(), asked.currency(), asked.paymentMethod());
        CardBehaviour card = CardBehaviour.of(asked.paymentMethod());
        return later(card, () -> ledger.authorization(key))
                .chain(() -> ledger.authorize(key, asked, card))
                .map(SandboxResource::unlessRefused)
                .chain(row -> answer(card, row.calls(), new Answer(row.id(), row.status(), row.declineCode())));
    }

    @POST
    @Path("/refunds")
    @Consumes(MediaType.APPLICATION_JSON)
    @Cancellable(false) // a card network does not stop because its caller has hung up
    @Operation(operationId = "sandboxRefund", summary = "Give money back")
    @Answers(problems = NOT_FOUND)
    public Uni<Answer> refund(@HeaderParam("Idempotency-Key") String key, NewRefund asked) {
        check();
        require(asked != null, key);
        require(true, asked.merchant(), asked.charge(), asked.refund(), asked.authorization(), asked.currency());
        CardBehaviour card = CardBehaviour.of(Objects.toString(asked.paymentMethod(), ""));
        return later(card, () -> ledger.refund(key))
                .chain(() -> ledger.refund(key, asked, card))
                .map(SandboxResource::unlessRefused)
                .chain(row -> answer(card, row.calls(), new Answer(row.id(), row.status(), row.declineCode())));
    }

    @GET
    @Path("/authorizations")
    @Operation(
            operationId = "sandboxListAuthorizations",
            summary = "List the authorizations of a merchant: one row for each effect")
    @Answers(problems = NOT_FOUND)
    public Uni<List<Authorization>> authorizations(
            @QueryParam("merchant") String merchant, @QueryParam("charge") String charge) {
        check();
        require(true, merchant);
        return ledger.authorizations(merchant, Optional.ofNullable(charge));
    }

    @GET
    @Path("/refunds")
    @Operation(operationId = "sandboxListRefunds", summary = "List the refunds of a merchant: one row for each effect")
    @Answers(problems = NOT_FOUND)
    public Uni<List<Refund>> refunds(@QueryParam("merchant") String merchant, @QueryParam("charge") String charge) {
        check();
        require(true, merchant);
        return ledger.refunds(merchant, Optional.ofNullable(charge));
    }

    @GET
    @Path("/authorizations/{key}")
    @Operation(operationId = "sandboxGetAuthorization", summary = "See what became of a key of an authorization")
    @Answers(problems = NOT_FOUND)
    public Uni<Authorization> authorization(String key) {
        check();
        return ledger.authorization(key).map(SandboxResource::unlessUnknown);
    }

    @GET
    @Path("/refunds/{key}")
    @Operation(operationId = "sandboxGetRefund", summary = "See what became of a key of a refund")
    @Answers(problems = NOT_FOUND)
    public Uni<Refund> refund(String key) {
        check();
        return ledger.refund(key).map(SandboxResource::unlessUnknown);
    }

    /** Making up its mind takes a slow card its time; saying once more what it has decided does not. */
    private <T> Uni<Void> later(CardBehaviour card, Supplier<Uni<Optional<T>>> decided) {
        if (card.delay().isZero()) {
            return after(config.delay());
        }
        return decided.get()
                .chain(known -> after(
                        known.isPresent() ? config.delay() : config.delay().plus(card.delay())));
    }

    private Uni<Void> after(Duration delay) {
        long millis = delay.toMillis();
        return millis == 0
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().emitter(emitter -> vertx.setTimer(millis, timer -> emitter.complete(null)));
    }

    private static Uni<Answer> answer(CardBehaviour card, int call, Answer answer) {
        return card.answers(call)
                ? Uni.createFrom().item(answer)
                : Uni.createFrom().<Answer>nothing().ifNoItem().after(NEVER).failWith(SandboxResource::gaveUp);
    }

    private static ProblemException gaveUp() {
        return new ProblemException(INTERNAL_ERROR, "This card's answer is lost.");
    }

    private static <T> T unlessRefused(Optional<T> row) {
        return row.orElseThrow(
                () -> new ProblemException(INTERNAL_ERROR, "This card refuses for now; nothing has happened."));
    }

    private static <T> T unlessUnknown(Optional<T> row) {
        return row.orElseThrow(() -> new ProblemException(NOT_FOUND, "This key never arrived."));
    }

    private static void require(boolean body, Object... members) {
        if (!body || Stream.of(members).anyMatch(Objects::isNull)) {
            throw new ProblemException(Problem.invalid(List.of(
                    new InvalidMember("", "needs merchant; a POST the header Idempotency-Key and every member too"))));
        }
    }

    private void check() {
        if (!config.enabled()) {
            throw new ProblemException(NOT_FOUND, "The sandbox is off; oncepay.sandbox.enabled=true turns it on.");
        }
    }
}
