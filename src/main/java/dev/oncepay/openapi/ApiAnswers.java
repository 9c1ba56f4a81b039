package dev.oncepay.openapi;

import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The answers of one call, each with its headers, its schema and an example. */
final class ApiAnswers {
    private static final int ACCEPTED = 202;

    private final OpenAPI api;
    private final boolean guarded;

    ApiAnswers(OpenAPI api, boolean guarded) {
        this.api = api;
        this.guarded = guarded;
    }

    APIResponse success(int status, Schema body) {
        Map<String, Object> overlay = status == ACCEPTED ? Map.of("status", "processing") : Map.of();
        APIResponse answer = answer(status == ACCEPTED ? "Accepted; the outcome is not known yet" : "Done");
        if (guarded) {
            headers(answer, "Idempotent-Replayed", "Location");
        }
        if (status == ACCEPTED) {
            headers(answer, "Retry-After");
        }
        MediaType media = OASFactory.createMediaType()
                .schema(body)
                .addExample(
                        status == ACCEPTED ? "processing" : "done",
                        OASFactory.createExample().value(example(body, overlay)));
        return answer.content(OASFactory.createContent().addMediaType("application/json", media));
    }

    APIResponse problem(int status, List<ProblemCode> codes) {
        APIResponse answer = answer(codes.stream().map(ApiAnswers::described).collect(Collectors.joining("; ")));
        if (guarded && codes.stream().anyMatch(ApiAnswers::isKept)) {
            headers(answer, "Idempotent-Replayed");
        }
        if (codes.stream().anyMatch(ProblemCode::retryable)) {
            headers(answer, "Retry-After");
        }
        if (codes.contains(ProblemCode.UNAUTHORIZED)) {
            headers(answer, "WWW-Authenticate");
        }
        MediaType media =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(ApiParts.PROBLEM));
        codes.forEach(
                code -> media.addExample(code.code(), OASFactory.createExample().ref(code.code())));
        return answer.content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, media));
    }

    private static String described(ProblemCode code) {
        return code == ProblemCode.IDEMPOTENCY_KEY_REUSED
                ? code.title() + " (a setting can make its status 400 or 409; go by the code)"
                : code.title();
    }

    /** Whether a retry gets this very answer again. */
    private static boolean isKept(ProblemCode code) {
        return switch (code) {
            case VALIDATION_FAILED,
                    CARD_DECLINED,
                    REFUND_DECLINED,
                    NOT_FOUND,
                    CURRENCY_MISMATCH,
                    AMOUNT_EXCEEDS_ORDER,
                    AMOUNT_EXCEEDS_CHARGE,
                    CHARGE_NOT_REFUNDABLE -> true;
            default -> false;
        };
    }

    private APIResponse answer(String description) {
        APIResponse answer = OASFactory.createAPIResponse().description(description);
        headers(answer, "Request-Id");
        if (guarded) {
            headers(answer, "Idempotency-Key");
        }
        return answer;
    }

    private static void headers(APIResponse answer, String... names) {
        for (String name : names) {
            answer.addHeader(name, OASFactory.createHeader().ref(name));
        }
    }

    /** Put together of the examples of its members. */
    private Object example(Schema schema, Map<String, Object> overlay) {
        if (schema.getRef() != null) {
            String name = schema.getRef().replaceFirst(".*/", "");
            return example(api.getComponents().getSchemas().get(name), overlay);
        }
        if (schema.getItems() != null) {
            return List.of(example(schema.getItems(), overlay));
        }
        if (schema.getProperties() == null) {
            return ApiMembers.exampleOf(schema);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        schema.getProperties().forEach((name, member) -> members.put(name, example(member, Map.of())));
        members.putAll(overlay);
        return members;
    }
}
