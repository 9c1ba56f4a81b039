package harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** docs/benchmarks.md: what is between two markers is measured and replaced, what is around them is written by hand. */
final class Document {
    private static final Path FILE = Path.of("docs", "benchmarks.md");

    private Document() {}

    static void put(String part, String text) throws IOException {
        String begin = "<!-- " + part + ": begin -->";
        String end = "<!-- " + part + ": end -->";
        String all = Files.readString(FILE);
        int from = all.indexOf(begin);
        int to = all.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException(FILE + " lacks the markers " + begin + " and " + end);
        }
        Files.writeString(FILE, all.substring(0, from + begin.length()) + "\n" + text + "\n" + all.substring(to));
    }
}
