package dev.oncepay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged jar with a certificate that was made for this run, set up as docs/operating.md says. */
class TlsIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int PORT = Ports.free();

    private static Instance instance;
    private static HttpClient trusting;

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException, InterruptedException {
        String password = UUID.randomUUID().toString();
        Path store = Path.of("target", "instances", PORT + ".p12").toAbsolutePath();
        Files.createDirectories(store.getParent());
        makeCertificate(store, password);
        Map<String, String> settings = new HashMap<>(Environment.settings(Database.own(), EmbeddedServers.redisPort()));
        settings.put("quarkus.http.ssl-port", "" + PORT);
        settings.put("quarkus.http.insecure-requests", "disabled");
        settings.put("quarkus.http.ssl.certificate.key-store-file", store.toString());
        settings.put("quarkus.http.ssl.certificate.key-store-password", password);
        settings.put("oncepay.acquirer.url", "https://acquirer.example");
        instance = Instance.launch(settings);
        trusting = HttpClient.newBuilder().sslContext(trusting(store, password)).build();
        await().atMost(SOON).until(TlsIT::isReady);
    }

    @AfterAll
    static void stop() {
        instance.close();
    }

    private static void makeCertificate(Path store, String password) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "oncepay",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost,IP:127.0.0.1",
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
    }

    private static SSLContext trusting(Path store, String password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, password.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("oncepay", keys.getCertificate("oncepay"));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + PORT + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + Keys.token("m-" + UUID.randomUUID()))
                .build();
        return trusting.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static boolean isReady() throws InterruptedException {
        if (!instance.isAlive()) {
            throw new IllegalStateException("the instance ended:\n" + instance.log());
        }
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void anAnswerOverTlsSaysThatItIsToStaySo() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/orders");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
    }

    @Test
    void nobodyIsServedWithoutTls() throws InterruptedException {
        assertThat(instance.answersReady()).isFalse();
    }
}
