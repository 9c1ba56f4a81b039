package dev.oncepay.problem;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.oncepay.problem.Problem.InvalidMember;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * What fails inside JAX-RS. An exception without a mapper would pass by the response filters, so there is one for
 * {@link Throwable}.
 */
class ProblemMappers {
    /** Ahead of Quarkus's own, which answer with HTML or with nothing. */
    private static final int FIRST = 1;

    private final ProblemWriter writer;

    ProblemMappers(ProblemWriter writer) {
        this.writer = writer;
    }

    @ServerExceptionMapper
    @Priority(FIRST)
    Response any(Throwable failure, RoutingContext routing) {
        String requestId = RequestId.of(routing);
        Problem problem = Problems.of(failure, requestId);
        Response.ResponseBuilder answer =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(writer.bytes(problem, requestId));
        if (problem.retryAfterSeconds() > 0) {
            answer.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        return answer.build();
    }

    @ServerExceptionMapper
    @Priority(FIRST)
    Response web(WebApplicationException failure, RoutingContext routing) {
        return any(failure, routing);
    }

    @ServerExceptionMapper
    @Priority(FIRST)
    Response notFound(NotFoundException failure, RoutingContext routing) {
        return AllowedMethods.ofCurrentPath().isEmpty() ? any(failure, routing) : notAllowed(routing);
    }

    @ServerExceptionMapper(NotAllowedException.class)
    @Priority(FIRST)
    Response notAllowed(RoutingContext routing) {
        Response answer = any(new NotAllowedException(Response.status(405).build()), routing);
        answer.getHeaders().putSingle(HttpHeaders.ALLOW, String.join(", ", AllowedMethods.ofCurrentPath()));
        return answer;
    }

    /** A member that is unknown, or of the wrong JSON type, where no guard has read the body; Quarkus would name classes. */
    @ServerExceptionMapper
    @Priority(FIRST)
    Response mismatched(MismatchedInputException failure, RoutingContext routing) {
        String detail = failure instanceof UnrecognizedPropertyException
                ? "has a member that is not known here"
                : "has a member of the wrong JSON type";
        InvalidMember member = new InvalidMember("", detail);
        return any(new ProblemException(Problem.invalid(List.of(member))), routing);
    }
}
