package dev.oncepay.charges;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** How what was begun is brought to its end. */
@ConfigMapping(prefix = "oncepay.recovery")
public interface RecoveryConfig {
    /** How often each instance looks for abandoned operations; settled within the lease and twice this. */
    Duration every();
}
