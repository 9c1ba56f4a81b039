package dev.oncepay.store;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A statement for as many rows as there are.
 *
 * @param sql   takes one array for each column, and behind them {@code lock_timeout} as text, which it must set by
 *              itself; returns the place of each row it has something to say of, counted from 1, and then what it says
 * @param types of the values of each column
 */
public record GroupStatement(String sql, List<Class<?>> types) {
    /** @throws IllegalArgumentException where a value is not of its column's type: one would fail all others */
    void check(List<Object> values) {
        boolean fits = values.size() == types.size()
                && IntStream.range(0, types.size()).allMatch(i -> types.get(i).isInstance(values.get(i)));
        if (!fits) {
            throw new IllegalArgumentException("values must be of the types " + types);
        }
    }
}
