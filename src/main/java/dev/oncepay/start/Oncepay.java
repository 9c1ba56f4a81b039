package dev.oncepay.start;

import dev.oncepay.problem.HeadTimeouts;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The process: refuses to start, with one line for each thing that is missing or makes no sense, or serves. Told to
 * {@code migrate}, it does that and ends.
 */
@QuarkusMain
public final class Oncepay {
    private static final String EMBEDDED_SERVER = "io.zonky.test.db.postgres.embedded.EmbeddedPostgres";
    private static final String REDIS = "quarkus.redis.hosts";

    private Oncepay() {}

    public static void main(String... arguments) {
        boolean packaged = isPackaged();
        Config config = ConfigProvider.getConfig();
        boolean migrates = Migration.isAsked(arguments);
        List<String> faults =
                new ArrayList<>(migrates ? Preflight.faultsToMigrate(config) : Preflight.faults(config, packaged));
        if (!migrates && arguments.length > 0) {
            faults.add("there is no command \"" + String.join(" ", arguments) + "\"; the only one is "
                    + Migration.COMMAND + ", and without one it serves.");
        }
        if (faults.isEmpty() && packaged) {
            new Database(config).fault().ifPresent(faults::add);
        }
        if (!faults.isEmpty()) {
            refuse(faults, packaged);
            return;
        }
        Preflight.unknownNames(config)
                .forEach(name -> System.err.println("oncepay warns: " + name + " is no setting; is it misspelt?"));
        if (packaged && config.getOptionalValue(REDIS, String.class).isEmpty()) {
            System.setProperty(REDIS, "redis://127.0.0.1:6379"); // a sandbox alone never asks it, but must have one
        }
        if (packaged) {
            System.setProperty(HeadTimeouts.ENABLE, HeadTimeouts.ENABLED); // elsewhere Netty would not find it
        }
        if (migrates) {
            Migration.start();
        } else {
            Quarkus.run(arguments);
        }
    }

    /** The embedded servers are on the class path in dev and test, and never in the packaged service. */
    private static boolean isPackaged() {
        try {
            Class.forName(EMBEDDED_SERVER, false, Oncepay.class.getClassLoader());
            return false;
        } catch (ClassNotFoundException left) {
            return true;
        }
    }

    private static void refuse(List<String> faults, boolean packaged) {
        if (!packaged) {
            // Dev mode shows it, and goes on as soon as it is mended.
            throw new IllegalArgumentException(String.join(" ", faults));
        }
        faults.forEach(fault -> System.err.println("oncepay cannot start: " + fault));
        System.exit(1);
    }
}
