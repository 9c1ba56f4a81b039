package dev.oncepay.http;

import static dev.oncepay.support.Service.charge;
import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.RedisWire;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/**
 * Two versions of the service on the same stores, as in a rolling upgrade: what this one cannot read it neither
 * guesses at nor runs again.
 */
@QuarkusTest
class FormatTest extends HttpTest {
    /** Where in an entry its format, its kind and the version of its fingerprint stand. */
    private static final int FORMAT = 0;

    private static final int KIND = 1;
    private static final int FINGERPRINT_VERSION = 2;

    private final RedisWire redis = new RedisWire(EmbeddedServers.redisPort());
    private final String key = key();

    @Test
    void aRecordOfALaterFormatIsUnavailableUntilAnInstanceThatReadsItIsAsked() {
        refusesWhatALaterVersionWrote("format", "/orders", order(1));
    }

    @Test
    void aRecordWithAFingerprintOfALaterVersionIsUnavailable() {
        refusesWhatALaterVersionWrote("fingerprint_version", "/orders", order(1));
    }

    @Test
    void aChargesRecordOfALaterVersionIsUnavailableAndTheCardIsNotAskedAgain() {
        String order = service().newOrder(1000);
        refusesWhatALaterVersionWrote("format", "/charges", charge(order, 10, "pm_card_visa"));
        assertThat(database.authorizations(merchant)).isEqualTo(1);
        assertThat(database.charges(merchant)).isEqualTo(1);
    }

    private void refusesWhatALaterVersionWrote(String version, String path, String body) {
        Reply first = finished(path, body);
        long orders = database.orders(merchant);
        for (String asked : new String[] {body, body.replace("EUR", "USD")}) {
            move(version, +1);
            redis.command("DEL", entry());
            Reply refused = service().post(path, key, asked);
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("store-unavailable");
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(refused.header("Idempotent-Replayed")).isNull();
            assertThat(database.orders(merchant)).isEqualTo(orders);
            move(version, -1);
        }
        // A 503 gives the claim back, so whoever can read the record answers at once.
        Reply again = await().until(() -> service().post(path, key, body), reply -> reply.status() != 409);
        assertThat(again.replayed()).as(again.text()).isTrue();
        assertThat(again.body()).isEqualTo(first.body());
    }

    private void move(String version, int by) {
        int rows = database.change(
                "update idempotency_record set " + version + " = " + version + " + ? where merchant = ? and key = ?",
                by,
                merchant,
                key);
        assertThat(rows).isEqualTo(1);
    }

    @Test
    void anEntryOfAnUnknownFormatIsLookedUpInPostgres() {
        isLookedUpInPostgres(FORMAT, "2");
    }

    @Test
    void anEntryOfAnUnknownKindIsLookedUpInPostgres() {
        isLookedUpInPostgres(KIND, "X");
    }

    @Test
    void anEntryWithAFingerprintOfALaterVersionIsLookedUpInPostgres() {
        isLookedUpInPostgres(FINGERPRINT_VERSION, "02");
    }

    /** Postgres is given another body, so that the answer says where it came from. */
    private void isLookedUpInPostgres(int at, String unknown) {
        finished("/orders", order(1));
        database.change(
                "update idempotency_record set body = ? where merchant = ?",
                "{\"from\":\"postgres\"}".getBytes(StandardCharsets.UTF_8),
                merchant);
        redis.command("SETRANGE", entry(), Integer.toString(at), unknown);
        assertThat(service().post("/orders", key, order(2)).code()).isEqualTo("idempotency-key-reused");
        Reply again = service().post("/orders", key, order(1));
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.replayed()).isTrue();
        assertThat(again.text()).isEqualTo("{\"from\":\"postgres\"}");
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    @Test
    void anEntryOfAnUnknownFormatWithoutARecordIsNoReasonNotToRun() {
        redis.command("SET", entry(), "2?" + "x".repeat(40), "PX", "60000");
        Reply first = service().post("/orders", key, order(1));
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.replayed()).isFalse();
        assertThat(service().post("/orders", key, order(1)).body()).isEqualTo(first.body());
        assertThat(database.orders(merchant)).isEqualTo(1);
    }

    /** Sends it, and waits until Redis has its answer: nothing of it is under way any more. */
    private Reply finished(String path, String body) {
        Reply first = service().post(path, key, body);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        await().until(() -> {
            String entry = redis.command("GET", entry());
            return entry != null && entry.startsWith("1F01");
        });
        return first;
    }

    /** How entries are named: two versions must agree on that, or each would know nothing of the other. */
    private String entry() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) merchant.length());
            digest.update(merchant.getBytes(StandardCharsets.UTF_8));
            byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
            return "oncepay:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
