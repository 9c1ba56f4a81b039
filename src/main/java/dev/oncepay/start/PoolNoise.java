package dev.oncepay.start;

import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Leaves out a stack trace that says nothing: where a connection to PostgreSQL cannot be had, Vert.x's pool (4.5.25,
 * {@code SqlConnectionPool.execute}) refuses the statement, leaves its timer running, and is surprised two seconds later
 * that the statement has failed already. In an outage that would be one trace for each request.
 */
final class PoolNoise implements Filter {
    @Override
    public boolean isLoggable(LogRecord line) {
        Throwable thrown = line.getThrown();
        return !(thrown instanceof IllegalStateException)
                || !"Result is already complete".equals(thrown.getMessage())
                || thrown.getStackTrace().length < 2
                || !thrown.getStackTrace()[1].getClassName().endsWith("SqlConnectionPool");
    }
}
