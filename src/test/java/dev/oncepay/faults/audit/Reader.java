package dev.oncepay.faults.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oncepay.faults.audit.Books.ChargeRow;
import dev.oncepay.faults.audit.Books.Effect;
import dev.oncepay.faults.audit.Books.OrderRow;
import dev.oncepay.faults.audit.Books.RefundRow;
import dev.oncepay.faults.audit.Books.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads both sides' books: ours by SQL, the acquirer's by its list calls; and single things by GET. */
final class Reader {
    /** As many as the acquirer lists of one merchant. */
    private static final int LIST_LIMIT = 10_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Places places;

    Reader(Places places) {
        this.places = places;
    }

    Books read() {
        List<Effect> authorizations = new ArrayList<>();
        List<Effect> refunds = new ArrayList<>();
        for (String merchant : places.merchants()) {
            authorizations.addAll(effects(merchant, "/authorizations", "charge"));
            refunds.addAll(effects(merchant, "/refunds", "refund"));
        }
        return new Books(
                rows(
                        "select merchant, id, reference, amount, reserved, paid from orders",
                        row -> new OrderRow(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6))),
                rows(
                        "select merchant, id, metadata::json ->> 'operation', order_id, amount, status,"
                                + " refund_reserved, amount_refunded from charges",
                        row -> new ChargeRow(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5),
                                row.getString(6),
                                row.getLong(7),
                                row.getLong(8))),
                rows(
                        "select merchant, id, reason, charge_id, amount, status from refunds",
                        row -> new RefundRow(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getLong(5),
                                row.getString(6))),
                authorizations,
                refunds);
    }

    /** The service's charges and refunds that are processing: kind and id, and when each was made, in ms since 1970. */
    Map<String, Long> open() throws SQLException {
        Map<String, Long> open = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(places.database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        select id, extract(epoch from created_at) * 1000 from charges where status = 'processing'
                        union all
                        select id, extract(epoch from created_at) * 1000 from refunds where status = 'processing'
                        """)) {
            while (rows.next()) {
                open.put(rows.getString(1), rows.getLong(2));
            }
        }
        return open;
    }

    private interface Read<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Of the merchants that are audited. */
    private <T extends Row> List<T> rows(String sql, Read<T> read) {
        List<T> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(places.database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(read.read(rows));
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
        return found.stream()
                .filter(row -> places.merchants().contains(row.merchant()))
                .toList();
    }

    private List<Effect> effects(String merchant, String list, String of) {
        JsonNode all = get(URI.create(places.acquirer() + list + "?merchant=" + merchant), Map.of())
                .json();
        if (all.size() >= LIST_LIMIT) {
            throw new IllegalStateException("the acquirer's list of " + merchant + " is cut off");
        }
        List<Effect> found = new ArrayList<>();
        for (JsonNode one : all) {
            found.add(new Effect(
                    merchant,
                    one.get("key").asText(),
                    one.get(of).asText(),
                    one.get("amount").asLong(),
                    one.get("status").asText(),
                    one.get("decline_code").asText("")));
        }
        return found;
    }

    /** As the merchant sees it, at one of the instances. */
    Answer get(String merchant, String path, Map<String, String> headers) {
        int instance = Math.floorMod(path.hashCode(), places.services().size());
        Map<String, String> all = new HashMap<>(headers);
        all.put("Authorization", "Bearer " + places.token().apply(merchant));
        return get(URI.create(places.services().get(instance) + path), all);
    }

    private Answer get(URI uri, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body(), Map.of());
        } catch (IOException failure) {
            throw new UncheckedIOException(uri.toString(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
