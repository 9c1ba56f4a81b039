package harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU times of processes, user and system, from /proc. In µs, though the kernel counts in ticks of 10 ms. */
final class Cpu {
    private static final long MICROS_PER_TICK = 1_000_000L / ticksPerSecond();

    // After the name, which may have blanks in it: proc(5) counts from 1, and the name is the second.
    private static final int PARENT = 4 - 3;
    private static final int USER = 14 - 3;
    private static final int SYSTEM = 15 - 3;
    private static final int ENDED_CHILDREN_USER = 16 - 3;
    private static final int ENDED_CHILDREN_SYSTEM = 17 - 3;

    private Cpu() {}

    private static long ticksPerSecond() {
        return Long.parseLong(Command.of("getconf", "CLK_TCK").output().trim());
    }

    static long ofProcess(long pid) {
        return MICROS_PER_TICK * own(stat(pid));
    }

    /** With its children, those that have ended too: PostgreSQL's server and its connections. */
    static long ofFamily(long pid) {
        String[] parent = stat(pid);
        long ticks = own(parent) + endedChildren(parent);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String[] child = stat(Long.parseLong(process.getFileName().toString()));
                if (Long.parseLong(child[PARENT]) == pid) {
                    ticks += own(child);
                }
            }
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        return MICROS_PER_TICK * ticks;
    }

    /** Of all that this harness has started and that has ended: between two calls, the client. */
    static long ofEndedChildren() {
        return MICROS_PER_TICK * endedChildren(stat(ProcessHandle.current().pid()));
    }

    private static long own(String[] stat) {
        return Long.parseLong(stat[USER]) + Long.parseLong(stat[SYSTEM]);
    }

    private static long endedChildren(String[] stat) {
        return Long.parseLong(stat[ENDED_CHILDREN_USER]) + Long.parseLong(stat[ENDED_CHILDREN_SYSTEM]);
    }

    /** @return all zeros for a process that has ended meanwhile */
    private static String[] stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException ended) {
            return "0 ".repeat(ENDED_CHILDREN_SYSTEM + 1).split(" ");
        }
    }
}
