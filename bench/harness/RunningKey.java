package harness;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

/** Retries of a request that is still running: a charge whose card never answers, until the acquirer's deadline. */
final class RunningKey extends HttpWorkload {
    /** The deadline is 10 s; what goes before and after the measuring takes the rest. */
    private static final int LONGEST_SECONDS = 7;

    private final Tokens tokens;
    private final String body;

    RunningKey(Instance instance, Tokens tokens, String order) {
        super(
                "in-use",
                "`409` for a running key",
                instance,
                new Wrk(instance, tokens, "/charges").set("KEYS", "one").expectingRefusals());
        this.tokens = tokens;
        body = Orders.charge(order, "pm_card_lost_answer");
        wrk().set("BODY", body);
    }

    @Override
    public void begin() {
        super.begin();
        String key = UUID.randomUUID().toString();
        wrk().set("KEY", key);
        instance().later("/charges", tokens.token(), key, body);
        Wait.until("the charge is running", Duration.ofSeconds(10), () -> instance()
                .keyIsRunning(tokens.token(), key));
        HttpResponse<String> retry = instance().post("/charges", tokens.token(), key, body);
        if (retry.statusCode() != 409) {
            throw new IllegalStateException("expected 409: " + retry.statusCode() + " " + retry.body());
        }
    }

    @Override
    public Load run(int seconds, int connections) {
        return super.run(Math.min(seconds, LONGEST_SECONDS), connections);
    }
}
