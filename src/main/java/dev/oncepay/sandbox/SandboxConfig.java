package dev.oncepay.sandbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The acquirer that plays the card network. */
@ConfigMapping(prefix = "oncepay.sandbox")
public interface SandboxConfig {
    /** On in dev and test; in production only by this. */
    @WithDefault("false")
    boolean enabled();
}
