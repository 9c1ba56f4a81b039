package dev.oncepay.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of the documents that people read first, taken apart. */
record Document(Path file, String text) {
    private static final Pattern FENCED =
            Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^]\\[]*]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);

    /** What stands between two fences; the language may be empty. */
    record Block(String language, String text) {}

    static List<Document> all() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .map(Document::of)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Document of(Path file) {
        try {
            return new Document(file, Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    List<Block> blocks() {
        return FENCED.matcher(text)
                .results()
                .map(block -> new Block(block.group(1), block.group(2)))
                .toList();
    }

    /** Where its links lead, those to elsewhere included. */
    List<String> links() {
        return groups(LINK, prose());
    }

    /** What is set as code within a sentence. */
    List<String> codes() {
        return groups(CODE, prose());
    }

    /** The anchors that its headings have where it is read. */
    Set<String> anchors() {
        List<String> anchors = new ArrayList<>();
        groups(HEADING, prose()).stream().map(Document::anchor).forEach(anchor -> {
            long same = anchors.stream()
                    .filter(known -> known.matches(Pattern.quote(anchor) + "(-\\d+)?"))
                    .count();
            anchors.add(same == 0 ? anchor : anchor + "-" + same);
        });
        return new TreeSet<>(anchors);
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private String prose() {
        return FENCED.matcher(text).replaceAll("");
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(Document::first).collect(Collectors.toList());
    }

    private static String first(MatchResult found) {
        return found.group(1);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
