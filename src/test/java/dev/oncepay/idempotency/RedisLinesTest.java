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
        await().until(() -> happened.stream().filter("first send"::equals).count() == 3);
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
    void oneThatLeadsToAReplicaIsLeft() {
        RedisLines lines = new RedisLines(vertx, redis, 60_000);
        step(lines);
        await().until(() -> asked.size() == 1);
        asked.get(0).complete(connection("replica", Future.failedFuture("READONLY You can't write against a replica")));
        await().until(() -> happened.contains("replica close"));
        step(lines);
        await().until(() -> asked.size() == 2);
    }
}
