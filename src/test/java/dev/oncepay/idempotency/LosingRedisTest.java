package dev.oncepay.idempotency;

import dev.oncepay.dev.EmbeddedServers;
import dev.oncepay.support.Environment;
import dev.oncepay.support.RedisWire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** The contract with a Redis that is flushed between any two steps. */
@QuarkusTest
@WithTestResource(Environment.class)
class LosingRedisTest extends KeyStoreContract {
    @Override
    void betweenSteps() {
        new RedisWire(EmbeddedServers.redisPort()).flush();
    }
}
