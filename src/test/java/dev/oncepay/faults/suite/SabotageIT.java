package dev.oncepay.faults.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker can see: each way to break the promise is reported, and as what it is. */
@Tag("faults")
class SabotageIT {
    private static final List<String> CARDS = List.of("pm_card_lost_answer", "pm_card_visa", "pm_card_slow");

    @ParameterizedTest
    @EnumSource
    void theSabotagedServiceIsFoundOut(Sabotage sabotage) throws Exception {
        Settings settings = new Settings(17, 120, sabotage.each(), 24, Duration.ofMinutes(5));
        Path folder = Path.of("target", "faults", sabotage.name().toLowerCase(java.util.Locale.ROOT));
        Run run = new Run(settings, sabotage.faults(), new Plans(settings.seed(), CARDS), sabotage.habits());
        try (Stage stage = new Stage(
                folder, place -> new Workshop(Instance.FOLDER, place).copyWith(sabotage.edits()), List.of())) {
            Report report = Run.printed(run.on(stage), sabotage.name());
            assertThat(report.violations())
                    .as("the service %s", sabotage.words())
                    .anyMatch(violation -> violation.rule() == sabotage.found());
        }
    }
}
