package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What it was measured on. */
final class Machine {
    private Machine() {}

    /** Of the last minute. */
    static double load() {
        return Double.parseDouble(read("/proc/loadavg").split(" ")[0]);
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    static String describe() {
        String model = value("/proc/cpuinfo", "model name", "a CPU that does not say its name");
        double gigabytes =
                Long.parseLong(value("/proc/meminfo", "MemTotal", "0 kB").split(" ")[0]) / 1024.0 / 1024.0;
        String virtual = read("/proc/cpuinfo").contains("hypervisor") ? ", virtual" : "";
        return String.format(
                Locale.ROOT,
                "%s, %d cores%s, %.0f GB, Linux %s",
                model,
                cores(),
                virtual,
                gigabytes,
                System.getProperty("os.version"));
    }

    private static String value(String file, String name, String none) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim().replaceAll("\\s+", " "))
                .findFirst()
                .orElse(none);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
