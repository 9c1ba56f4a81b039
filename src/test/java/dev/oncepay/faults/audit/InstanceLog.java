package dev.oncepay.faults.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an instance has written.
 *
 * @param excused while it was stopped, and a moment more: a thread that was in the middle of its work counts as blocked
 *                for as long as its process was stopped, and that is no fault of the service. And while it started:
 *                nobody is sent to it before it is ready
 */
public record InstanceLog(Path file, List<Excused> excused) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");
    private static final int TIME_LENGTH = 23;

    /** In ms since 1970. */
    public record Excused(long from, long to) {}

    List<String> blockedThreads() {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains("BlockedThreadChecker"))
                    .filter(line -> !isExcused(line))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean isExcused(String line) {
        try {
            long at = LocalDateTime.parse(line.substring(0, Math.min(TIME_LENGTH, line.length())), TIME)
                    .atZone(ZoneId.systemDefault())
                    .toInstant()
                    .toEpochMilli();
            return excused.stream().anyMatch(span -> span.from() <= at && at <= span.to());
        } catch (DateTimeParseException unreadable) {
            return false;
        }
    }
}
