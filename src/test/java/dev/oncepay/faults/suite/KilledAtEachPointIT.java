package dev.oncepay.faults.suite;

import static dev.oncepay.support.Service.charge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.Instance;
import dev.oncepay.support.Keys;
import dev.oncepay.support.Relay.Mode;
import dev.oncepay.support.Service;
import dev.oncepay.support.Service.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of an instance at each point of a charge's way, which its relays hold open. From the kill to the end
 * of the charge it takes at most the lease, 2 s here, and 10 s, though nobody asks again.
 */
@Tag("faults")
class KilledAtEachPointIT {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration SETTLED = LEASE.plusSeconds(10);
    private static final Path REPORT = Path.of("target", "faults-report-kills.txt");

    private static Stage stage;

    private final String merchant = "m-" + UUID.randomUUID();
    private final String key = UUID.randomUUID().toString();
    private int victim;

    @BeforeAll
    static void start() throws Exception {
        Files.deleteIfExists(REPORT);
        stage = new Stage(Path.of("target", "faults", "kills"), folder -> Instance.FOLDER, List.of());
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @AfterEach
    void heal() {
        for (int i = 0; i < Stage.INSTANCES; i++) {
            stage.ways(i).postgres().mode(Mode.PASS);
            stage.ways(i).redis().mode(Mode.PASS);
            stage.ways(i).acquirer().mode(Mode.PASS);
        }
        stage.node(victim).launchAgain();
        stage.node(victim).ready();
    }

    @Test
    void beforeTransaction1Commits() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_visa");
        stage.ways(0).postgres().mode(Mode.STALL);
        at(0).later("/charges", key, body);
        soon(() -> stage.ways(0).postgres().held() > 0);
        long killed = kill(0);
        // nothing was begun, so only a retry can go on
        Reply answer = await().atMost(SETTLED)
                .until(() -> at(1).post("/charges", key, body), reply -> reply.status() != 409 && reply.status() < 500);
        ended("before transaction 1 commits (with retries)", killed);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertOneEffect(answer, body);
    }

    @Test
    void afterTransaction1BeforeTheCall() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_visa");
        stage.ways(0).acquirer().mode(Mode.STALL);
        at(0).later("/charges", key, body);
        soon(() -> stage.ways(0).acquirer().held() > 0);
        settles("after transaction 1, before the call", kill(0));
        assertOneEffect(at(1).post("/charges", key, body), body);
    }

    @Test
    void duringTheCall() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_lost_answer");
        at(0).later("/charges", key, body);
        soon(() -> authorizations() == 1);
        settles("during the call, which has approved", kill(0));
        assertOneEffect(at(1).post("/charges", key, body), body);
    }

    @Test
    void afterTheCallBeforeTransaction2() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_visa");
        stage.ways(0).acquirer().delay(Duration.ofMillis(400));
        stage.ways(0).acquirer().mode(Mode.DELAY);
        at(0).later("/charges", key, body);
        soon(() -> open() == 1);
        stage.ways(0).postgres().mode(Mode.STALL);
        soon(() -> authorizations() == 1 && stage.ways(0).postgres().held() > 0);
        settles("after the call, before transaction 2", kill(0));
        assertOneEffect(at(1).post("/charges", key, body), body);
    }

    @Test
    void afterTransaction2BeforeRedisIsTold() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_visa");
        stage.ways(0).redis().mode(Mode.STALL);
        Reply answer = at(0).post("/charges", key, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        settles("after transaction 2, before Redis is told", kill(0));
        assertOneEffect(answer, body);
    }

    @Test
    void duringTheSweepOfWhatAnotherHasLeft() throws Exception {
        String body = charge(at(1).newOrder(1000), 1000, "pm_card_visa");
        for (int i = 0; i < Stage.INSTANCES; i++) {
            stage.ways(i).acquirer().mode(Mode.STALL);
        }
        at(0).later("/charges", key, body);
        soon(() -> stage.ways(0).acquirer().held() > 0);
        kill(0);
        try {
            soon(() ->
                    stage.ways(1).acquirer().held() + stage.ways(2).acquirer().held() > 0);
            int sweeper = stage.ways(1).acquirer().held() > 0 ? 1 : 2;
            stage.ways(3 - sweeper).acquirer().mode(Mode.PASS);
            settles("during the sweep of what another has left", kill(sweeper));
        } finally {
            stage.node(0).launchAgain();
            stage.node(0).ready();
        }
        assertOneEffect(at(0).post("/charges", key, body), body);
    }

    private Service at(int instance) {
        return new Service(stage.node(instance).url(), Keys.token(merchant));
    }

    /** When it was killed. */
    private long kill(int instance) {
        victim = instance;
        stage.node(instance).kill();
        return System.nanoTime();
    }

    private static void soon(Callable<Boolean> condition) {
        waiting(Duration.ofSeconds(20)).until(condition);
    }

    private static ConditionFactory waiting(Duration bound) {
        return await().pollInterval(Duration.ofMillis(20)).atMost(bound);
    }

    private void settles(String point, long killed) throws Exception {
        waiting(SETTLED).until(() -> open() == 0);
        ended(point, killed);
    }

    private static void ended(String point, long killed) throws Exception {
        String line = "%-45s%.1f s%n".formatted(point, (System.nanoTime() - killed) / 1e9);
        System.out.print(line);
        Files.writeString(REPORT, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void assertOneEffect(Reply answer, String body) throws SQLException {
        int other = victim == 2 ? 1 : 2;
        Reply again = at(other).post("/charges", key, body);
        assertThat(again.status()).isEqualTo(answer.status());
        assertThat(again.body()).isEqualTo(answer.body());
        assertThat(count("select count(*) from charges where merchant = ? and status = 'succeeded'"))
                .isEqualTo(1);
        assertThat(authorizations()).isEqualTo(1);
    }

    private long open() throws SQLException {
        return count("select count(*) from charges where merchant = ? and status = 'processing'");
    }

    private int authorizations() {
        return new Service(stage.sandbox().url(), "")
                .get("/sandbox/acquirer/authorizations?merchant=" + merchant)
                .json()
                .size();
    }

    private long count(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(stage.postgres().url());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, merchant);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
