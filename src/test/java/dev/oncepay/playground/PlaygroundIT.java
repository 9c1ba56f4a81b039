package dev.oncepay.playground;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Ports;
import dev.oncepay.support.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The playground of the packaged jar, where it was asked for: its visitors bring a token. */
class PlaygroundIT {
    private static Chromium chromium;
    private static Instance guarded;
    private static Instance unguarded;

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
        guarded = Instance.launch(with(Map.of()));
        unguarded = Instance.launch(with(Map.of("quarkus.profile", "bench", "oncepay.idempotency.enabled", "false")));
        Stream.of(guarded, unguarded).forEach(Instance::ready);
    }

    private static Map<String, String> with(Map<String, String> more) {
        int port = Ports.free();
        Map<String, String> settings = new HashMap<>(Environment.settings(Database.own(), EmbeddedServers.redisPort()));
        settings.put("quarkus.http.port", "" + port);
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer");
        settings.put("oncepay.playground.enabled", "true");
        settings.put("oncepay.idempotency.lease", "5s");
        settings.putAll(more);
        return settings;
    }

    @AfterAll
    static void stop() {
        Stream.of(chromium, guarded, unguarded).filter(Objects::nonNull).forEach(PlaygroundIT::close);
    }

    private static void close(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** After a first payment: on a busy machine it can take longer than PostgreSQL is waited for. */
    private static Tab openWithToken(Instance instance) {
        Service service = instance.as("m-" + UUID.randomUUID());
        service.pay("/charges", Service.charge(service.newOrder(1), 1, "pm_card_visa"));
        Tab tab = Tab.open(chromium, Look.LIGHT, instance.url() + "/");
        tab.bring(Keys.token("m-" + UUID.randomUUID()));
        return tab;
    }

    @Test
    void aVisitorBringsAToken() {
        try (Tab tab = openWithToken(guarded)) {
            assertThat(tab.shown("flush")).isHidden();
            tab.press("five");
            tab.ended(5);
            tab.verdictIs("42.00 EUR was taken, once.");
            tab.countsAre(1, 1, 1);
        }
    }

    /** What the page says is counted, so it can tell the difference. */
    @Test
    void withoutTheGuardItSaysHowOftenWasPaid() {
        try (Tab tab = openWithToken(unguarded)) {
            tab.press("five");
            tab.ended(5);
            tab.verdictIs("42.00 EUR was taken, [2-5] times!");
            tab.press("retry");
            tab.ended(6).lastIs("201 done|202 not known yet");
            tab.verdictIs("42.00 EUR was taken, [3-6] times!");
            tab.picture("playground-without-the-guard");
        }
    }
}
