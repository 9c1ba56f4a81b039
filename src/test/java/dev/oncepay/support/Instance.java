package dev.oncepay.support;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged jar as a process of its own, in the production profile, set up by its environment. */
public final class Instance implements AutoCloseable {
    public static final Path FOLDER = Path.of("target", "quarkus-app");

    /** Three that start at once on a busy machine of two cores took more than a minute. */
    private static final Duration START = Duration.ofMinutes(2);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;
    private final Process process;
    private final File log;

    private Instance(int port, Process process, File log) {
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /**
     * What is started, and how.
     *
     * @param folder of the packaged service
     * @param java   options of the JVM
     * @param log    what it says is added to
     */
    public record Packaged(Path folder, List<String> java, File log) {}

    /** Starts one and waits until it is ready. */
    public static Instance start(Map<String, String> settings) {
        return launch(settings).ready();
    }

    public Instance ready() {
        await().atMost(START).until(this::isReady);
        return this;
    }

    public static Instance launch(Map<String, String> settings) {
        return launch(settings, List.of());
    }

    /** One that does what it is told and ends by itself. */
    public static Instance command(String command, Map<String, String> settings) {
        return launch(settings, List.of(command));
    }

    private static Instance launch(Map<String, String> settings, List<String> arguments) {
        int port = Integer.parseInt(settings.getOrDefault("quarkus.http.port", "" + Ports.free()));
        File log = new File("target/instances/" + port + ".log");
        log.delete();
        Map<String, String> all = new HashMap<>(settings);
        all.put("quarkus.http.port", "" + port);
        return launch(new Packaged(FOLDER, List.of("-Xmx256m"), log), all, arguments);
    }

    /** @param settings with the port */
    public static Instance launch(Packaged packaged, Map<String, String> settings) {
        return launch(packaged, settings, List.of());
    }

    private static Instance launch(Packaged packaged, Map<String, String> settings, List<String> arguments) {
        int port = Integer.parseInt(settings.get("quarkus.http.port"));
        File log = packaged.log();
        log.getParentFile().mkdirs();
        List<String> command = program(packaged);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        Map<String, String> all = new HashMap<>(settings);
        all.put("quarkus.http.host", "127.0.0.1");
        all.forEach((name, value) ->
                builder.environment().put(name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        try {
            return new Instance(port, builder.start(), log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Its jar; or the executable, in a build that made one. */
    private static List<String> program(Packaged packaged) {
        String executable = System.getProperty("oncepay.test.executable", "");
        List<String> command = new ArrayList<>();
        if (!executable.isBlank() && packaged.folder().equals(FOLDER)) {
            command.add(executable);
            command.addAll(packaged.java());
            return command;
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(packaged.java());
        command.addAll(
                List.of("-jar", packaged.folder().resolve("quarkus-run.jar").toString()));
        return command;
    }

    private boolean isReady() throws InterruptedException {
        if (!isAlive()) {
            throw new IllegalStateException("the instance ended:\n" + log());
        }
        return answersReady();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it says of itself that it is ready; not so when it has ended. */
    public boolean answersReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Of a counter or gauge, by its name and tags as Prometheus writes them; 0 where there is none yet. */
    public double metric(String series) {
        return as("metrics")
                .get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public Service as(String merchant) {
        return new Service(url(), Keys.token(merchant));
    }

    public String log() {
        try {
            return Files.readString(log.toPath());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public int exit() {
        try {
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("it goes on running:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** SIGTERM: as an orchestrator asks it to end. */
    public void terminate() {
        process.destroy();
    }

    public void kill() {
        process.destroyForcibly();
        exit();
    }

    /** A polite end, by {@code SIGTERM}. */
    public void stop() {
        process.destroy();
        exit();
    }

    public void pause() {
        Signals.send("STOP", process.pid());
    }

    public void resume() {
        Signals.send("CONT", process.pid());
    }

    @Override
    public void close() {
        kill();
    }
}
