package dev.oncepay.start;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;

/** The process: refuses to start, with one line for each thing that is missing or makes no sense, or serves. */
@QuarkusMain
public final class Oncepay {
    private Oncepay() {}

    public static void main(String... arguments) {
        List<String> faults = Preflight.faults(ConfigProvider.getConfig());
        if (faults.isEmpty()) {
            Quarkus.run(arguments);
            return;
        }
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            // Dev mode shows it, and goes on as soon as it is mended.
            throw new IllegalArgumentException(String.join(" ", faults));
        }
        faults.forEach(fault -> System.err.println("oncepay cannot start: " + fault));
        System.exit(1);
    }
}
