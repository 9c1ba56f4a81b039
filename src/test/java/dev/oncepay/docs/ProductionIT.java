package dev.oncepay.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Program;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What README says of production: its keys, its token and its first call, as they stand, against the packaged jar. */
class ProductionIT {
    private static final Path KEYS = Path.of("target", "keys-of-the-readme").toAbsolutePath();

    @Test
    void aTokenThatIsMadeByHandIsAccepted() {
        Assumptions.assumeTrue(Program.isHere("openssl", "the keys and the token of README"));
        type(block("openssl genpkey"));
        try (Instance instance = Instance.start(settings())) {
            String answer = type(
                    block("openssl dgst"),
                    block("Idempotency-Key: first-order").replace("http://localhost:8080", instance.url()));
            assertThat(answer).startsWith("HTTP/1.1 201 Created").contains("\"reference\":\"cart-1\"");
        }
    }

    private static String block(String with) {
        return Document.of(Path.of("README.md")).blocks().stream()
                .map(Document.Block::text)
                .filter(text -> text.contains(with))
                .findFirst()
                .orElseThrow(() -> new AssertionError("README has no block with " + with));
    }

    private static String type(String... blocks) {
        String commands = Stream.of(blocks)
                .map(block -> block.replace("~/oncepay-keys", KEYS.toString()))
                .collect(Collectors.joining("\n"));
        return Program.run(List.of("bash", "-c", commands));
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Environment.settings(Database.own(), EmbeddedServers.redisPort()));
        settings.keySet().removeIf(name -> name.startsWith("mp.jwt.") || name.startsWith("smallrye.jwt."));
        settings.put("mp.jwt.verify.issuer", "https://issuer.example");
        settings.put(
                "mp.jwt.verify.publickey.location", KEYS.resolve("public.pem").toString());
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:9/nobody");
        return settings;
    }
}
