package dev.oncepay.start;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * The process as a job: brings the tables up to this version, says so in one line, and ends. So the instances that
 * serve need not be allowed to make tables, and none of them is held up by a long migration.
 */
@Singleton
@Unremovable
public final class Migration implements QuarkusApplication {
    static final String COMMAND = "migrate";

    /** Nothing is served, swept or looked up meanwhile; and what serving instances are told of migrations is for them. */
    private static final Map<String, String> ALONE = Map.of(
            "quarkus.http.host-enabled", "false",
            "quarkus.scheduler.enabled", "false",
            "quarkus.flyway.migrate-at-start", "false",
            "quarkus.flyway.validate-at-start", "false",
            "quarkus.shutdown.delay", "0s");

    private final Flyway flyway;

    Migration(Flyway flyway) {
        this.flyway = flyway;
    }

    static boolean isAsked(String... arguments) {
        return List.of(arguments).equals(List.of(COMMAND));
    }

    static void start() {
        ALONE.forEach(System::setProperty);
        Quarkus.run(Migration.class, COMMAND);
    }

    @Override
    public int run(String... arguments) {
        try {
            MigrateResult done = flyway.migrate();
            System.out.println("oncepay migrated: " + done.migrationsExecuted + " new, the database is at version "
                    + flyway.info().current().getVersion() + ".");
            return 0;
        } catch (FlywayException failure) {
            System.err.println(
                    "oncepay cannot migrate: " + failure.getMessage().strip().replaceAll("\\s*\\R\\s*", " "));
            return 1;
        }
    }
}
