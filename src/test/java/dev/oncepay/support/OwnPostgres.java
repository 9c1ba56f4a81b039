package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** A real PostgreSQL of a test's own, to kill, stop and start again on its data. */
public final class OwnPostgres implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Silent: it reports as an error, with its stack, that a server which is gone cannot be stopped. */
    private static final Logger ITS_LOG = Logger.getLogger(EmbeddedPostgres.class.getName());

    static {
        ITS_LOG.setLevel(Level.OFF);
    }

    private final int port = Ports.free();
    private final Path data;
    private EmbeddedPostgres server;
    private ProcessHandle postmaster;

    /** @param data a folder of its own, that is not there yet */
    public OwnPostgres(Path data) {
        this.data = data;
        start();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&password=postgres";
    }

    /** On the data that is there. */
    public void start() {
        try {
            server = EmbeddedServers.durablePostgres()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();
            postmaster = postmaster();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private ProcessHandle postmaster() throws IOException {
        String processId = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
        return ProcessHandle.of(Long.parseLong(processId.strip())).orElseThrow();
    }

    /** {@code kill -9} of the server and of every process of a connection: nothing is written any more. */
    public void kill() {
        List<ProcessHandle> all = processes();
        Signals.send("KILL", all);
        await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        forget();
    }

    /** An orderly end: connections are closed, transactions undone, everything is written. */
    public void stopFast() {
        end("INT");
    }

    /** An end without a last word: the next start recovers, as after a crash. */
    public void stopImmediately() {
        end("QUIT");
    }

    private void end(String signal) {
        Signals.send(signal, List.of(postmaster));
        await().atMost(PATIENCE).until(() -> !postmaster.isAlive());
        forget();
    }

    /** As a host that has frozen: connections stay open, and nobody answers. */
    public void pause() {
        // first the one that makes new processes, then those that are there
        Signals.send("STOP", List.of(postmaster));
        Signals.send("STOP", postmaster.descendants().toList());
    }

    public void resume() {
        Signals.send("CONT", processes());
    }

    private List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    /** It lets go of the data folder; the server itself is gone. */
    private void forget() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        if (postmaster.isAlive()) {
            resume();
            stopFast();
        }
    }
}
