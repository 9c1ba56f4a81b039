package dev.oncepay.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP relay on loopback, that passes on, delays, swallows, or hangs up. */
public final class Relay implements AutoCloseable {
    /** What is done with bytes and connections. */
    public enum Mode {
        PASS,
        /** Passes on each time a while later. */
        DELAY,
        /** Holds everything back, and passes it on when the mode changes. */
        STALL,
        /** Takes everything and passes nothing on: those connections are of no more use. */
        SILENT,
        /** Closes each connection, old and new. */
        REFUSE,
        /** Passes on, and every now and then hangs up after some of the bytes of a request or an answer. */
        CUT
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong cut = new AtomicLong();
    private volatile int target;
    private volatile Duration delay = Duration.ofMillis(100);
    private Mode mode = Mode.PASS;
    private long held;

    public Relay() {
        try {
            server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void to(int port) {
        target = port;
    }

    /** How long each piece of a request or an answer is held up while the mode is {@link Mode#DELAY}. */
    public void delay(Duration each) {
        delay = each;
    }

    /** How many connections were hung up in the middle. */
    public long cut() {
        return cut.get();
    }

    public synchronized void mode(Mode next) {
        mode = next;
        held = 0;
        notifyAll();
        if (next == Mode.REFUSE) {
            open.forEach(Relay::closeQuietly);
        }
    }

    /** Bytes that are held back, or were swallowed, in this mode. */
    public synchronized long held() {
        return held;
    }

    private synchronized boolean passes(int bytes) {
        held += mode == Mode.STALL || mode == Mode.SILENT || mode == Mode.REFUSE ? bytes : 0;
        long until = System.nanoTime() + delay.toNanos();
        while (mode == Mode.DELAY && System.nanoTime() < until && pause(until)) {
            // the mode may change while it waits
        }
        while (mode == Mode.STALL && !server.isClosed()) {
            if (!pause(Long.MAX_VALUE)) {
                return false;
            }
        }
        return mode == Mode.PASS || mode == Mode.CUT || mode == Mode.DELAY;
    }

    /** @return false when the thread is to end */
    private synchronized boolean pause(long until) {
        try {
            long nanos = until - System.nanoTime();
            wait(until == Long.MAX_VALUE ? 0 : Math.max(1, nanos / 1_000_000));
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Three times in ten, so that a request and its answer get through about every other time. */
    private synchronized boolean cuts() {
        return mode == Mode.CUT && ThreadLocalRandom.current().nextInt(10) < 3;
    }

    private synchronized boolean refuses() {
        return mode == Mode.REFUSE;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (refuses()) {
                    client.close();
                } else {
                    connect(client);
                }
            } catch (IOException closed) {
                // the next connection, or the end
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(upstream);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            daemon(() -> copy(client, upstream));
            daemon(() -> copy(upstream, client));
        } catch (IOException nobodyListens) {
            client.close(); // as the caller would have seen it without us
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (cuts()) {
                    cut.incrementAndGet();
                    out.write(buffer, 0, ThreadLocalRandom.current().nextInt(n + 1));
                    return;
                }
                if (passes(n)) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException closed) {
            // both ends are closed now
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is closed, then
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        mode(Mode.REFUSE);
    }
}
