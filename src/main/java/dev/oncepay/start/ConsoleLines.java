package dev.oncepay.start;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;

/** Each line on its way to the console: what it belongs to is put beside it. */
@LoggingFilter(name = "console-lines")
public final class ConsoleLines implements Filter {
    @Override
    public boolean isLoggable(LogRecord line) {
        if (line instanceof ExtLogRecord own) {
            LogFields.addTo(own);
        }
        return true;
    }
}
