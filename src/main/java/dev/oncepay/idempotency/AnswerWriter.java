package dev.oncepay.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.ProblemWriter;
import dev.oncepay.problem.RequestId;
import jakarta.enterprise.context.ApplicationScoped;

/** Serialises an answer, once: the bytes that are sent are the bytes that are stored. */
@ApplicationScoped
class AnswerWriter {
    private final ObjectMapper json;
    private final ProblemWriter problems;

    AnswerWriter(ObjectMapper json, ProblemWriter problems) {
        this.json = json;
        this.problems = problems;
    }

    StoredAnswer bytes(Answer answer) {
        return new StoredAnswer(answer.status(), answer.headers(), body(answer.entity()));
    }

    private byte[] body(Object entity) {
        if (entity instanceof Problem problem) {
            return problems.bytes(problem, RequestId.current());
        }
        try {
            return json.writeValueAsBytes(entity);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException("this answer cannot be written as JSON", unwritable);
        }
    }
}
