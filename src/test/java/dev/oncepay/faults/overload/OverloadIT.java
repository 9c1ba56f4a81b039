package dev.oncepay.faults.overload;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A short storm, in every build. */
class OverloadIT {
    /** A slow machine does not come to a thousand in so short a time. */
    private static final int FEWER = 100;

    @Test
    void fourTimesWhatItCanServeLosesNothing() throws Exception {
        Overload.lasting(Duration.ofSeconds(3), Duration.ofSeconds(6), FEWER, Path.of("target", "overload", "short"));
    }
}
