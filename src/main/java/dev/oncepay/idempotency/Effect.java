package dev.oncepay.idempotency;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An effect in Postgres that is one inserted row, so that the record and the effect are one statement.
 *
 * @param table   to insert into
 * @param columns and their SQL types, in the order of the values
 * @param values  never null
 */
public record Effect(String table, List<Column> columns, List<Object> values) {
    /** A column and its SQL type, such as {@code bigint}. */
    public record Column(String name, String type) {}

    String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** The values' places, the first one numbered {@code first}. */
    String places(int first) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "$" + (first + i) + "::" + columns.get(i).type())
                .collect(Collectors.joining(", "));
    }
}
