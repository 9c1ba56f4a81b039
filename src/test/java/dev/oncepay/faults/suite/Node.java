package dev.oncepay.faults.suite;

import static org.awaitility.Awaitility.await;

import dev.oncepay.faults.audit.InstanceLog;
import dev.oncepay.faults.audit.InstanceLog.Excused;
import dev.oncepay.faults.audit.Outage;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Instance.Packaged;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of the packaged service that is started again when it has ended, as an orchestrator would. */
final class Node implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    /** A process that goes on again is a moment behind: its watchdog may look before its threads do. */
    private static final long AFTER_A_STOP_MILLIS = 1500;

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final Packaged packaged;
    private final Map<String, String> settings;
    private final List<Outage> outages = new CopyOnWriteArrayList<>();
    private final List<Excused> excused = new CopyOnWriteArrayList<>();
    private final AtomicInteger starts = new AtomicInteger();
    private volatile Instance instance;
    private long downSince;

    /** @param settings with the port */
    Node(Packaged packaged, Map<String, String> settings) {
        this.packaged = packaged;
        this.settings = settings;
    }

    void launch() {
        downSince = System.nanoTime();
        launchAgain();
    }

    /** One that gives up, because what it needs is out too, is launched once more. */
    Node ready() {
        await().atMost(START).pollInterval(LOOK_EVERY).until(() -> {
            if (!instance.isAlive()) {
                launchAgain();
            }
            return instance.answersReady();
        });
        up(downSince, 0);
        return this;
    }

    /** {@code kill -9}. */
    void kill() {
        downSince = System.nanoTime();
        instance.kill();
    }

    /** After a kill. */
    void launchAgain() {
        starts.incrementAndGet();
        instance = Instance.launch(packaged, settings);
    }

    /** {@code kill -9}, and a new start after a while. */
    void killFor(Duration hold) throws InterruptedException {
        kill();
        Thread.sleep(hold.toMillis());
        launchAgain();
        ready();
    }

    /** Stopped, and on again: it knows nothing of the time between. */
    void stopFor(Duration hold) throws InterruptedException {
        long from = System.nanoTime();
        instance.pause();
        try {
            Thread.sleep(hold.toMillis());
        } finally {
            instance.resume();
            up(from, AFTER_A_STOP_MILLIS);
        }
    }

    /** It runs again. */
    private void up(long downSince, long moreMillis) {
        long now = System.nanoTime();
        long millis = System.currentTimeMillis();
        outages.add(new Outage(downSince, now));
        excused.add(new Excused(millis - (now - downSince) / 1_000_000, millis + moreMillis));
    }

    /** What it has written so far was written before anything was asked of it. */
    void beginsNow() {
        excused.add(new Excused(0, System.currentTimeMillis()));
    }

    int port() {
        return instance.port();
    }

    String url() {
        return instance.url();
    }

    int starts() {
        return starts.get();
    }

    List<Outage> outages() {
        return List.copyOf(outages);
    }

    InstanceLog log() {
        return new InstanceLog(packaged.log().toPath(), List.copyOf(excused));
    }

    /** @param politely by SIGTERM, so that what is written at the end is written */
    void close(boolean politely) {
        if (politely) {
            instance.stop();
        } else {
            instance.close();
        }
    }

    @Override
    public void close() {
        close(false);
    }
}
