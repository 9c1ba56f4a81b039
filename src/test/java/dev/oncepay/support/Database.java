package dev.oncepay.support;

import dev.oncepay.dev.EmbeddedServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The real PostgreSQL, seen from outside the application. */
public final class Database {
    private final int port;
    private final String name;

    private Database(int port, String name) {
        this.port = port;
        this.name = name;
    }

    public static Database shared() {
        return new Database(EmbeddedServers.postgresPort(), "postgres");
    }

    /** A new and empty one: the sweep of an instance that other tests started finds nothing of ours there. */
    public static Database own() {
        String name = "own_" + UUID.randomUUID().toString().replace("-", "");
        shared().change("create database " + name);
        return new Database(EmbeddedServers.postgresPort(), name);
    }

    /** Makes it a new role's, whose password is asked for here, though the server trusts everybody else. */
    public void giveTo(String role, String password) {
        change("create role " + role + " login password '" + password + "'");
        change("alter database " + name + " owner to " + role);
        change("alter schema public owner to " + role);
        String file = value("show hba_file");
        String rules = "host " + name + " " + role + " 127.0.0.1/32 scram-sha-256\n"
                + value("select pg_read_file(?)", file); // copy empties the file before it asks what to write
        change("copy (select string_to_table('" + rules.replace("'", "''") + "', e'\\n')) to '" + file + "'");
        value("select pg_reload_conf()::text");
    }

    public String name() {
        return name;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + name, "postgres", "postgres");
    }

    /** The first column of the first row. */
    public String value(String sql, Object... values) {
        try (Connection connection = connect();
                PreparedStatement statement = prepared(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    public long count(String sql, Object... values) {
        return Long.parseLong(value(sql, values));
    }

    public int change(String sql, Object... values) {
        try (Connection connection = connect();
                PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    public long orders(String merchant) {
        return count("select count(*) from orders where merchant = ?", merchant);
    }

    public long charges(String merchant) {
        return count("select count(*) from charges where merchant = ?", merchant);
    }

    /** What the sandbox has approved or declined: effects at the acquirer. */
    public long authorizations(String merchant) {
        return count("select count(*) from sandbox_authorization where merchant = ?", merchant);
    }

    public long records(String merchant) {
        return count("select count(*) from idempotency_record where merchant = ?", merchant);
    }
}
