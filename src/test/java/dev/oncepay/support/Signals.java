package dev.oncepay.support;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Stops and continues a process, as a debugger or an overcommitted host would. */
final class Signals {
    private Signals() {}

    static void send(String signal, long processId) {
        int exit = run(List.of("kill", "-" + signal, Long.toString(processId)));
        if (exit != 0) {
            throw new IllegalStateException("kill -" + signal + " " + processId + " gave " + exit);
        }
    }

    /** To several at once; one that has ended meanwhile is left out. */
    static void send(String signal, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        if (!processes.isEmpty()) {
            run(command);
        }
    }

    private static int run(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
