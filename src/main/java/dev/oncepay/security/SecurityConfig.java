package dev.oncepay.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How callers are recognised. */
@ConfigMapping(prefix = "oncepay.security")
public interface SecurityConfig {
    /** The claim that names the account on whose behalf a call is made; {@code sub} scopes keys to the user. */
    @WithDefault("merchant")
    String merchantClaim();
}
