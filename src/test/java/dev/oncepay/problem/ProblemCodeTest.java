package dev.oncepay.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue against the contract: clients decide by these whether to retry, and with which key. */
class ProblemCodeTest {
    private record Row(int status, boolean retryable, boolean safeNewKey) {}

    private static final Map<String, Row> CONTRACT = contract();

    private static Map<String, Row> contract() {
        Map<String, Row> rows = new TreeMap<>();
        rows.put("idempotency-key-missing", new Row(400, false, true));
        rows.put("idempotency-key-invalid", new Row(400, false, true));
        rows.put("malformed-body", new Row(400, false, true));
        rows.put("validation-failed", new Row(400, false, true));
        rows.put("unauthorized", new Row(401, false, false));
        rows.put("forbidden", new Row(403, false, false));
        rows.put("card-declined", new Row(402, false, true));
        rows.put("refund-declined", new Row(402, false, true));
        rows.put("not-found", new Row(404, false, true));
        rows.put("method-not-allowed", new Row(405, false, true));
        rows.put("not-acceptable", new Row(406, false, true));
        rows.put("idempotency-key-in-use", new Row(409, true, false));
        rows.put("request-timeout", new Row(408, true, false));
        rows.put("payload-too-large", new Row(413, false, true));
        rows.put("unsupported-media-type", new Row(415, false, true));
        rows.put("idempotency-key-reused", new Row(422, false, false));
        rows.put("currency-mismatch", new Row(422, false, true));
        rows.put("amount-exceeds-order", new Row(422, false, true));
        rows.put("amount-exceeds-charge", new Row(422, false, true));
        rows.put("charge-not-refundable", new Row(422, false, true));
        rows.put("internal-error", new Row(500, true, false));
        rows.put("store-unavailable", new Row(503, true, false));
        rows.put("overloaded", new Row(503, true, false));
        rows.put("service-stopping", new Row(503, true, false));
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void aCodeIsAsTheContractHasIt(ProblemCode code) {
        assertThat(CONTRACT).containsKey(code.code());
        assertThat(new Row(code.status(), code.retryable(), code.safeNewKey())).isEqualTo(CONTRACT.get(code.code()));
    }

    @ParameterizedTest
    @EnumSource
    void aCodeHasAPageATitleAndAnAdvice(ProblemCode code) {
        assertThat(code.type()).isEqualTo("/problems/" + code.code());
        assertThat(code.code()).matches("[a-z]+(-[a-z]+)*");
        assertThat(code.title()).isNotBlank().doesNotContain("\n");
        assertThat(code.advice()).isNotBlank().endsWith(".");
    }

    @Test
    void no409IsGivenForAnythingButARunningRequest() {
        assertThat(Arrays.stream(ProblemCode.values()).filter(code -> code.status() == 409))
                .containsExactly(ProblemCode.IDEMPOTENCY_KEY_IN_USE);
    }

    /** A retry with the same key and a new key cannot both be right. */
    @ParameterizedTest
    @EnumSource
    void whatCanSucceedOnRetryNeverInvitesANewKey(ProblemCode code) {
        assertThat(code.retryable() && code.safeNewKey()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aProblemSaysHowLongToWaitExactlyWhereARetryIsOfUse(ProblemCode code) {
        assertThat(Problem.of(code, "detail").retryAfterSeconds() > 0).isEqualTo(code.retryable());
    }

    @ParameterizedTest
    @EnumSource
    void aProblemIsSentWithEveryMemberOfTheContract(ProblemCode code) {
        Map<String, Object> members = Problem.of(code, "why").with("more", 1).members("req_1");

        assertThat(members)
                .containsEntry("type", "/problems/" + code.code())
                .containsEntry("title", code.title())
                .containsEntry("status", code.status())
                .containsEntry("detail", "why")
                .containsEntry("code", code.code())
                .containsEntry("retryable", code.retryable())
                .containsEntry("safe_new_key", code.safeNewKey())
                .containsEntry("more", 1)
                .containsEntry("request_id", "req_1")
                .hasSize(9);
    }

    @Test
    void theStatusOfAReusedKeyCanBeAnother() {
        Problem reused = Problem.of(ProblemCode.IDEMPOTENCY_KEY_REUSED, "why").withStatus(409);

        assertThat(reused.status()).isEqualTo(409);
        assertThat(reused.members("req_1")).containsEntry("status", 409).containsEntry("retryable", false);
    }
}
