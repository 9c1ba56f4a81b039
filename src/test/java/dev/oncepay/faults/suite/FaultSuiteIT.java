package dev.oncepay.faults.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.faults.suite.Client.Habits;
import dev.oncepay.support.Instance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fault suite's short run: some hundred payments, and each kind of fault. */
class FaultSuiteIT {
    @Test
    void someHundredPaymentsAmongEachKindOfFault() throws Exception {
        Settings settings = Settings.ofTheShortRun();
        Run run = new Run(settings, List.of(FaultKind.values()), new Plans(settings.seed()), Habits.USUAL);
        try (Stage stage = new Stage(Path.of("target", "faults", "short"), folder -> Instance.FOLDER, List.of())) {
            Report report = Run.printed(run.on(stage), "short");
            assertThat(report.violations()).isEmpty();
            assertThat(report.faults()).hasSize(FaultKind.values().length);
        }
    }
}
