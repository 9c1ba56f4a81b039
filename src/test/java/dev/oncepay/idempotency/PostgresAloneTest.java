package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oncepay.support.Environment;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The contract where nobody listens at Redis's address: port 1 is nobody's. */
@QuarkusTest
@WithTestResource(value = Environment.class, initArgs = @ResourceArg(name = Environment.REDIS_PORT, value = "1"))
class PostgresAloneTest extends KeyStoreContract {
    @Test
    void aTwinInTheSameProcessIsSeenAllTheSame() {
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.InUse.class);
        assertThat(claim(attempt("k", 2))).isInstanceOf(Claim.Reused.class);
    }

    @Test
    void withoutRedisAnEndedAttemptIsForgotten() {
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
        store.ended(attempt("k", 1));
        assertThat(claim(attempt("k", 1))).isInstanceOf(Claim.Won.class);
    }
}
