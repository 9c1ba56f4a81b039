package dev.oncepay.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.Database;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/own-endpoint.md promises of an endpoint that is written as it says: the code there is the code here. */
@QuarkusTest
class OwnEndpointTest extends HttpTest {
    private static final Path DOCUMENT = Path.of("docs", "own-endpoint.md");
    private static final Path SOURCES = Path.of("src/test/java/dev/oncepay/examples");
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MARKED =
            Pattern.compile("// begin own-endpoint\n(.*?)// end own-endpoint", Pattern.DOTALL);

    private final String key = key();

    @BeforeAll
    static void table() throws IOException {
        Database.shared().change("drop table if exists notes");
        Database.shared().change(block("sql", 0));
    }

    private static String block(String language, int number) throws IOException {
        return BLOCK.matcher(Files.readString(DOCUMENT))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList()
                .get(number);
    }

    private static String marked(String source) throws IOException {
        Matcher marked = MARKED.matcher(Files.readString(SOURCES.resolve(source)));
        assertThat(marked.find()).isTrue();
        return marked.group(1);
    }

    @Test
    void theDocumentShowsTheCodeThatIsTestedHere() throws IOException {
        assertThat(block("java", 0)).isEqualTo(marked("Note.java"));
        assertThat(block("java", 1)).isEqualTo(marked("NoteResource.java"));
    }

    private static String note(String order, String text) {
        return "{\"order_id\":\"" + order + "\",\"text\":\"" + text + "\"}";
    }

    private long notes() {
        return database.count("select count(*) from notes where merchant = ?", merchant);
    }

    private static void assertReplay(Reply first, Reply again) {
        assertThat(again.replayed()).as(again.text()).isTrue();
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    }

    @Test
    void theFirstTimeItRunsAndARetryReplaysByteForByte() {
        String body = note(service().newOrder(1), "by the window");
        Reply first = service().post("/notes", key, body);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.replayed()).isFalse();
        assertThat(first.header("Location"))
                .isEqualTo("/notes/" + first.json().path("id").asText());
        assertThat(first.json().path("text").asText()).isEqualTo("by the window");
        assertReplay(first, service().post("/notes", key, body));
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void anotherPayloadUnderTheKeyIsRefused() {
        String order = service().newOrder(1);
        service().post("/notes", key, note(order, "a"));
        Reply refused = service().post("/notes", key, note(order, "b"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("idempotency-key-reused");
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void whatIsInvalidIsToldWithTheMembersName() {
        Reply refused = service().post("/notes", key, "{\"order_id\":\"ord_x\",\"text\":\"\"}");
        assertThat(refused.code()).isEqualTo("validation-failed");
        assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/text");
    }

    @Test
    void aRefusalOnTheStateOfThingsIsStoredAndReplayed() {
        Reply refused = service().post("/notes", key, note("ord_none", "a"));
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.replayed()).isFalse();
        assertReplay(refused, service().post("/notes", key, note("ord_none", "a")));
        assertThat(database.records(merchant)).isEqualTo(1);
        assertThat(notes()).isZero();
    }

    @Test
    void aFailureUndoesEverythingAndTheSameKeyCanBeSentAgainAtOnce() {
        String body = note(service().newOrder(1), "fails");
        long records = database.records(merchant);
        database.change("alter table notes add constraint none_of_these check (text <> 'fails') not valid");
        try {
            Reply failed = service().post("/notes", key, body);
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.code()).isEqualTo("internal-error");
            assertThat(notes()).isZero();
            assertThat(database.records(merchant)).isEqualTo(records);
        } finally {
            database.change("alter table notes drop constraint none_of_these");
        }
        Reply first = await().until(() -> service().post("/notes", key, body), reply -> reply.status() != 409);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.replayed()).isFalse();
        assertReplay(first, service().post("/notes", key, body));
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void sixteenTwinsAtOnceMakeOneRow() {
        String body = note(service().newOrder(1), "once");
        List<CompletableFuture<Reply>> twins = Stream.generate(() -> service().later("/notes", key, body))
                .limit(16)
                .toList();
        List<Reply> replies = twins.stream().map(CompletableFuture::join).toList();
        assertThat(replies).allMatch(reply -> reply.status() == 201 || reply.status() == 409);
        List<Reply> answers =
                replies.stream().filter(reply -> reply.status() == 201).toList();
        assertThat(answers).isNotEmpty();
        assertThat(answers).allMatch(reply -> reply.text().equals(answers.get(0).text()));
        assertThat(answers.stream().filter(reply -> !reply.replayed())).hasSize(1);
        assertThat(notes()).isEqualTo(1);
    }
}
