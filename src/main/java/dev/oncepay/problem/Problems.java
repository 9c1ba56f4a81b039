package dev.oncepay.problem;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.store.StoreUnavailable;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import org.jboss.logging.Logger;

/** Says for any failure which problem the client is told of: the one place where failures meet HTTP. */
final class Problems {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.problem");

    private Problems() {}

    static Problem of(Throwable failure, String requestId) {
        if (failure instanceof ProblemException refused) {
            return refused.problem();
        }
        if (failure instanceof StoreUnavailable) {
            LOG.warnf("event=store-unavailable request_id=%s cause=%s", requestId, rootOf(failure));
            return Problem.of(
                    STORE_UNAVAILABLE,
                    "Nothing was done, or it will be finished: retry with the same key to find out which.");
        }
        if (failure instanceof AuthenticationFailedException || failure instanceof UnauthorizedException) {
            return Problem.of(UNAUTHORIZED, "The access token is missing, expired, or not one that we accept.");
        }
        if (failure instanceof ForbiddenException) {
            return Problem.of(FORBIDDEN, "The access token does not allow this call.");
        }
        if (failure instanceof WebApplicationException web && web.getResponse().getStatus() < 500) {
            return ofStatus(web.getResponse().getStatus(), requestId);
        }
        LOG.errorf(failure, "event=internal-error request_id=%s", requestId);
        return Problem.of(INTERNAL_ERROR, "The failure was logged under this request_id.");
    }

    /** For what was refused before any code of ours ran. */
    static Problem ofStatus(int status, String requestId) {
        return switch (status) {
            case 400 -> Problem.of(MALFORMED_BODY, "The request cannot be read as HTTP with a JSON body.");
            case 401 -> Problem.of(UNAUTHORIZED, "The access token is missing, expired, or not one that we accept.");
            case 403 -> Problem.of(FORBIDDEN, "The access token does not allow this call.");
            case 404 -> Problem.of(NOT_FOUND, "Nothing is found at this path.");
            case 405 -> Problem.of(METHOD_NOT_ALLOWED, "This path does not know this method.");
            case 406 -> Problem.of(NOT_ACCEPTABLE, "This path answers application/json only.");
            case 413 -> Problem.of(PAYLOAD_TOO_LARGE, "The body has more than 262144 bytes.");
            case 415 -> Problem.of(UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8.");
            default -> {
                LOG.errorf("event=internal-error request_id=%s status=%d", requestId, status);
                yield Problem.of(INTERNAL_ERROR, "The failure was logged under this request_id.");
            }
        };
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
