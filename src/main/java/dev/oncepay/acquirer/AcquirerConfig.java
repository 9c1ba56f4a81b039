package dev.oncepay.acquirer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The way to the card network. */
@ConfigMapping(prefix = "oncepay.acquirer")
public interface AcquirerConfig {
    /** Where its calls are; in dev and test this service's own sandbox, where none is given. */
    Optional<URI> url();

    /** How long one call may take. Card networks answer within seconds; a person at a till waits no longer than this. */
    @WithDefault("PT10S")
    Duration timeout();

    /** How long the acquirer remembers a key. After it an open charge is looked up, never posted again. */
    @WithDefault("PT24H")
    Duration keyLifetime();

    /** Sent as a bearer token. */
    Optional<String> apiKey();
}
