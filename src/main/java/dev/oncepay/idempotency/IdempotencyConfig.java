package dev.oncepay.idempotency;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How keys are kept. */
@ConfigMapping(prefix = "oncepay.idempotency")
public interface IdempotencyConfig {
    /** How long an answer is kept. A day is what SDKs and the large payment services count on. */
    @WithDefault("PT24H")
    Duration lifetime();

    /** How long one attempt may take before another takes over: three times the acquirer's deadline. */
    @WithDefault("PT30S")
    Duration lease();

    /** How long Redis is waited for: many times its usual answer, and too short for a person to feel. */
    @WithDefault("50ms")
    Duration redisTimeout();

    /** What the answers remembered in this process may take; 0 for none, so that each replay asks Redis. */
    @WithDefault("16M")
    MemorySize rememberedBytes();

    /** The status of {@code idempotency-key-reused}; 422 is the draft's, 400 and 409 are what some SDKs expect. */
    @WithDefault("422")
    int reusedStatus();

    /** Off only to measure what the guard costs. */
    @WithDefault("true")
    boolean enabled();
}
