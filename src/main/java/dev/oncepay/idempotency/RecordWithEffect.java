package dev.oncepay.idempotency;

import dev.oncepay.idempotency.Effect.Column;
import dev.oncepay.idempotency.Effect.Target;
import dev.oncepay.store.GroupStatement;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statement that inserts completed records, and each one's effect only where its record was inserted. Effects of
 * keys that have a record already are left out, and so is their place in what is returned.
 */
final class RecordWithEffect {
    private static final Map<String, Class<?>> TYPES = Map.of(
            "text", String.class,
            "bytea", Buffer.class,
            "boolean", Boolean.class,
            "integer", Integer.class,
            "bigint", Long.class,
            "double precision", Double.class,
            "uuid", UUID.class,
            "date", LocalDate.class,
            "timestamptz", OffsetDateTime.class);

    private static final List<Column> OF_RECORD = List.of(
            new Column("merchant", "text"),
            new Column("key", "text"),
            new Column("fingerprint", "bytea"),
            new Column("fingerprint_version", "integer"),
            new Column("operation", "text"),
            new Column("method", "text"),
            new Column("path", "text"),
            new Column("resource", "text"),
            new Column("status", "integer"),
            new Column("headers", "text"),
            new Column("body", "bytea"));

    private static final String GUARDED =
            """
            with asked as (
              select * from unnest(%s) with ordinality as asked (%s, place), %s
            ), record as (
              insert into idempotency_record (%s)
              select merchant, key, fingerprint, fingerprint_version, %d, 'completed', operation, method, path,
                nullif(resource, ''), null, status, headers, body, now(), now() + %d * interval '1 ms'
              from asked
              %s
              returning merchant, key
            ), effect as (
              insert into %s (%s) select %s from asked join record using (merchant, key)
            )
            select place, (extract(epoch from now()) * 1000000)::bigint from asked join record using (merchant, key)
            """;

    private static final String UNGUARDED = "insert into %s (%s) select %s from unnest(%s) as asked (%s), %s";

    private RecordWithEffect() {}

    static GroupStatement guarded(Target target, Duration lifetime) {
        List<Column> columns =
                Stream.concat(OF_RECORD.stream(), effects(target)).toList();
        return new GroupStatement(
                GUARDED.formatted(
                        arrays(columns),
                        names(columns),
                        lockTimeout(columns),
                        PostgresRecords.COLUMNS,
                        PostgresRecords.FORMAT,
                        lifetime.toMillis(),
                        PostgresRecords.TAKE_EXPIRED_PLACE,
                        target.table(),
                        names(target.columns()),
                        names(effects(target).toList())),
                types(columns));
    }

    static GroupStatement unguarded(Target target) {
        List<Column> columns = effects(target).toList();
        return new GroupStatement(
                UNGUARDED.formatted(
                        target.table(),
                        names(target.columns()),
                        names(columns),
                        arrays(columns),
                        names(columns),
                        lockTimeout(columns)),
                types(columns));
    }

    /** Under names of their own: the record has a merchant too. */
    private static Stream<Column> effects(Target target) {
        return target.columns().stream().map(column -> new Column("effect_" + column.name(), column.type()));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    private static String arrays(List<Column> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "$" + (i + 1) + "::" + columns.get(i).type() + "[]")
                .collect(Collectors.joining(", "));
    }

    /** Set for this transaction, before its first row is there to be inserted. */
    private static String lockTimeout(List<Column> columns) {
        return "(select set_config('lock_timeout', $" + (columns.size() + 1) + "::text, true)) patience";
    }

    private static List<Class<?>> types(List<Column> columns) {
        List<Class<?>> types = new ArrayList<>();
        columns.forEach(column -> types.add(Optional.<Class<?>>ofNullable(TYPES.get(column.type()))
                .orElseThrow(() -> new IllegalArgumentException("a column of an effect can be "
                        + String.join(", ", TYPES.keySet()) + ", not " + column.type()))));
        return types;
    }
}
