package dev.oncepay.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One refusal or failure, as RFC 9457 problem details.
 *
 * @param code   which one of the catalogue
 * @param status the HTTP status; the catalogue's, except where a setting changes it
 * @param detail what is wrong with this request, for a person; never SQL, a class name, a stored body or a hash
 * @param more   the extension members of this code, in the order in which they are written
 */
public record Problem(ProblemCode code, int status, String detail, Map<String, Object> more) {
    public static final String MEDIA_TYPE = "application/problem+json";

    /** One member of a request that is not as it should be; {@code pointer} is a JSON Pointer (RFC 6901). */
    public record InvalidMember(String pointer, String detail) {}

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, code.status(), detail, Map.of());
    }

    public static Problem invalid(List<InvalidMember> errors) {
        return of(ProblemCode.VALIDATION_FAILED, "The request has " + errors.size() + " invalid member(s); see errors.")
                .with("errors", errors);
    }

    /** One as it could be sent, with every member of its code: for the pages and the API's description. */
    public static Problem example(ProblemCode code) {
        Problem problem = of(code, code.meaning().replace("`", ""));
        return switch (code) {
            case VALIDATION_FAILED ->
                invalid(List.of(new InvalidMember("/amount", "must be from 1 to 99999999999 minor units")));
            case CARD_DECLINED ->
                problem.with("decline_code", "card_declined").with("charge", "ch_01m810tjjsvyb4c2gxva096stt");
            case REFUND_DECLINED ->
                problem.with("decline_code", "refund_declined").with("refund", "re_01m810tjjsvyb4c2gxva096stt");
            default -> problem;
        };
    }

    public Problem with(String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put(name, value);
        return new Problem(code, status, detail, Collections.unmodifiableMap(members));
    }

    public Problem withStatus(int other) {
        return new Problem(code, other, detail, more);
    }

    /** How long to wait before the next try, in whole seconds; 0 where a retry is of no use. */
    public int retryAfterSeconds() {
        return code.retryable() ? 1 : 0;
    }

    /** The members as they are sent. {@code requestId} leads from the answer to the logs. */
    public Map<String, Object> members(String requestId) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", code.type());
        members.put("title", code.title());
        members.put("status", status);
        members.put("detail", detail);
        members.put("code", code.code());
        members.put("retryable", code.retryable());
        members.put("safe_new_key", code.safeNewKey());
        members.putAll(more);
        members.put("request_id", requestId);
        return members;
    }
}
