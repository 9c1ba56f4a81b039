package dev.oncepay.faults.overload;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A minute of it. */
@Tag("faults")
class LongOverloadIT {
    @Test
    void fourTimesWhatItCanServeForAMinuteLosesNothing() throws Exception {
        Overload.lasting(Duration.ofSeconds(15), Duration.ofSeconds(60), Path.of("target", "overload", "long"));
    }
}
