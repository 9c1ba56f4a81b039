package dev.oncepay.idempotency;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.support.HttpTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What has expired goes by itself, and nothing else. */
@QuarkusTest
class ReaperTest extends HttpTest {
    private static final String RECORDS = "select count(*) from idempotency_record where merchant = ?";

    @Test
    void whatIsExpiredAndCompletedGoes() {
        service().post("/orders", "expired", order(1));
        service().post("/orders", "kept", order(1));
        database.change(
                "update idempotency_record set expires_at = now() - interval '1 s' where merchant = ? and key = 'expired'",
                merchant);
        await().atMost(Duration.ofSeconds(20)).until(() -> database.count(RECORDS, merchant) == 1);
        assertThat(database.value("select key from idempotency_record where merchant = ?", merchant))
                .isEqualTo("kept");
        assertThat(database.orders(merchant)).isEqualTo(2);
    }

    @Test
    void whatIsInProgressStaysHoweverOld() {
        database.change(
                """
                insert into idempotency_record (merchant, key, fingerprint, fingerprint_version, format, state,
                  operation, method, path, lease_until, created_at, expires_at)
                values (?, 'old', '\\x00', 1, 1, 'in_progress', 'x', 'POST', '/x', now(), now() - interval '9 d',
                  now() - interval '8 d')
                """,
                merchant);
        service().post("/orders", "expired", order(1));
        database.change(
                "update idempotency_record set expires_at = now() - interval '1 s' where merchant = ? and key = 'expired'",
                merchant);
        await().atMost(Duration.ofSeconds(20)).until(() -> database.count(RECORDS, merchant) == 1);
        assertThat(database.value("select key from idempotency_record where merchant = ?", merchant))
                .isEqualTo("old");
    }
}
