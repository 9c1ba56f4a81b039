package harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the running service says to PostgreSQL for one order: read from the server's log, so that what is measured
 * beside the service can never be something else than what the service does.
 *
 * @param statements in their order, each with its parameters' values by their numbers
 */
record Capture(String key, String id, List<Statement> statements) {
    /** Begins each entry of the log. */
    static final String LINE = "@@@";

    private static final int TRIES = 10;
    private static final Pattern ENTRY = Pattern.compile("([^|]*)\\|(\\d+)\\|(\\w+):  (.*)", Pattern.DOTALL);
    private static final Pattern STATEMENT = Pattern.compile("(?:execute [^:]*|statement): (.*)", Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+) = (?:NULL|'((?:[^']|'')*)')");

    /** @param values of the parameters; empty where one is empty or null */
    record Statement(String sql, Map<Integer, String> values) {}

    static Capture ofOneOrder(Instance service, Tokens tokens, Postgres postgres) {
        postgres.set("log_statement", "all");
        try {
            for (int tries = 0; tries < TRIES; tries++) {
                Capture capture = tried(service, tokens, postgres);
                if (!capture.statements.isEmpty()) {
                    return capture;
                }
            }
            throw new IllegalStateException("an order's statements are not in PostgreSQL's log");
        } finally {
            postgres.set("log_statement", "none");
        }
    }

    private static Capture tried(Instance service, Tokens tokens, Postgres postgres) {
        long from = postgres.log().toFile().length();
        String key = UUID.randomUUID().toString();
        HttpResponse<String> made = service.post("/orders", tokens.token(), key, HttpWorkload.ORDER);
        return new Capture(key, Orders.id(made), statements(entries(postgres.log(), from), key));
    }

    private static List<Matcher> entries(Path log, long from) {
        try {
            String text = new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.ISO_8859_1);
            List<Matcher> entries = new ArrayList<>();
            for (String entry : text.substring((int) from).split(LINE)) {
                Matcher read = ENTRY.matcher(entry.strip().replace("\n\t", "\n"));
                if (read.matches() && read.group(1).equals("oncepay")) {
                    entries.add(read);
                }
            }
            return entries;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Of the one connection that was told the key: its statements are one request's. */
    private static List<Statement> statements(List<Matcher> entries, String key) {
        String connection = entries.stream()
                .filter(entry -> entry.group(4).contains(key))
                .map(entry -> entry.group(2))
                .findFirst()
                .orElse("");
        List<Statement> statements = new ArrayList<>();
        for (Matcher entry : entries) {
            Matcher statement = STATEMENT.matcher(entry.group(4));
            if (!entry.group(2).equals(connection)) {
                continue;
            }
            if (entry.group(3).equals("LOG") && statement.matches()) {
                statements.add(new Statement(statement.group(1), new LinkedHashMap<>()));
            } else if (entry.group(3).equals("DETAIL") && !statements.isEmpty()) {
                Matcher parameter = PARAMETER.matcher(entry.group(4));
                while (parameter.find()) {
                    String value =
                            parameter.group(2) == null ? "" : parameter.group(2).replace("''", "'");
                    statements.get(statements.size() - 1).values().put(Integer.parseInt(parameter.group(1)), value);
                }
            }
        }
        return statements;
    }
}
