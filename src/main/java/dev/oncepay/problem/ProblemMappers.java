package dev.oncepay.problem;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.oncepay.problem.Problem.InvalidMember;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
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
        if (failure instanceof WebApplicationException web && web.getResponse().getHeaderString("Allow") != null) {
            answer.header("Allow", web.getResponse().getHeaderString("Allow"));
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
        return any(failure, routing);
    }

    /** A member of the wrong JSON type, where no guard has read the body; Quarkus would name classes. */
    @ServerExceptionMapper
    @Priority(FIRST)
    Response mismatched(MismatchedInputException failure, RoutingContext routing) {
        InvalidMember member = new InvalidMember("", "has a member of the wrong JSON type");
        return any(new ProblemException(Problem.invalid(List.of(member))), routing);
    }
}
