package dev.oncepay.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {
    private static final Map<String, String> GOOD = Map.of(
            "quarkus.datasource.reactive.url", "postgresql://db:5432/oncepay",
            "quarkus.datasource.jdbc.url", "jdbc:postgresql://db:5432/oncepay",
            "quarkus.datasource.username", "oncepay",
            "quarkus.redis.hosts", "redis://cache:6379",
            "oncepay.acquirer.url", "https://acquirer.example",
            "mp.jwt.verify.issuer", "https://issuer.example",
            "mp.jwt.verify.publickey.location", "https://issuer.example/jwks");

    private static final Map<String, String> SANDBOX_ALONE = Map.of(
            "quarkus.datasource.reactive.url", "postgresql://db:5432/sandbox",
            "quarkus.datasource.jdbc.url", "jdbc:postgresql://db:5432/sandbox",
            "quarkus.datasource.username", "sandbox",
            "oncepay.sandbox.enabled", "true");

    @Test
    void aGoodConfigurationHasNoFaults() {
        assertThat(faults(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "oncepay.idempotency.lifetime, 48h",
        "oncepay.idempotency.lease, PT20S",
        "oncepay.idempotency.lease, 11s",
        "oncepay.idempotency.redis-timeout, 1ms",
        "oncepay.idempotency.reused-status, 400",
        "oncepay.idempotency.reused-status, 409",
        "oncepay.idempotency.enabled, true",
        "oncepay.acquirer.timeout, 29s",
        "oncepay.acquirer.key-lifetime, PT2M30S",
        "oncepay.acquirer.api-key, ''",
        "oncepay.recovery.every, 1s",
        "oncepay.sandbox.enabled, true",
        "oncepay.sandbox.enabled, false",
        "oncepay.sandbox.delay, 0",
        "oncepay.sandbox.delay, 20ms",
        "quarkus.redis.hosts, rediss://cache:6379",
        "quarkus.redis.hosts, 'redis://one:6379,redis://two:6379'",
        "quarkus.redis.hosts, unix:///run/redis.sock"
    })
    void aSensibleValueIsNoFault(String name, String value) {
        assertThat(faults(good(name, value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.datasource.reactive.url",
                "quarkus.datasource.jdbc.url",
                "quarkus.redis.hosts",
                "oncepay.acquirer.url",
                "mp.jwt.verify.issuer",
                "mp.jwt.verify.publickey.location"
            })
    void aMissingSettingIsOneLineThatSaysHowToSetIt(String name) {
        assertThat(oneFault(good(name, null)))
                .startsWith(name + " is missing")
                .contains(name.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"));
        assertThat(oneFault(good(name, "  "))).startsWith(name + " is missing");
    }

    @Test
    void everyMissingSettingIsToldAtOnce() {
        assertThat(faults(Map.of())).hasSize(7).allSatisfy(PreflightTest::assertOneClearLine);
    }

    @ParameterizedTest
    @CsvSource({
        "oncepay.idempotency.lifetime, PT-1S, at least 1 ms",
        "oncepay.idempotency.lifetime, soon, a duration such as",
        "oncepay.idempotency.lifetime, PT4M59S, at least 10 times",
        "oncepay.idempotency.lease, PT10S, must be longer than oncepay.acquirer.timeout",
        "oncepay.idempotency.lease, PT9S, must be longer than oncepay.acquirer.timeout",
        "oncepay.idempotency.lease, PT0S, at least 1 ms",
        "oncepay.idempotency.lease, -5s, at least 1 ms",
        "oncepay.idempotency.lease, x, a duration such as",
        "oncepay.idempotency.redis-timeout, 0, at least 1 ms",
        "oncepay.idempotency.redis-timeout, PT0.0001S, at least 1 ms",
        "oncepay.idempotency.remembered-bytes, a lot, a size such as 16M",
        "oncepay.idempotency.remembered-bytes, -1, a size such as 16M",
        "oncepay.idempotency.reused-status, 200, 'must be 400, 409 or 422'",
        "oncepay.idempotency.reused-status, 4x, a whole number",
        "oncepay.idempotency.enabled, false, would charge twice",
        "oncepay.acquirer.timeout, -1s, at least 1 ms",
        "oncepay.acquirer.timeout, long, a duration such as",
        "oncepay.acquirer.key-lifetime, PT2M29S, at least 2 minutes longer than oncepay.idempotency.lease",
        "oncepay.acquirer.key-lifetime, never, a duration such as",
        "oncepay.recovery.every, 0s, at least 1 ms",
        "oncepay.recovery.every, often, a duration such as",
        "oncepay.sandbox.delay, -1ms, at least 0 ms",
        "quarkus.redis.hosts, cache:6379, must look like redis://",
        "mp.jwt.verify.publickey.location, /no/such/key.pem, no readable file /no/such/key.pem",
        "mp.jwt.verify.publickey.location, file:/no/such/key.pem, no readable file /no/such/key.pem",
        "mp.jwt.verify.publickey.location, file:///no/such/key.pem, no readable file /no/such/key.pem"
    })
    void aValueThatMakesNoSenseIsExactlyOneClearLine(String name, String value, String why) {
        assertThat(oneFault(good(name, value))).startsWith(name).contains(why);
    }

    @Test
    void anAcquirerTimeoutThatIsNotShorterThanTheLeaseIsOneLine() {
        assertThat(oneFault(good("oncepay.acquirer.timeout", "30s"))).contains("oncepay.acquirer.timeout (PT30S)");
    }

    @Test
    void aPublicKeyFileThatIsThereIsNoFault(@TempDir Path directory) throws IOException {
        Path key = Files.writeString(directory.resolve("key.pem"), "key");

        assertThat(faults(good("mp.jwt.verify.publickey.location", key.toString())))
                .isEmpty();
        assertThat(faults(good("mp.jwt.verify.publickey.location", key.toUri().toString())))
                .isEmpty();
    }

    @Test
    void aPublicKeyInTheConfigurationNeedsNoLocation() {
        Map<String, String> settings = good("mp.jwt.verify.publickey.location", null);
        settings.put("mp.jwt.verify.publickey", "MIIB…");

        assertThat(faults(settings)).isEmpty();
    }

    @Test
    void aSandboxAloneNeedsPostgresOnly() {
        assertThat(faults(SANDBOX_ALONE)).isEmpty();
    }

    @Test
    void aSandboxAloneStillNeedsPostgres() {
        assertThat(oneFault(with(SANDBOX_ALONE, "quarkus.datasource.jdbc.url", null)))
                .startsWith("quarkus.datasource.jdbc.url");
    }

    @Test
    void aSandboxBesideTheServiceNeedsAllThatTheServiceNeeds() {
        assertThat(faults(with(SANDBOX_ALONE, "oncepay.acquirer.url", "http://localhost:8080/sandbox/acquirer")))
                .hasSize(3)
                .allSatisfy(PreflightTest::assertOneClearLine);
    }

    @Test
    void devAndTestBringTheirOwnServersButNotTheirOwnSense() {
        assertThat(faults(Map.of(), false)).isEmpty();
        assertThat(faults(Map.of("oncepay.idempotency.lease", "1s"), false))
                .singleElement()
                .satisfies(fault -> assertThat(fault).startsWith("oncepay.idempotency.lease"));
        assertThat(faults(Map.of("oncepay.idempotency.enabled", "false"), false))
                .singleElement()
                .satisfies(fault -> assertThat(fault).startsWith("oncepay.idempotency.enabled"));
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.datasource.reactive.url, jdbc:postgresql://db:5432/oncepay",
        "quarkus.datasource.jdbc.url, postgresql://db:5432/oncepay",
        "oncepay.acquirer.url, banana"
    })
    void anAddressOfAnotherFormIsOneClearLine(String name, String value) {
        assertThat(oneFault(good(name, value))).startsWith(name + " must look like ");
    }

    @Test
    void aMisspeltNameIsToldAndStopsNothing() {
        Map<String, String> settings = good("oncepay.idempotency.laese", "PT1S");
        settings.put("ONCEPAY_RECOVERY_EVRY", "PT1S");
        settings.put("ONCEPAY_RECOVERY_EVERY", "PT1S");
        assertThat(faults(settings)).isEmpty();
        assertThat(Preflight.unknownNames(config(settings)))
                .containsExactly("ONCEPAY_RECOVERY_EVRY", "oncepay.idempotency.laese");
    }

    @Test
    void aVariableThatIsListedWithDotsTooIsNoUnknownName() {
        Map<String, String> settings = good("ONCEPAY_ACQUIRER_API_KEY", "secret");
        settings.put("oncepay.acquirer.api.key", "secret");
        assertThat(Preflight.unknownNames(config(settings))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oncepay.idempotency.lifetime",
                "oncepay.idempotency.reused-status",
                "oncepay.idempotency.enabled",
                "oncepay.recovery.every",
                "oncepay.security.merchant-claim"
            })
    void anEmptyValueIsOneClearLine(String name) {
        assertThat(oneFault(good(name, ""))).startsWith(name + " is empty");
        assertThat(oneFault(good(name, " "))).startsWith(name + " is empty");
    }

    @Test
    void theBenchmarkMayRunWithoutTheGuardAndNeedsItsServers() {
        Map<String, String> bench = good("quarkus.profile", "bench");
        bench.put("oncepay.idempotency.enabled", "false");

        assertThat(faults(bench)).isEmpty();
        assertThat(oneFault(with(bench, "quarkus.redis.hosts", null))).startsWith("quarkus.redis.hosts is missing");
    }

    /** All of these, and every misspelling, turn the guard off when they are bound as a boolean. */
    @ParameterizedTest
    @ValueSource(strings = {"no", "0", "off", "False", "FALSE", "n", "ture", "enabled"})
    void theGuardIsNeverTurnedOffByAnotherWordForFalse(String value) {
        assertThat(oneFault(good("oncepay.idempotency.enabled", value))).startsWith("oncepay.idempotency.enabled");
    }

    @Test
    void aSwitchIsTrueOrFalseAndNothingElse() {
        assertThat(oneFault(good("oncepay.sandbox.enabled", "maybe"))).startsWith("oncepay.sandbox.enabled");
    }

    @Test
    void aLeaseOfAnAbsurdLengthIsOneClearLine() {
        assertThat(oneFault(good("oncepay.idempotency.lease", "PT2000000000000000H")))
                .startsWith("oncepay.idempotency.l");
    }

    /** Bound all the same, they overflow at the first request: behind its commit, as an internal error. */
    @ParameterizedTest
    @CsvSource({
        "oncepay.idempotency.lifetime, PT3000000H",
        "oncepay.idempotency.redis-timeout, PT2000000000000000H",
        "oncepay.recovery.every, PT2000000000000000H"
    })
    void aDurationThatOverflowsIsOneClearLine(String name, String value) {
        assertThat(oneFault(good(name, value))).startsWith(name);
    }

    /** The packaged service is a production, whatever its profile is called. */
    @ParameterizedTest
    @ValueSource(strings = {"prod,eu", "staging", "eu,prod", "dev", "test"})
    void aProfileOfAnotherNameNeedsItsServersToo(String profile) {
        assertThat(faults(Map.of("quarkus.profile", profile))).hasSize(7);
    }

    private static Map<String, String> good(String name, String value) {
        return with(GOOD, name, value);
    }

    /** @param value null to leave it out */
    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(name, value);
        changed.values().removeIf(java.util.Objects::isNull);
        return changed;
    }

    private static String oneFault(Map<String, String> settings) {
        List<String> faults = faults(settings);
        assertThat(faults).hasSize(1).allSatisfy(PreflightTest::assertOneClearLine);
        return faults.get(0);
    }

    private static void assertOneClearLine(String fault) {
        assertThat(fault).endsWith(".").doesNotContain("\n", "Exception", "SRCFG", "java.");
    }

    private static List<String> faults(Map<String, String> settings) {
        return faults(settings, true);
    }

    private static List<String> faults(Map<String, String> settings, boolean packaged) {
        return Preflight.faults(config(settings), packaged);
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "settings of the test", 500))
                .build();
    }
}
