package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL alone can do: the very statements of a guarded order, from pgbench. */
final class PgbenchOrder implements Workload {
    private static final String DATABASE = "limits";
    private static final Pattern PLACE = Pattern.compile("\\$(\\d+)");
    private static final Pattern PROCESSED = Pattern.compile("number of transactions actually processed: (\\d+)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

    /** Keys are random, as those of clients; ids rise with time, as the service's. Both as long as a bigint is. */
    private static final String VARIABLES =
            """
            \\set number :number + 1
            \\set id 1000000000000000000 + :run * 1000000000000 + :number * 1000 + :client_id
            \\set key random(1000000000000000000, 8999999999999999999)
            """;

    private final Postgres postgres;
    private final Path folder;
    private final Path script;
    private final List<String> variables = new ArrayList<>(List.of("-D", "number=0"));
    private int runs;

    PgbenchOrder(Postgres postgres, Path folder, Capture capture) throws IOException {
        this.postgres = postgres;
        this.folder = folder;
        script = Files.writeString(folder.resolve("order.sql"), script(capture));
        postgres.copyTables("guarded", DATABASE);
    }

    private String script(Capture capture) {
        StringBuilder text = new StringBuilder(VARIABLES);
        for (int i = 0; i < capture.statements().size(); i++) {
            Capture.Statement statement = capture.statements().get(i);
            String prefix = "s" + i + "p";
            text.append(PLACE.matcher(statement.sql())
                            .replaceAll(place -> place(prefix, place.group(1), statement.values(), capture)))
                    .append(";\n");
        }
        return text.toString();
    }

    private String place(String prefix, String number, Map<Integer, String> values, Capture capture) {
        String value = values.getOrDefault(Integer.parseInt(number), "");
        for (var changing : Map.of(capture.key(), ":key", capture.id(), ":id").entrySet()) {
            if (value.equals(changing.getKey())) {
                return changing.getValue();
            }
            if (value.equals("{" + changing.getKey() + "}")) { // a group of one
                return "array[" + changing.getValue() + "]";
            }
        }
        if (value.isEmpty()) {
            return "''"; // pgbench knows no empty variable
        }
        String setting = prefix + number + "=" + value;
        if (!variables.contains(setting)) {
            variables.addAll(List.of("-D", setting));
        }
        return ":" + prefix + number;
    }

    @Override
    public String name() {
        return "pgbench-order";
    }

    @Override
    public String title() {
        return "pgbench, the same statements";
    }

    @Override
    public Load run(int seconds, int connections) {
        List<String> line = new ArrayList<>(List.of(
                "pgbench",
                "-h",
                "127.0.0.1",
                "-p",
                "" + postgres.port(),
                "-U",
                postgres.user(),
                "-n",
                "-M",
                "prepared",
                "-f",
                script.toString(),
                "-c",
                "" + connections,
                "-j",
                "1",
                "-T",
                "" + seconds,
                "-l",
                "--log-prefix",
                folder.resolve("pgbench").toString()));
        line.addAll(variables);
        line.addAll(List.of("-D", "run=" + ++runs));
        line.add(DATABASE);
        String said = Command.of(line.toArray(String[]::new))
                .within(Duration.ofSeconds(seconds + 60))
                .output();
        long[] micros = latencies();
        return new Load(
                number(PROCESSED, said), seconds, percentile(micros, 50), percentile(micros, 99), number(FAILED, said));
    }

    private static long number(Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.min(sorted.length - 1, sorted.length * (long) percent / 100)] / 1e3;
    }

    /** Of each transaction, in µs: the third column of what pgbench logs. */
    private long[] latencies() {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "pgbench.*")) {
            List<String> lines = new ArrayList<>();
            for (Path log : logs) {
                lines.addAll(Files.readAllLines(log));
                Files.delete(log);
            }
            long[] micros = lines.stream()
                    .mapToLong(line -> Long.parseLong(line.split(" ")[2]))
                    .toArray();
            Arrays.sort(micros);
            return micros;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String database() {
        return DATABASE;
    }
}
