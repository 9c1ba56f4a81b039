package dev.oncepay.openapi;

import static dev.oncepay.problem.ProblemCode.*;

import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.problem.Answers;
import dev.oncepay.problem.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/**
 * Completes the API's description at build time: what can be read off the endpoints' annotations and the catalogue of
 * problems is added here, so no endpoint repeats it.
 */
@OpenApiFilter(RunStage.BUILD)
public class ApiDescription implements OASFilter {
    private static final DotName OPERATION =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.Operation.class);
    private static final DotName ANSWERS = DotName.createSimple(Answers.class);
    private static final DotName IDEMPOTENT = DotName.createSimple(Idempotent.class);

    private static final Set<ProblemCode> ANY_CALL = EnumSet.of(NOT_ACCEPTABLE, INTERNAL_ERROR);
    private static final Set<ProblemCode> WITH_A_TOKEN =
            EnumSet.of(UNAUTHORIZED, FORBIDDEN, STORE_UNAVAILABLE, OVERLOADED, SERVICE_STOPPING);
    private static final Set<ProblemCode> WITH_A_BODY =
            EnumSet.of(MALFORMED_BODY, VALIDATION_FAILED, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE);
    private static final Set<ProblemCode> GUARDED = EnumSet.of(
            IDEMPOTENCY_KEY_MISSING, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED);

    private final Map<String, MethodInfo> endpoints;

    /** @param index of the classes of this build; what is not in it, such as dev's in production, is not described */
    public ApiDescription(IndexView index) {
        endpoints = index.getAnnotations(OPERATION).stream()
                .filter(operation -> operation.value("operationId") != null)
                .collect(Collectors.toMap(
                        operation -> operation.value("operationId").asString(),
                        operation -> operation.target().asMethod(),
                        (one, same) -> one)); // the index of a build is put together of several
    }

    @Override
    public void filterOpenAPI(OpenAPI api) {
        ApiParts.addTo(api);
        ApiMembers.describe(api);
        api.getPaths().getPathItems().forEach((path, item) -> item.getOperations()
                .values()
                .forEach(operation -> describe(api, path, operation)));
    }

    private void describe(OpenAPI api, String path, Operation operation) {
        MethodInfo endpoint = endpoints.get(operation.getOperationId());
        if (endpoint == null) {
            return; // without an operation id nothing is known of it but what it says itself
        }
        boolean isPublic = path.startsWith("/sandbox/") || path.startsWith("/dev/");
        boolean guarded = endpoint.hasAnnotation(IDEMPOTENT);
        boolean anyBody = takesAnyBody(operation);
        Set<ProblemCode> problems = EnumSet.copyOf(ANY_CALL);
        if (!isPublic) {
            operation.addSecurityRequirement(
                    OASFactory.createSecurityRequirement().addScheme(ApiParts.TOKEN));
            problems.addAll(WITH_A_TOKEN);
        }
        if (operation.getRequestBody() != null) {
            problems.addAll(WITH_A_BODY);
            problems.addAll(anyBody && !guarded ? Set.of() : Set.of(UNSUPPORTED_MEDIA_TYPE));
            operation.getRequestBody().setRequired(!anyBody && !mayBeEmpty(endpoint));
        }
        problems.addAll(guarded ? GUARDED : Set.of());
        problems.addAll(ownProblems(endpoint));
        ApiParameters.describe(path, operation);
        if (problems.contains(IDEMPOTENCY_KEY_MISSING)) {
            // what is looked up at first is what was tried at first
            operation.addParameter(ApiParts.key(guarded ? operation.getOperationId() : "createOrder"));
        }
        operation.setResponses(responses(api, operation, endpoint, guarded, problems));
    }

    /** A wildcard among what is consumed says that the body may be left out. */
    private static boolean takesAnyBody(Operation operation) {
        if (operation.getRequestBody() == null
                || !operation.getRequestBody().getContent().hasMediaType("*/*")) {
            return false;
        }
        operation.getRequestBody().getContent().removeMediaType("*/*");
        return true;
    }

    private static boolean mayBeEmpty(MethodInfo endpoint) {
        AnnotationInstance idempotent = endpoint.annotation(IDEMPOTENT);
        return idempotent != null
                && idempotent.value("emptyBodyIsObject") != null
                && idempotent.value("emptyBodyIsObject").asBoolean();
    }

    private static APIResponses responses(
            OpenAPI api, Operation operation, MethodInfo endpoint, boolean guarded, Set<ProblemCode> problems) {
        APIResponses responses = OASFactory.createAPIResponses();
        ApiAnswers answers = new ApiAnswers(api, guarded);
        successes(endpoint)
                .forEach(status -> responses.addAPIResponse(
                        Integer.toString(status),
                        answers.success(status, body(endpoint).orElseGet(() -> operation
                                .getResponses()
                                .getAPIResponse("200")
                                .getContent()
                                .getMediaType("application/json")
                                .getSchema()))));
        problems.stream()
                .collect(Collectors.groupingBy(ProblemCode::status, java.util.TreeMap::new, Collectors.toList()))
                .forEach((status, codes) ->
                        responses.addAPIResponse(Integer.toString(status), answers.problem(status, codes)));
        return responses;
    }

    private static IntStream successes(MethodInfo endpoint) {
        return value(endpoint, "status")
                .map(statuses -> IntStream.of(statuses.asIntArray()))
                .orElseGet(() -> IntStream.of(200));
    }

    private static Optional<org.eclipse.microprofile.openapi.models.media.Schema> body(MethodInfo endpoint) {
        return value(endpoint, "body").map(type -> OASFactory.createSchema()
                .ref(type.asClass().name().withoutPackagePrefix().replaceFirst(".*\\$", "")));
    }

    private static List<ProblemCode> ownProblems(MethodInfo endpoint) {
        return value(endpoint, "problems").stream()
                .flatMap(codes -> Stream.of(codes.asEnumArray()))
                .map(ProblemCode::valueOf)
                .toList();
    }

    private static Optional<AnnotationValue> value(MethodInfo endpoint, String member) {
        return Optional.ofNullable(endpoint.annotation(ANSWERS)).map(answers -> answers.value(member));
    }
}
