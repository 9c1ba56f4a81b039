package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A PostgreSQL server of this run's own, on loopback. */
final class Postgres {
    private static final String USER = "postgres";
    private static final Duration START = Duration.ofSeconds(120);

    /** What was changed of the server's own settings; the report tells it. */
    static final String SETTINGS =
            """
            max_connections = 200
            shared_buffers = 512MB
            max_wal_size = 8GB
            checkpoint_timeout = 30min
            """;

    private static final String DURABLE =
            """
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            """;

    private final Path data;
    private final int port;
    private final long pid;

    private Postgres(Path data, int port, long pid) {
        this.data = data;
        this.port = port;
        this.pid = pid;
    }

    /** @param durable whether a commit is on disk before it is confirmed: ours is; what the acquirer's own costs is not our matter */
    static Postgres start(Path folder, boolean durable, Cleanup cleanup) {
        Path data = folder.resolve("data");
        if (Command.isRoot()) {
            Command.of("chown", USER, folder.toString()).output();
        }
        Command.asPostgres("initdb", "-D", data.toString(), "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C")
                .within(START)
                .output();
        int port = Ports.free();
        write(data.resolve("postgresql.conf"), settings(port, durable));
        cleanup.later(() -> Command.asPostgres("pg_ctl", "-D", data.toString(), "-m", "immediate", "stop")
                .output());
        Command.asPostgres(
                        "pg_ctl",
                        "-D",
                        data.toString(),
                        "-l",
                        data.resolve("log").toString(),
                        "-w",
                        "start")
                .within(START)
                .output();
        return new Postgres(data, port, pid(data));
    }

    private static String settings(int port, boolean durable) {
        return "\nport = " + port + "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n" + SETTINGS
                + (durable ? DURABLE : DURABLE.replace("= on", "= off"))
                + "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track = none\n"
                + "log_line_prefix = '" + Capture.LINE + "%a|%p|'\n";
    }

    private static void write(Path file, String more) {
        try {
            Files.writeString(file, more, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long pid(Path data) {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String version() {
        return query("postgres", "show server_version").split(" ")[0];
    }

    /** As another database is now: its tables, and nothing in them. */
    void copyTables(String from, String to) {
        create(to);
        Path dump = data.resolveSibling(to + ".sql");
        Command.of("pg_dump", "-h", "127.0.0.1", "-p", "" + port, "-U", USER, "-s", "-f", dump.toString(), from)
                .output();
        Command.of("psql", "-h", "127.0.0.1", "-p", "" + port, "-U", USER, "-d", to, "-qX", "-f", dump.toString())
                .output();
    }

    void create(String database) {
        query("postgres", "create database " + database);
    }

    String query(String database, String sql) {
        return query(database, sql, Duration.ofSeconds(60));
    }

    /** @return rows as lines, columns parted by | */
    String query(String database, String sql, Duration limit) {
        return Command.of(
                        "psql",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-U",
                        USER,
                        "-d",
                        database,
                        "-XAtq",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        sql)
                .within(limit)
                .output()
                .trim();
    }

    long number(String database, String sql) {
        return Long.parseLong(query(database, sql));
    }

    /** How far the log of changes has come, in bytes. */
    long wal() {
        return number("postgres", "select (pg_current_wal_insert_lsn() - '0/0')::bigint");
    }

    /** Changes a setting of the running server. */
    void set(String name, String value) {
        query("postgres", "alter system set " + name + " = '" + value + "'");
        query("postgres", "select pg_reload_conf()");
    }

    long cpuMicros() {
        return Cpu.ofFamily(pid);
    }

    Path log() {
        return data.resolve("log");
    }

    int port() {
        return port;
    }

    String user() {
        return USER;
    }

    String url(String database) {
        return "postgresql://127.0.0.1:" + port + "/" + database;
    }
}
