package dev.oncepay.playground;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The page that shows what a key does. */
@ConfigMapping(prefix = "oncepay.playground")
public interface PlaygroundConfig {
    /** On in dev and test; in production only by this: a page to play with belongs to no service that takes money. */
    @WithDefault("false")
    boolean enabled();
}
