import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the AOT cache of the service, while its image is built: starts it over a PostgreSQL that lives as long as this
 * program, with itself as the sandbox acquirer and without Redis, sends it what clients send, and stops it. The JVM
 * then writes down what it has learnt.
 *
 * <p>{@code java Train.java <java of the image> <folder of the service> <folder of PostgreSQL's programs> <cache file>}
 */
final class Train {
    private static final int ROUNDS = 200;
    private static final int TRIES = 20;
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration END = Duration.ofMinutes(5);
    private static final String ISSUER = "https://issuer.example/training";
    private static final int PORT = 18080;
    private static final int DATABASE_PORT = 15432;

    /** What the deployed container has: a machine with much more would choose another layout of the heap. */
    private static final String MEMORY = "-XX:MaxRAM=768m";

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final KeyPair keys;
    private final String token;

    private Train() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        token = token();
    }

    public static void main(String... arguments) throws Exception {
        Path java = Path.of(arguments[0]);
        Path service = Path.of(arguments[1]);
        Path postgres = Path.of(arguments[2]);
        Path cache = Path.of(arguments[3]);
        Path folder = Files.createTempDirectory("training");
        Process database = database(postgres, folder);
        try {
            new Train().run(java, service, cache, folder);
        } finally {
            database.destroy();
            database.waitFor(30, TimeUnit.SECONDS);
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("there is no " + cache);
        }
        System.out.println("trained: " + cache + ", " + Files.size(cache) / 1_000_000 + " MB");
    }

    private static Process database(Path programs, Path folder) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        Process made = new ProcessBuilder(
                        programs.resolve("initdb").toString(), "-D", data.toString(), "-U", "oncepay", "--auth=trust")
                .inheritIO()
                .start();
        if (!made.waitFor(START.toSeconds(), TimeUnit.SECONDS) || made.exitValue() != 0) {
            made.destroyForcibly();
            throw new IllegalStateException("initdb failed");
        }
        return new ProcessBuilder(
                        programs.resolve("postgres").toString(), "-D", data.toString(), "-k", folder.toString(),
                        "-p", "" + DATABASE_PORT, "-c", "listen_addresses=127.0.0.1")
                .inheritIO()
                .start();
    }

    private void run(Path java, Path service, Path cache, Path folder) throws Exception {
        Path key = folder.resolve("public.pem");
        Files.writeString(key, "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        ProcessBuilder builder = new ProcessBuilder(
                        java.toString(), "@" + service.resolve("jvm.options"), MEMORY, "-XX:AOTCacheOutput=" + cache,
                        "-jar", service.resolve("quarkus-run.jar").toString())
                .directory(new File(service.toString()))
                .inheritIO();
        builder.environment().putAll(settings(key));
        Process instance = builder.start();
        try {
            ready(instance);
            for (int round = 0; round < ROUNDS; round++) {
                shop(round);
            }
        } finally {
            instance.destroy();
        }
        if (!instance.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            instance.destroyForcibly();
            throw new IllegalStateException("the service does not end");
        }
    }

    private static Map<String, String> settings(Path key) {
        String database = "postgresql://127.0.0.1:" + DATABASE_PORT + "/postgres";
        return Map.of(
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", "" + PORT,
                "QUARKUS_DATASOURCE_REACTIVE_URL", database,
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + database,
                "QUARKUS_DATASOURCE_USERNAME", "oncepay",
                "QUARKUS_REDIS_HOSTS", "redis://127.0.0.1:1",
                "ONCEPAY_SANDBOX_ENABLED", "true",
                "ONCEPAY_ACQUIRER_URL", "http://127.0.0.1:" + PORT + "/sandbox/acquirer",
                "MP_JWT_VERIFY_ISSUER", ISSUER,
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", key.toString());
    }

    private void ready(Process instance) throws InterruptedException {
        Instant end = Instant.now().plus(START);
        do {
            try {
                if (send(request("/q/health/ready").GET().build()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it starts
            }
        } while (Instant.now().isBefore(end) && !instance.waitFor(200, TimeUnit.MILLISECONDS));
        throw new IllegalStateException(
                instance.isAlive() ? "the service does not get ready" : "the service ended: " + instance.exitValue());
    }

    /** What a client does: an order, a charge, a refund, each sent again; and looks at them; and mistakes. */
    private void shop(int round) throws IOException, InterruptedException {
        String order = id(twice("/orders", "order-" + round,
                "{\"amount\":4200,\"currency\":\"EUR\",\"reference\":\"cart\",\"metadata\":{\"a\":\"b\"}}", 201));
        String charge = id(twice("/charges", "charge-" + round, charge(order, "pm_card_visa"), 201));
        twice("/charges/" + charge + "/refunds", "refund-" + round, "{\"amount\":100,\"reason\":\"r\"}", 201);
        twice("/charges", "declined-" + round, charge(order, "pm_card_declined"), 402);
        post("/orders", "order-" + round, "{\"amount\":1,\"currency\":\"EUR\",\"reference\":\"other\"}", 422);
        post("/orders", "invalid-" + round, "{\"amount\":-1,\"currency\":\"EUR\",\"reference\":\"cart\"}", 400);
        for (String path : new String[] {"/orders/" + order, "/orders?limit=5", "/charges/" + charge, "/q/metrics",
                "/charges?order_id=" + order, "/charges/" + charge + "/refunds", "/q/health/ready"}) {
            expect(send(request(path).GET().build()), 200, path);
        }
    }

    private static String charge(String order, String card) {
        return "{\"order_id\":\"" + order + "\",\"amount\":1000,\"currency\":\"EUR\",\"payment_method\":\"" + card
                + "\"}";
    }

    private String twice(String path, String key, String body, int status) throws IOException, InterruptedException {
        String first = post(path, key, body, status);
        if (!post(path, key, body, status).equals(first)) {
            throw new IllegalStateException("two answers of " + path + " under one key");
        }
        return first;
    }

    private String post(String path, String key, String body, int status) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return expect(send(request), status, path);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    /** A busy machine makes the first requests late: what may be sent again is, as clients do. */
    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        for (int again = 0; again < TRIES && (answer.statusCode() == 503 || answer.statusCode() == 409); again++) {
            Thread.sleep(500);
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        }
        return answer;
    }

    private static String expect(HttpResponse<String> answer, int status, String path) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static String id(String body) {
        Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(body);
        if (!id.find()) {
            throw new IllegalStateException("no id in " + body);
        }
        return id.group(1);
    }

    private String token() throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(("{\"iss\":\"" + ISSUER + "\",\"sub\":\"acme\",\"merchant\":\"acme\","
                                + "\"groups\":[\"payments:read\",\"payments:write\"],\"iat\":" + now + ",\"exp\":"
                                + (now + 3600) + "}").getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
