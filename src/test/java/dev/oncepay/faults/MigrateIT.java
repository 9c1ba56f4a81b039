package dev.oncepay.faults;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tables made by a job, as on Kubernetes, and instances that only look whether it has been done. */
class MigrateIT {
    private final Database database = Database.own();

    @Test
    void migratesAndEndsAndTheSecondTimeFindsNothingToDo() {
        Instance first = Instance.command("migrate", databaseOnly());
        assertThat(first.exit()).as(first.log()).isZero();
        assertThat(migrated(first)).matches("oncepay migrated: [1-9]\\d* new, the database is at version \\d+\\.");

        Instance second = Instance.command("migrate", databaseOnly());
        assertThat(second.exit()).as(second.log()).isZero();
        assertThat(migrated(second)).startsWith("oncepay migrated: 0 new, ");
        assertThat(database.orders("nobody")).isZero();
    }

    @Test
    void anInstanceThatDoesNotMigrateStartsOnlyAfterTheJob() {
        try (Instance early = Instance.launch(serving())) {
            assertThat(early.exit()).isEqualTo(1);
            assertThat(early.log()).contains("Validate failed");
        }
        Instance job = Instance.command("migrate", databaseOnly());
        assertThat(job.exit()).as(job.log()).isZero();
        try (Instance instance = Instance.start(serving())) {
            assertThat(instance.as("acme").post("/orders", "k", order(1)).status())
                    .isEqualTo(201);
        }
    }

    @Test
    void aMigrationThatFailsEndsWithOneAndOneLine() {
        database.change("create table orders (id int)");
        database.change("create table flyway_schema_history (id int)");
        Instance job = Instance.command("migrate", databaseOnly());
        assertThat(job.exit()).isEqualTo(1);
        assertThat(job.log().lines().filter(line -> line.startsWith("oncepay cannot migrate: ")))
                .as(job.log())
                .hasSize(1);
    }

    @Test
    void withoutADatabaseItSaysWhatIsMissing() {
        Instance job = Instance.command("migrate", Map.of());
        assertThat(job.exit()).isEqualTo(1);
        assertThat(job.log().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("oncepay cannot start: quarkus.datasource."));
    }

    @Test
    void anotherCommandIsRefused() {
        Instance job = Instance.command("migrat", serving());
        assertThat(job.exit()).isEqualTo(1);
        assertThat(job.log().lines()).hasSize(1).allMatch(line -> line.contains("there is no command \"migrat\""));
    }

    private Map<String, String> databaseOnly() {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, 1));
        settings.keySet().removeIf(name -> !name.startsWith("quarkus.datasource."));
        return settings;
    }

    private Map<String, String> serving() {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:1");
        settings.put("quarkus.flyway.migrate-at-start", "false");
        settings.put("quarkus.flyway.validate-at-start", "true");
        return settings;
    }

    private static String migrated(Instance job) {
        return job.log()
                .lines()
                .filter(line -> line.startsWith("oncepay "))
                .reduce((one, another) -> one + another)
                .orElseThrow();
    }
}
