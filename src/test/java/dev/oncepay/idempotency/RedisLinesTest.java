package dev.oncepay.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections are kept, and that none is lost to the pool: driven by when a server lets itself be connected. */
class RedisLinesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final List<Promise<RedisConnection>> asked = new CopyOnWriteArrayList<>();
    private final List<String> happened = new CopyOnWriteArrayList<>();

    private final Redis redis = (Redis)
            Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Redis.class}, (p, method, a) -> {
                Promise<RedisConnection> connection = Promise.promise();
                asked.add(connection);
                return connection.future();
            });

    private RedisConnection connection(String name, Future<?> answer) {
        return (RedisConnection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RedisConnection.class}, (proxy, method, arguments) -> {
                    happened.add(name + " " + method.getName());
                    return switch (method.getName()) {
                        case "send" -> answer;
                        case "close" -> Future.succeededFuture();
                        default -> proxy;
                    };
                });
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void step(RedisLines lines) {
        loop.runOnContext(go -> lines.send(Request.cmd(Command.PING)));
    }

    @Test
    void oneConnectionServesAllStepsOfAnEventLoop() {
        RedisLines lines = new RedisLines(vertx, redis, 60_000);
        step(lines);
        await().until(() -> asked.size() == 1);
        asked.get(0).complete(connection("first", Future.succeededFuture()));
        step(lines);
        step(lines);
        await().until(() -> sent("first") == 3);
        assertThat(asked).hasSize(1);
        assertThat(happened).doesNotContain("first close");
    }

    @Test
    void aConnectionThatComesTooLateIsGivenBack() {
        RedisLines lines = new RedisLines(vertx, redis, 1);
        await().until(() -> {
            step(lines);
            return asked.size() >= 2;
        });
        asked.get(0).complete(connection("late", Future.succeededFuture()));
        await().until(() -> happened.contains("late close"));
        assertThat(happened).doesNotContain("late send");
    }

    @Test
    void oneThatLeadsToAReplicaServesUntilThereIsAnother() {
        RedisLines lines = new RedisLines(vertx, redis, 60_000);
        step(lines);
        await().until(() -> asked.size() == 1);
        asked.get(0).complete(connection("replica", Future.failedFuture("READONLY You can't write against a replica")));
        await().until(() -> asked.size() == 2);
        step(lines);
        await().until(() -> sent("replica") == 2);
        assertThat(happened).doesNotContain("replica close");
        asked.get(1).complete(connection("master", Future.succeededFuture()));
        await().until(() -> happened.contains("replica close"));
        step(lines);
        await().until(() -> sent("master") == 1);
        assertThat(sent("replica")).isEqualTo(2);
    }

    @Test
    void whatAClosedOneHasNotSentGoesOverTheNewOne() {
        RedisLines lines = new RedisLines(vertx, redis, 60_000);
        step(lines);
        await().until(() -> asked.size() == 1);
        asked.get(0).complete(connection("closed", Future.failedFuture("Connection is closed")));
        await().until(() -> asked.size() == 2);
        asked.get(1).complete(connection("new", Future.succeededFuture()));
        await().until(() -> sent("new") == 1 && happened.contains("closed close"));
    }

    @Test
    void ofManyStepsThatFailOneAsksForANewConnection() {
        RedisLines lines = new RedisLines(vertx, redis, 60_000);
        step(lines);
        await().until(() -> asked.size() == 1);
        asked.get(0).complete(connection("closed", Future.failedFuture("Connection is closed")));
        await().until(() -> asked.size() == 2);
        for (int i = 0; i < 50; i++) {
            step(lines);
        }
        await().until(() -> sent("closed") == 51);
        assertThat(asked).hasSize(2);
        asked.get(1).fail("refused");
        await().until(() -> {
            step(lines);
            return asked.size() == 3; // after a pause
        });
        asked.get(2).complete(connection("new", Future.succeededFuture()));
        await().until(() -> sent("new") > 0);
    }

    private long sent(String name) {
        return happened.stream().filter((name + " send")::equals).count();
    }
}
