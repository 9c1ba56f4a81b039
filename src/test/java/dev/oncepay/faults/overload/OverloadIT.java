package dev.oncepay.faults.overload;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A short storm, in every build. */
class OverloadIT {
    @Test
    void fourTimesWhatItCanServeLosesNothing() throws Exception {
        Overload.lasting(Duration.ofSeconds(3), Duration.ofSeconds(6), Path.of("target", "overload", "short"));
    }
}
