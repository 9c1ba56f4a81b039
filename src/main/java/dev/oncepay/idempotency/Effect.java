package dev.oncepay.idempotency;

import java.util.List;

/**
 * An effect in Postgres that is one inserted row, so that the record and the effect are one statement.
 *
 * @param target what the row is inserted into
 * @param values never null, in the order of the columns, of the types that Vert.x has for them
 */
public record Effect(Target target, List<Object> values) {
    /** A table and those of its columns that are given, whatever the row. */
    public record Target(String table, List<Column> columns) {}

    /** A column and its SQL type, such as {@code bigint}. */
    public record Column(String name, String type) {}
}
