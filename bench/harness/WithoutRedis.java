package harness;

import java.time.Duration;
import java.util.UUID;

/** Orders while Redis is killed; it comes back with what it had. */
final class WithoutRedis extends HttpWorkload {
    private static final Duration BACK = Duration.ofSeconds(20);

    private final Redis redis;
    private final Tokens tokens;

    WithoutRedis(Instance instance, Wrk wrk, Redis redis, Tokens tokens) {
        super("order-without-redis", "order, guarded, Redis killed", instance, wrk);
        this.redis = redis;
        this.tokens = tokens;
    }

    @Override
    public void begin() {
        super.begin();
        redis.save();
        redis.kill();
    }

    @Override
    public void end() {
        redis.start();
        Wait.until("the service uses Redis again", BACK, () -> {
            instance().post("/orders", tokens.token(), UUID.randomUUID().toString(), ORDER);
            return instance().metric("oncepay_redis_up") == 1;
        });
        super.end();
    }
}
