package dev.oncepay.faults.suite;

import dev.oncepay.support.Relay;

/** One instance's three ways, each through a relay of its own. */
record Ways(Relay postgres, Relay redis, Relay acquirer) implements AutoCloseable {
    static Ways to(int postgres, int redis, int acquirer) {
        Ways ways = new Ways(new Relay(), new Relay(), new Relay());
        ways.postgres.to(postgres);
        ways.redis.to(redis);
        ways.acquirer.to(acquirer);
        return ways;
    }

    long cut() {
        return postgres.cut() + redis.cut() + acquirer.cut();
    }

    @Override
    public void close() {
        postgres.close();
        redis.close();
        acquirer.close();
    }
}
