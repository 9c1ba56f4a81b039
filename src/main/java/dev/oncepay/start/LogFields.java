package dev.oncepay.start;

import dev.oncepay.problem.RequestId;
import dev.oncepay.security.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * What stands beside a line in JSON logs: event, merchant, operation, request and trace. All of it is looked up when a
 * line is written, and few are: a request that writes none pays nothing for it. Never a key, a token or a body.
 */
final class LogFields {
    private static final String OURS = "dev.oncepay.";

    private static final PatternFormatter TEXT = new PatternFormatter("%s");

    /** Of a line of ours, up to a cause, which is free text. */
    private static final Pattern SAID = Pattern.compile(" cause=.*|(?<![^ ])(event|merchant|operation|id)=([^ ]+)");

    /** W3C Trace Context, section 3.2: version, trace, parent, flags. */
    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    /** The steps of our paths. Anything else in a path is an id, or a client's mistake that is nobody's to read. */
    private static final Set<String> STEPS =
            Set.of("", "orders", "charges", "refunds", "idempotency-key", "problems", "sandbox", "acquirer", "q");

    private LogFields() {}

    static void addTo(ExtLogRecord line) {
        RequestId.currentRequest().ifPresent(request -> {
            line.putMdc("request_id", RequestId.of(request));
            line.putMdc("operation", operation(request));
            Caller.ifKnown(request).ifPresent(merchant -> line.putMdc("merchant", merchant));
            traceOf(request).ifPresent(trace -> line.putMdc("trace_id", trace));
        });
        Optional.ofNullable(line.getMdc("traceId")).ifPresent(trace -> line.putMdc("trace_id", trace));
        if (line.getLoggerName() != null && line.getLoggerName().startsWith(OURS)) {
            Matcher said = SAID.matcher(TEXT.formatMessage(line));
            while (said.find()) {
                if (said.group(1) != null) {
                    line.putMdc(said.group(1), said.group(2));
                }
            }
        }
    }

    /** The caller's, also where this build makes no traces of its own. */
    private static Optional<String> traceOf(RoutingContext request) {
        return Optional.ofNullable(request.request().getHeader("traceparent"))
                .map(TRACE_PARENT::matcher)
                .filter(Matcher::matches)
                .map(parent -> parent.group(1));
    }

    private static String operation(RoutingContext request) {
        String path = Stream.of(
                        Objects.requireNonNullElse(request.request().path(), "").split("/"))
                .map(step -> STEPS.contains(step) ? step : "{id}")
                .collect(Collectors.joining("/"));
        return request.request().method().name() + " " + path;
    }
}
