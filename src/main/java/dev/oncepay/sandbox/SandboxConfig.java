package dev.oncepay.sandbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The acquirer that plays the card network. */
@ConfigMapping(prefix = "oncepay.sandbox")
public interface SandboxConfig {
    /** On in dev and test; in production only by this. */
    @WithDefault("false")
    boolean enabled();

    /** How long each answer takes, on top of what the card does: a real card network is never as near as this one. */
    @WithDefault("PT0S")
    Duration delay();
}
