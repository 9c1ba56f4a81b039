package dev.oncepay.start;

import java.util.Set;
import java.util.stream.Collectors;

/** The service's own settings as environment variables, for tests that read files which set them. */
public final class SettingNames {
    private SettingNames() {}

    public static Set<String> asEnvironment() {
        return Preflight.SETTINGS.stream().map(Preflight::environmentName).collect(Collectors.toSet());
    }

    public static String migrateCommand() {
        return Migration.COMMAND;
    }
}
