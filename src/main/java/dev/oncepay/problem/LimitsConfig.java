package dev.oncepay.problem;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much one instance takes on at once. */
@ConfigMapping(prefix = "oncepay.limits")
public interface LimitsConfig {
    /**
     * How many requests are worked on at once: a hundred charges a second while the acquirer is silent for its ten
     * seconds, and they fit into 256 MiB of heap.
     */
    @WithDefault("1000")
    int requestsInFlight();

    /** How long the head of a request may take to come, and then its body: 256 KiB come in that over 210 kbit/s. */
    @WithDefault("PT10S")
    Duration receiveTimeout();
}
