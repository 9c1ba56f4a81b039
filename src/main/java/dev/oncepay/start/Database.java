package dev.oncepay.start;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/**
 * The first look at PostgreSQL, before anything else starts: it waits a while for one that is starting too, and says in
 * one line why there is none, or what of its settings endangers the promise.
 */
final class Database {
    /** A database that starts together with the service is there by then; an orchestrator tries again after it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int CONNECT_SECONDS = 3;

    /** What no waiting mends, by SQLSTATE: a wrong password or user, a database that does not exist. */
    private static final Map<String, String> PERMANENT = Map.of(
            "28P01",
                    "it refuses the user or password; check QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD",
            "28000", "it refuses the user; check QUARKUS_DATASOURCE_USERNAME and pg_hba.conf",
            "3D000", "the database does not exist; create it, or check QUARKUS_DATASOURCE_JDBC_URL");

    private final String url;
    private final Properties login = new Properties();

    Database(Config config) {
        url = config.getValue("quarkus.datasource.jdbc.url", String.class);
        login.setProperty("user", config.getValue("quarkus.datasource.username", String.class));
        config.getOptionalValue("quarkus.datasource.password", String.class)
                .ifPresent(password -> login.setProperty("password", password));
        login.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        login.setProperty("socketTimeout", Integer.toString(CONNECT_SECONDS));
    }

    /** @return why it cannot be used; nothing when it can */
    Optional<String> fault() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url, login)) {
                warn(connection);
                return Optional.empty();
            } catch (SQLException failure) {
                String permanent = PERMANENT.get(failure.getSQLState());
                if (permanent != null || System.nanoTime() > end) {
                    String why =
                            permanent != null ? permanent : "it did not answer within " + PATIENCE.toSeconds() + " s";
                    return Optional.of("PostgreSQL at " + url.replaceAll("\\?.*", "") + ": " + why + ".");
                }
                pause();
            }
        }
    }

    private static void warn(Connection connection) throws SQLException {
        List<String> off = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                try (ResultSet row = statement.executeQuery("show " + setting)) {
                    if (row.next() && row.getString(1).equals("off")) {
                        off.add(setting);
                    }
                }
            }
        }
        if (!off.isEmpty()) {
            System.err.println("oncepay warns: PostgreSQL runs with " + String.join(" and ", off)
                    + " off. A crash can lose charges that were acknowledged. Turn it on.");
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }
}
