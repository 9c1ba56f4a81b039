package dev.oncepay.faults.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.faults.suite.Client.Habits;
import dev.oncepay.support.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fault suite's long run, as large as the system properties say. */
@Tag("faults")
class LongFaultSuiteIT {
    @Test
    void thousandsOfPaymentsAmongFaults() throws Exception {
        Settings settings = Settings.ofTheLongRun();
        Run run = new Run(settings, List.of(FaultKind.values()), new Plans(settings.seed()), Habits.USUAL);
        Files.writeString(Path.of("target", "faults-schedule-" + settings.seed() + ".txt"), run.schedule() + "\n");
        System.out.println("seed " + settings.seed() + "\n" + run.schedule());
        List<String> quick = new Archive(Path.of("target", "faults", "archive")).options();
        try (Stage stage = new Stage(Path.of("target", "faults", "long"), folder -> Instance.FOLDER, quick)) {
            Report report = Run.printed(run.on(stage), "" + settings.seed());
            assertThat(report.violations()).isEmpty();
            assertThat(report.faults().values()).allMatch(times -> times == settings.each());
        }
    }
}
