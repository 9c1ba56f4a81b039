package dev.oncepay.faults.overload;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A minute of it. */
@Tag("faults")
class LongOverloadIT {
    private static final int BY_DEFAULT = 1000;

    @Test
    void fourTimesWhatItCanServeForAMinuteLosesNothing() throws Exception {
        Overload.lasting(
                Duration.ofSeconds(15), Duration.ofSeconds(60), BY_DEFAULT, Path.of("target", "overload", "long"));
    }
}
