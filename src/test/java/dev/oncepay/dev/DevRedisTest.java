package dev.oncepay.dev;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oncepay.problem.ProblemException;
import org.junit.jupiter.api.Test;

/** What may be emptied by anybody who is asked for no token. */
class DevRedisTest {
    @Test
    void aRedisThatWasNotStartedHereIsLeftAlone() {
        DevRedis none = new DevRedis(null, "redis://cache.internal:6379"); // it is not asked
        assertThatThrownBy(none::flush).isInstanceOf(ProblemException.class).hasMessageContaining("left alone");
    }
}
