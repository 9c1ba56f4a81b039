package dev.oncepay.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.docs.Document.Block;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Program;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of README and docs, pasted into bash in their order as a reader would, print what stands below them. */
@QuarkusTest
class WalkthroughTest extends HttpTest {
    private static final String SERVER = "http://localhost:8080";
    private static final String NEXT = "=== next ===";

    private static final int TRIES = 3;

    /** Differs from run to run. */
    private static final List<String[]> CHANGING = List.of(
            new String[] {"\\b(ord|ch|re|rfd|auth|req)_[0-9a-z]{26}\\b", "$1"},
            new String[] {"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "time"},
            new String[] {"\\beyJ[\\w.…-]+", "token"},
            new String[] {"\"next\":\"[\\w-]+\"", "next"});

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/start.md", "docs/api.md"})
    void theCallsPrintWhatStandsBelowThem(String file) {
        Assumptions.assumeTrue(Program.isHere("bash", "the calls of " + file) && Program.isHere("curl", "the same"));
        List<Block> blocks = Document.of(Path.of(file)).blocks();
        List<String> calls = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).language().equals("sh")) {
                calls.add(blocks.get(i).text());
                boolean told =
                        i + 1 < blocks.size() && blocks.get(i + 1).language().equals("text");
                expected.add(told ? blocks.get(i + 1).text() : "");
            }
        }
        String[] printed = printed(calls).split(NEXT);
        assertThat(calls).hasSizeGreaterThan(3);
        for (int i = 0; i < calls.size(); i++) {
            assertThat(lines(printed[i])).as(calls.get(i)).containsSubsequence(lines(expected.get(i)));
        }
    }

    /** A machine that is too busy to answer says so; then all is pasted once more, as if by somebody else. */
    private static String printed(List<String> calls) {
        String printed = "";
        for (int tries = 0; tries < TRIES; tries++) {
            printed = Program.run(List.of("bash", "-c", script(calls, "m-" + UUID.randomUUID())));
            if (!printed.contains("\"store-unavailable\"")) {
                break;
            }
        }
        return printed;
    }

    /** A merchant of its own, so that what others have made is not listed. */
    private static String script(List<String> calls, String merchant) {
        return String.join("\necho '" + NEXT + "'\n", calls)
                .replace(
                        SERVER + "/dev/tokens",
                        SERVER + "/dev/tokens -H 'Content-Type: application/json' -d '{\"merchant\":\"" + merchant
                                + "\"}'")
                .replace("merchant=acme", "merchant=" + merchant)
                .replace(SERVER, RestAssured.baseURI + ":" + RestAssured.port);
    }

    private static List<String> lines(String output) {
        return output.lines()
                .map(WalkthroughTest::lasting)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String lasting(String line) {
        String lasting = line;
        for (String[] changing : CHANGING) {
            lasting = lasting.replaceAll(changing[0], changing[1]);
        }
        return lasting;
    }
}
