package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RememberedAnswersTest {
    private static final Duration DAY = Duration.ofDays(1);

    private static RememberedAnswers of(String bytes) {
        return new RememberedAnswers(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(IdempotencyConfig.class)
                .withDefaultValue("oncepay.idempotency.remembered-bytes", bytes)
                .build()
                .getConfigMapping(IdempotencyConfig.class));
    }

    private static Attempt attempt(String merchant, String key) {
        Fingerprint fingerprint = Fingerprint.of("POST", "/orders", "", JsonNodeFactory.instance.objectNode());
        return new Attempt(merchant, key, fingerprint, "POST", "/orders");
    }

    private static StoredAnswer answer(int bytes) {
        return new StoredAnswer(201, Map.of("Content-Type", "application/json"), new byte[bytes]);
    }

    private static Kept kept(int bytes, Duration lifetime) {
        return Kept.recorded(answer(bytes), 1, lifetime, System.nanoTime());
    }

    private static void remember(RememberedAnswers answers, Attempt attempt, Kept kept) {
        answers.remember(attempt, attempt.fingerprint(), kept);
    }

    @Test
    void anAnswerIsItsKeysAndItsMerchants() {
        RememberedAnswers answers = of("16M");
        Kept kept = kept(100, DAY);
        remember(answers, attempt("m", "key"), kept);
        assertThat(answers.of(attempt("m", "key"))).get().satisfies(found -> {
            assertThat(found.kept()).isSameAs(kept);
            assertThat(found.fingerprint().sameAs(attempt("m", "key").fingerprint()))
                    .isTrue();
        });
        assertThat(answers.of(attempt("m", "other"))).isEmpty();
        assertThat(answers.of(attempt("other", "key"))).isEmpty();
        assertThat(answers.of(attempt("mk", "ey"))).isEmpty();
    }

    @Test
    void itIsForgottenWhenItsRecordExpires() {
        RememberedAnswers answers = of("16M");
        remember(answers, attempt("m", "key"), kept(100, Duration.ofMillis(300)));
        await().until(() -> answers.of(attempt("m", "key")).isEmpty());
    }

    @Test
    void aRefusalWithoutARecordIsNotRemembered() {
        RememberedAnswers answers = of("16M");
        remember(answers, attempt("m", "key"), Kept.onTheRequestAlone(answer(100), DAY));
        assertThat(answers.of(attempt("m", "key"))).isEmpty();
    }

    @Test
    void asManyAreRememberedAsTheirBytesAllow() {
        RememberedAnswers answers = of("64K");
        IntStream.range(0, 1000).forEach(i -> remember(answers, attempt("m", "key-" + i), kept(500, DAY)));
        long left = IntStream.range(0, 1000)
                .filter(i -> answers.of(attempt("m", "key-" + i)).isPresent())
                .count();
        assertThat(left).isBetween(1L, 64L);
    }

    @Test
    void aLargeOneIsLeftToTheStores() {
        RememberedAnswers answers = of("16M");
        remember(answers, attempt("m", "key"), kept(RedisClaims.MAX_ENTRY_BYTES + 1, DAY));
        assertThat(answers.of(attempt("m", "key"))).isEmpty();
    }

    @Test
    void noneIsRememberedWhereNothingIsAllowed() {
        RememberedAnswers answers = of("0");
        remember(answers, attempt("m", "key"), kept(100, DAY));
        assertThat(answers.of(attempt("m", "key"))).isEmpty();
    }
}
