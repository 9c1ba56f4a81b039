package dev.oncepay.faults;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Database;
import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * With a million records, and as many settled charges as fit into the time, the regular work costs what there is to do
 * and not what is kept: counted in blocks that PostgreSQL touched for the very statements of the running service.
 */
class BigTablesIT {
    private static final int RECORDS = 1_000_000;
    private static final int CHARGES = 300_000;

    private static final int OPEN = 5_000;
    private static final int DUE = 200;

    /** The depth of some indexes; a million records are more than 20 000 blocks. */
    private static final long BLOCKS_OF_AN_IDLE_TURN = 300;

    private static final long BLOCKS_OF_ONE_ROW = 40;

    private final Database database = Database.own();

    @Test
    void theReaperAndTheSweepCostWhatThereIsToDo() {
        Map<String, String> settings = new HashMap<>(Environment.settings(database, EmbeddedServers.redisPort()));
        settings.put("oncepay.acquirer.url", "http://127.0.0.1:1");
        try (Instance instance = Instance.start(settings)) {
            fill();
            assertIdleTurnsAreCheap();
            database.change("analyze");
            assertIdleTurnsAreCheap();
            long before = database.count("select count(*) from idempotency_record");
            forget();
            int expired = database.change(
                    "update idempotency_record set expires_at = now() - interval '1 s' where merchant = 'm1' and key < 'k2'");
            assertThat(expired).isPositive();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> instance.metric("oncepay_idempotency_reaped_total") == expired);
            assertThat(database.count("select count(*) from idempotency_record"))
                    .isEqualTo(before - expired);
            assertCost("delete from idempotency_record%", expired);
            forget();
            database.change(
                    "update charges set next_attempt_at = now() where id in (select 'ch_' || i * 7 from"
                            + " generate_series(1, ?) i)",
                    DUE);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> database.count("select count(*) from charges where tries > 0") == DUE);
            assertCost("update charges t set tries%", DUE);
            assertThat(instance.as("m").pay("/orders", order(1)).status()).isEqualTo(201);
        }
    }

    private void assertCost(String statement, long rows) {
        assertThat(blocks(statement)).isLessThan(calls(statement) * BLOCKS_OF_AN_IDLE_TURN + rows * BLOCKS_OF_ONE_ROW);
    }

    private void fill() {
        database.change(
                """
                insert into idempotency_record (merchant, key, fingerprint, fingerprint_version, format, state,
                  operation, method, path, status, headers, body, created_at, expires_at)
                select 'm' || i % 100, 'k' || i, '\\x00', 1, 1, 'completed', 'order', 'POST', '/orders', 201, '', '{}',
                  now(), now() + interval '1 hour'
                from generate_series(1, ?) i
                """,
                RECORDS);
        database.change("insert into orders (merchant, id, amount, currency, reference, metadata, created_at)"
                + " values ('m', 'ord_1', 1, 'EUR', 'r', '{}', now())");
        database.change(
                """
                insert into charges (merchant, id, order_id, amount, currency, payment_method, status, metadata,
                  idempotency_key, next_attempt_at, created_at)
                select 'm', 'ch_' || i, 'ord_1', 1, 'EUR', 'pm_card_visa',
                  case when i > %d then 'succeeded' else 'processing' end, '{}', 'k',
                  case when i > %d then null else now() + interval '1 day' end, now()
                from generate_series(1, ?) i
                """
                        .formatted(OPEN, OPEN),
                CHARGES);
    }

    private void assertIdleTurnsAreCheap() {
        forget();
        for (String statement : new String[] {
            "delete from idempotency_record%",
            "update charges t set tries%",
            "update refunds t set tries%",
            "select count(*) filter%from charges%",
            "select count(*) filter%from refunds%"
        }) {
            await().atMost(Duration.ofSeconds(60)).until(() -> calls(statement) >= 2);
            assertThat(blocks(statement) / calls(statement)).as(statement).isLessThan(BLOCKS_OF_AN_IDLE_TURN);
        }
    }

    private void forget() {
        database.change("create extension if not exists pg_stat_statements");
        database.value(
                "select pg_stat_statements_reset(0, (select oid from pg_database where datname = ?), 0)",
                database.name());
    }

    private long calls(String statement) {
        return sum("calls", statement);
    }

    private long blocks(String statement) {
        return sum("shared_blks_hit + shared_blks_read", statement);
    }

    private long sum(String what, String statement) {
        return database.count(
                "select coalesce(sum(" + what + "), 0)::bigint from pg_stat_statements s"
                        + " join pg_database d on d.oid = s.dbid where d.datname = ? and query like ?",
                database.name(),
                statement);
    }
}
