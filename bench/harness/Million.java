package harness;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

/**
 * A million finished records, in PostgreSQL and in Redis: copies of what the service itself has written for one order,
 * under keys as long as real ones, that expire one after the other from the next hour to the end of the day.
 */
final class Million {
    static final int RECORDS = 1_000_000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int BATCH = 20_000;

    private static final String COPY =
            """
            insert into idempotency_record
            select copy.* from idempotency_record made, generate_series(1, %d) number,
              lateral jsonb_populate_record(made, jsonb_build_object(
                'key', md5(number::text)::uuid::text,
                'created_at', now() - interval '23 hours' + number * interval '80 ms',
                'expires_at', now() + interval '1 hour' + number * interval '80 ms')) copy
            where made.key = '%s'
            """;

    private static final String COPY_IN_REDIS =
            """
            local entry = redis.call('GET', KEYS[1])
            for number = tonumber(ARGV[1]), tonumber(ARGV[2]) do
              local name = (string.sub(KEYS[1], 1, 8) .. redis.sha1hex(number) .. '000'):sub(1, #KEYS[1])
              redis.call('SET', name, entry, 'PX', 3600000 + number * 80)
            end
            """;

    private final long tableBytes;
    private final long indexBytes;
    private final long redisBytes;

    private Million(long tableBytes, long indexBytes, long redisBytes) {
        this.tableBytes = tableBytes;
        this.indexBytes = indexBytes;
        this.redisBytes = redisBytes;
    }

    static Million of(Instance service, Tokens tokens, Postgres postgres, String database, Redis redis) {
        String key = UUID.randomUUID().toString();
        HttpResponse<String> made = service.post("/orders", tokens.token(), key, HttpWorkload.ORDER);
        Orders.id(made);
        long table = tableBytes(postgres, database);
        long indexes = indexBytes(postgres, database);
        postgres.query(database, COPY.formatted(RECORDS, key), PATIENCE);
        postgres.query(database, "vacuum analyze idempotency_record", PATIENCE);
        table = tableBytes(postgres, database) - table;
        indexes = indexBytes(postgres, database) - indexes;
        postgres.query("postgres", "checkpoint", PATIENCE);
        return new Million(table, indexes, copyInRedis(redis, made.body().length()));
    }

    private static long tableBytes(Postgres postgres, String database) {
        return postgres.number(database, "select pg_table_size('idempotency_record')");
    }

    private static long indexBytes(Postgres postgres, String database) {
        return postgres.number(database, "select pg_indexes_size('idempotency_record')");
    }

    /** @return how much more memory it has taken */
    private static long copyInRedis(Redis redis, int bodyBytes) {
        String name = redis.ask("--scan", "--pattern", "oncepay:*")
                .lines()
                .findFirst()
                .orElseThrow();
        Wait.until(
                "the answer is published",
                Duration.ofSeconds(10),
                () -> Long.parseLong(redis.ask("strlen", name)) > bodyBytes);
        long before = redis.memory();
        for (int from = 1; from <= RECORDS; from += BATCH) {
            redis.ask("eval", COPY_IN_REDIS, "1", name, "" + from, "" + (from + BATCH - 1));
        }
        long there = Long.parseLong(redis.ask("dbsize"));
        if (there < RECORDS) {
            throw new IllegalStateException("Redis has " + there + " entries only");
        }
        return redis.memory() - before;
    }

    /** In PostgreSQL: the rows. */
    double tableBytesPerKey() {
        return (double) tableBytes / RECORDS;
    }

    /** In PostgreSQL: the primary key and the index for the reaper. */
    double indexBytesPerKey() {
        return (double) indexBytes / RECORDS;
    }

    double redisBytesPerKey() {
        return (double) redisBytes / RECORDS;
    }
}
