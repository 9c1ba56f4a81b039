package dev.oncepay.idempotency;

import dev.oncepay.idempotency.KeyResource.KeyView;
import dev.oncepay.store.GroupStatement;
import dev.oncepay.store.Postgres;
import dev.oncepay.store.StoreUnavailable;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * All the SQL of the record: what decides. A record goes from in progress to completed exactly once, or is inserted
 * completed; leases and expiry go by Postgres's clock.
 */
@ApplicationScoped
class PostgresRecords {
    /** Version of the row's encoding. */
    static final int FORMAT = 1;

    static final String COLUMNS =
            """
            merchant, key, fingerprint, fingerprint_version, format, state, operation, method, path, resource, \
            lease_until, status, headers, body, created_at, expires_at""";

    /** An expired record that nobody reaped counts as absent: its place is taken. One in progress never expires. */
    static final String TAKE_EXPIRED_PLACE =
            """
            on conflict (merchant, key) do update set (
            fingerprint, fingerprint_version, format, state, operation, method, path, resource, \
            lease_until, status, headers, body, created_at, expires_at) = (
            excluded.fingerprint, excluded.fingerprint_version, excluded.format, excluded.state, excluded.operation, \
            excluded.method, excluded.path, excluded.resource, excluded.lease_until, excluded.status, \
            excluded.headers, excluded.body, excluded.created_at, excluded.expires_at)
            where idempotency_record.state = 'completed' and idempotency_record.expires_at <= now()
            """;

    private static final String MADE = "(extract(epoch from created_at) * 1000000)::bigint";
    private static final String REMAINING = "(extract(epoch from expires_at - now()) * 1000)::bigint";

    private static final String BEGIN =
            """
            insert into idempotency_record (%s)
            values ($1, $2, $3, $4, $5, 'in_progress', $6, $7, $8, nullif($9, ''),
              now() + $10 * interval '1 ms', null, null, null, now(), now() + $11 * interval '1 ms')
            %s
            returning 1
            """
                    .formatted(COLUMNS, TAKE_EXPIRED_PLACE);

    /** The resource keeps a late settlement of an earlier use of the key from completing the present one. */
    private static final String COMPLETE =
            """
            update idempotency_record
            set state = 'completed', lease_until = null, status = $4, headers = $5, body = $6,
              resource = nullif($7, '')
            where merchant = $1 and key = $2 and coalesce(resource, '') = $3 and state = 'in_progress'
            returning %s, %s
            """
                    .formatted(MADE, REMAINING);

    private static final String CORRECT =
            """
            update idempotency_record set status = $4, headers = $5, body = $6, resource = nullif($7, '')
            where merchant = $1 and key = $2 and coalesce(resource, '') = $3
            """;

    private static final String TAKE_OVER =
            """
            update idempotency_record set lease_until = now() + $3 * interval '1 ms'
            where merchant = $1 and key = $2 and state = 'in_progress' and lease_until < now()
            """;

    private static final String FIND =
            """
            select fingerprint, fingerprint_version, format, state, lease_until < now() as lease_is_over, resource,
              status, headers, body, %s as made, %s as remaining
            from idempotency_record
            where merchant = $1 and key = $2 and (state = 'in_progress' or expires_at > now())
            """
                    .formatted(MADE, REMAINING);

    private static final String DESCRIBE =
            """
            select format, state, method, path, status, resource, created_at, expires_at from idempotency_record
            where merchant = $1 and key = $2 and (state = 'in_progress' or expires_at > now())
            """;

    private final Postgres postgres;
    private final IdempotencyConfig config;
    private final Map<Effect.Target, GroupStatement> statements = new ConcurrentHashMap<>(); // one for each endpoint

    private final AtomicLong unguarded = new AtomicLong();

    PostgresRecords(Postgres postgres, IdempotencyConfig config) {
        this.postgres = postgres;
        this.config = config;
    }

    /**
     * Inserts the completed record and does the work only if that insert took place: one statement, one transaction, with
     * those of other requests that come at the same time.
     *
     * @return nothing when there is a record already; then nothing was done
     */
    Uni<Optional<Kept>> insertCompleted(
            Attempt attempt, String operation, String resource, StoredAnswer answer, Effect effect) {
        long asOf = System.nanoTime();
        if (!config.enabled()) {
            return postgres.grouped(statement(effect), effect.values(), Long.toString(unguarded.incrementAndGet()))
                    .map(nothing -> Optional.of(Kept.recorded(answer, 1, config.lifetime(), asOf)));
        }
        List<Object> values = new ArrayList<>(List.of(
                attempt.merchant(),
                attempt.key(),
                Buffer.buffer(attempt.fingerprint().hash()),
                attempt.fingerprint().version(),
                operation,
                attempt.method(),
                attempt.path(),
                resource,
                answer.status(),
                answer.headerLines(),
                Buffer.buffer(answer.body())));
        values.addAll(effect.values());
        return postgres.grouped(statement(effect), values, attempt.merchant() + ' ' + attempt.key())
                .map(made -> made.map(row -> Kept.recorded(answer, row.getLong(1), config.lifetime(), asOf)));
    }

