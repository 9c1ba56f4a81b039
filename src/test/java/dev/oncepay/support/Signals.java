package dev.oncepay.support;

import java.io.IOException;

/** Stops and continues a process, as a debugger or an overcommitted host would. */
final class Signals {
    private Signals() {}

    static void send(String signal, long processId) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(processId))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " " + processId + " gave " + exit);
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
