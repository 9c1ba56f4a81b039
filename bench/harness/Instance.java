package harness;

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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The packaged service as a process of its own. */
final class Instance {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration START = Duration.ofSeconds(180);
    private static final Duration END = Duration.ofSeconds(300);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String name;
    private final int port;
    private final Process process;
    private final Path log;

    private Instance(String name, int port, Process process, Path log) {
        this.name = name;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    /** What the JVM is told; the report tells it. */
    static String javaOptions() {
        return Optional.ofNullable(System.getenv("BENCH_JAVA_OPTIONS")).orElse("-Xmx512m");
    }

    /** Starts it; {@link #ready} waits. */
    static Instance launch(String name, Path folder, Map<String, String> settings, Cleanup cleanup) {
        List<String> options = List.of(javaOptions().trim().split("\\s+"));
        return launch(name, Path.of(System.getProperty("java.home")), options, folder, settings, cleanup);
    }

    /** @param home of the JDK that runs it */
    static Instance launch(
            String name, Path home, List<String> options, Path folder, Map<String, String> settings, Cleanup cleanup) {
        int port = Ports.free();
        Path log = folder.resolve(name + ".log");
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        line.addAll(options);
        line.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        // What is set for a service of the user's own must not reach this one.
        builder.environment().keySet().removeIf(variable -> variable.matches("(QUARKUS|ONCEPAY|MP_JWT|SMALLRYE)_.*"));
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", "" + port);
        settings.forEach((setting, value) -> builder.environment()
                .put(setting.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        try {
            Process process = builder.start();
            cleanup.later(process::destroyForcibly); // SIGKILL ends a stopped one too
            return new Instance(name, port, process, log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Instance ready() {
        Wait.until(name + " is ready", START, this::isReady);
        return this;
    }

    private boolean isReady() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " has ended:\n" + Files.readString(log));
        }
        return get("/q/health/ready").statusCode() == 200;
    }

    /** The value of a gauge or counter; 0 where there is none. */
    double metric(String series) {
        try {
            return get("/q/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String token, String key, String body) {
        return later(path, token, key, body).join();
    }

    java.util.concurrent.CompletableFuture<HttpResponse<String>> later(
            String path, String token, String key, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Whether the first request with a key has not ended yet. */
    boolean keyIsRunning(String token, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/idempotency-key"))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", key)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("\"in_progress\"");
    }

    /** While another one is measured, so that its timers take nothing from it. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        Command.of("kill", "-" + signal, "" + process.pid()).output();
    }

    /** A polite end: a JVM that trains a cache writes it then. */
    void stop() {
        process.destroy();
        Wait.until(name + " has ended", END, () -> !process.isAlive());
    }

    /** What it has of the machine's memory now. */
    double residentMegabytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", "" + process.pid(), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    long cpuMicros() {
        return Cpu.ofProcess(process.pid());
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }
}