    private GroupStatement statement(Effect effect) {
        return statements.computeIfAbsent(
                effect.target(),
                target -> config.enabled()
                        ? RecordWithEffect.guarded(target, config.lifetime())
                        : RecordWithEffect.unguarded(target));
    }

    /** In the caller's transaction: whether the record was not there and now is, in progress. */
    Uni<Boolean> begin(Attempt attempt, String operation, String resource) {
        if (!config.enabled()) {
            return Uni.createFrom().item(true);
        }
        return postgres.inTransaction(
                        BEGIN,
                        attempt.merchant(),
                        attempt.key(),
                        Buffer.buffer(attempt.fingerprint().hash()),
                        attempt.fingerprint().version(),
                        FORMAT,
                        operation,
                        attempt.method(),
                        attempt.path(),
                        resource,
                        (double) config.lease().toMillis(),
                        (double) config.lifetime().toMillis())
                .map(rows -> !rows.isEmpty());
    }

    /**
     * In the caller's transaction: the first answer wins.
     *
     * @param resource what the record was begun for
     * @param made     the path of what was made; empty after a refusal
     * @return nothing when the record was completed before, or belongs to a later use of the key
     */
    Uni<Optional<Kept>> complete(String merchant, String key, String resource, String made, StoredAnswer answer) {
        long asOf = System.nanoTime();
        if (!config.enabled()) {
            return Uni.createFrom().item(Optional.of(Kept.recorded(answer, 1, config.lifetime(), asOf)));
        }
        return inTransaction(COMPLETE, merchant, key, resource, made, answer).map(rows -> rows.stream()
                .findFirst()
                .map(row -> Kept.recorded(answer, (Long) row[0], Duration.ofMillis((Long) row[1]), asOf)));
    }

    /** In the transaction that completed the record: puts another answer in place of the one just written. */
    Uni<Void> correct(String merchant, String key, String resource, String made, StoredAnswer answer) {
        return inTransaction(CORRECT, merchant, key, resource, made, answer).replaceWithVoid();
    }

    private Uni<List<Object[]>> inTransaction(
            String sql, String merchant, String key, String resource, String made, StoredAnswer answer) {
        return postgres.inTransaction(
                sql,
                merchant,
                key,
                resource,
                answer.status(),
                answer.headerLines(),
                Buffer.buffer(answer.body()),
                made);
    }

    /** Whether this attempt, and no other, goes on with what an abandoned one has begun. */
    Uni<Boolean> takeOver(Attempt attempt) {
        return postgres.statement(TAKE_OVER, Tuple.of(attempt.merchant(), attempt.key(), (double)
                        config.lease().toMillis()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** The record under the attempt's key, unless it has expired. */
    Uni<Optional<RecordRow>> find(Attempt attempt) {
        return found(attempt, postgres::statement);
    }

    /** The same where the attempt has made its call, and only asks for the answer that another has stored. */
    Uni<Optional<RecordRow>> findSettled(Attempt attempt) {
        return found(attempt, postgres::settlingStatement);
    }

    private static Uni<Optional<RecordRow>> found(
            Attempt attempt, BiFunction<String, Tuple, Uni<RowSet<Row>>> statement) {
        long asOf = System.nanoTime();
        return statement
                .apply(FIND, Tuple.of(attempt.merchant(), attempt.key()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(row(rows.iterator().next(), asOf)));
    }

    /** The record as its owner may see it, unless it has expired. */
    Uni<Optional<KeyView>> describe(String merchant, String key) {
        return postgres.statement(DESCRIBE, Tuple.of(merchant, key))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(view(key, rows.iterator().next())));
    }

    private static void requireFormat(Row row) {
        if (row.getInteger("format") != FORMAT) {
            throw ofALaterVersion();
        }
    }

    private static StoreUnavailable ofALaterVersion() {
        return new StoreUnavailable("a record was written by a later version of the service", false, null);
    }

    private static KeyView view(String key, Row row) {
        requireFormat(row);
        return new KeyView(
                key,
                row.getString("state"),
                row.getString("method"),
                row.getString("path"),
                row.getInteger("status"),
                row.getString("resource"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }

    private static RecordRow row(Row row, long asOf) {
        requireFormat(row);
        if (row.getInteger("fingerprint_version") != Fingerprint.VERSION) {
            throw ofALaterVersion();
        }
        Optional<Kept> kept = Optional.empty();
        if (row.getString("state").equals("completed")) {
            StoredAnswer answer = new StoredAnswer(
                    row.getInteger("status"),
                    StoredAnswer.headersOf(row.getString("headers")),
                    row.getBuffer("body").getBytes());
            kept = Optional.of(
                    Kept.recorded(answer, row.getLong("made"), Duration.ofMillis(row.getLong("remaining")), asOf));
        }
        return new RecordRow(
                new Fingerprint(
                        row.getInteger("fingerprint_version"),
                        row.getBuffer("fingerprint").getBytes()),
                Boolean.TRUE.equals(row.getBoolean("lease_is_over")),
                Optional.ofNullable(row.getString("resource")).orElse(""),
                kept);
    }
}
