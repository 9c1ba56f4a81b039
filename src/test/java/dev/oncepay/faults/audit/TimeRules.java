package dev.oncepay.faults.audit;

import dev.oncepay.faults.audit.Exchange.Ending;
import java.time.Duration;
import java.util.List;

/** Whether every request at an instance that ran all the while got an answer, and in time. */
final class TimeRules {
    private final List<List<Outage>> outages;
    private final Duration inTime;
    private final Findings findings;

    TimeRules(List<List<Outage>> outages, Duration inTime, Findings findings) {
        this.outages = outages;
        this.inTime = inTime;
        this.findings = findings;
    }

    void check(Exchange exchange) {
        if (isExcused(exchange)) {
            return;
        }
        Duration took = Duration.ofNanos(exchange.to() - exchange.from());
        boolean answered = exchange.ending() == Ending.ANSWERED || exchange.ending() == Ending.HUNG_UP;
        findings.require(
                answered && took.compareTo(inTime) <= 0,
                Rule.IN_TIME,
                "%s at instance %d: %s after %d ms",
                exchange.operation().id(),
                exchange.instance(),
                exchange.ending(),
                took.toMillis());
    }

    boolean isExcused(Exchange exchange) {
        return outages.get(exchange.instance()).stream().anyMatch(exchange::overlaps);
    }
}
