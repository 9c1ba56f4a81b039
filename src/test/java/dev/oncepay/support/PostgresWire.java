package dev.oncepay.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The way to PostgreSQL, with an ear for what is said on it: a chosen statement of a chosen request is held before the
 * server has it, or its answer when the server is done. Then the connection is cut there, or goes on.
 */
public final class PostgresWire implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final List<Point> points = new CopyOnWriteArrayList<>();

    public PostgresWire(int target) {
        this.target = target;
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

    /** Where one connection is held, once. */
    public static final class Point {
        private final boolean answer;
        private final String statement;
        private final List<String> context;
        private final CompletableFuture<Boolean> goesOn = new CompletableFuture<>();
        private volatile boolean reached;

        private Point(boolean answer, String statement, List<String> context) {
            this.answer = answer;
            this.statement = statement;
            this.context = context;
        }

        private boolean is(String said, String transaction) {
            return said.startsWith(statement) && context.stream().allMatch(transaction::contains);
        }

        private boolean hold() {
            reached = true;
            return goesOn.join();
        }

        public boolean reached() {
            return reached;
        }

        /** Hangs up, on both sides. */
        public void cut() {
            goesOn.complete(false);
        }

        public void goOn() {
            goesOn.complete(true);
        }
    }

    /**
     * The server does not get the statement until it is told to go on.
     *
     * @param statement its first words
     * @param context   what else is said in its transaction so far: SQL, or a text among the values, such as the key
     */
    public Point before(String statement, String... context) {
        return point(false, statement, context);
    }

    /** The same when the server is done with it, and the client does not know yet. */
    public Point after(String statement, String... context) {
        return point(true, statement, context);
    }

    private Point point(boolean answer, String statement, String... context) {
        Point point = new Point(answer, statement, List.of(context));
        points.add(point);
        return point;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                new Line(server.accept(), new Socket(InetAddress.getLoopbackAddress(), target)).open();
            } catch (IOException closed) {
                // the next connection, or the end
            }
        }
    }

    /** One connection. Of the protocol: each message after the first has a type and a length that counts itself. */
    private final class Line {
        private final Socket client;
        private final Socket postgres;
        private final Map<String, String> prepared = new HashMap<>();
        private String transaction = "";
        private boolean inTransaction;
        private volatile Optional<Point> awaited = Optional.empty();

        private Line(Socket client, Socket postgres) {
            this.client = client;
            this.postgres = postgres;
        }

        private void open() {
            daemon(() -> untilClosed(this::ask));
            daemon(() -> untilClosed(this::answer));
        }

        private void ask() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(postgres.getOutputStream());
            int length = in.readInt();
            out.writeInt(length);
            out.write(in.readNBytes(length - 4));
            while (true) {
                Message message = Message.read(in);
                Optional<Point> point = heard(message);
                if (point.filter(here -> !here.answer && !here.hold()).isPresent()) {
                    return;
                }
                point.filter(here -> here.answer).ifPresent(here -> awaited = Optional.of(here));
                message.write(out);
            }
        }

        private Optional<Point> heard(Message message) {
            switch (message.type) {
                case 'P' -> prepared.put(message.text(0), message.text(1));
                case 'Q' -> {
                    return said(message.text(0));
                }
                case 'B' -> {
                    return said(prepared.getOrDefault(message.text(1), "")
                            + new String(message.body, StandardCharsets.ISO_8859_1));
                }
                default -> {
                    // says nothing new
                }
            }
            return Optional.empty();
        }

        private Optional<Point> said(String statement) {
            transaction = inTransaction ? transaction + "\n" + statement : statement;
            inTransaction = statement.startsWith("BEGIN")
                    || inTransaction && !statement.startsWith("COMMIT") && !statement.startsWith("ROLLBACK");
            return points.stream()
                    .filter(point -> point.is(statement, transaction))
                    .filter(points::remove)
                    .findFirst();
        }

        private void answer() throws IOException {
            DataInputStream in = new DataInputStream(postgres.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            ByteArrayOutputStream heldBack = new ByteArrayOutputStream();
            while (true) {
                Message message = Message.read(in);
                message.write(awaited.isPresent() ? new DataOutputStream(heldBack) : out);
                if (message.type == 'Z' && awaited.isPresent()) { // done: committed, where that was asked for
                    if (!awaited.get().hold()) {
                        return;
                    }
                    awaited = Optional.empty();
                    heldBack.writeTo(out);
                    heldBack.reset();
                }
            }
        }

        private void untilClosed(Copying copying) {
            try (client;
                    postgres) {
                copying.run();
            } catch (IOException closed) {
                // both ends are closed now
            }
        }
    }

    private interface Copying {
        void run() throws IOException;
    }

    private record Message(byte type, byte[] body) {
        static Message read(DataInputStream in) throws IOException {
            byte type = in.readByte();
            return new Message(type, in.readNBytes(in.readInt() - 4));
        }

        void write(DataOutputStream out) throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(whole);
            fields.writeByte(type);
            fields.writeInt(body.length + 4);
            fields.write(body);
            whole.writeTo(out);
        }

        /** The nth of the texts it begins with, each of which ends in a zero. */
        String text(int n) {
            return new String(body, StandardCharsets.ISO_8859_1).split("\0", n + 2)[n];
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "postgres-wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        points.forEach(Point::cut);
    }
}
