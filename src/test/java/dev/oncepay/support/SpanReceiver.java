package dev.oncepay.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes spans as a collector does, OTLP in protobuf over HTTP, and reads of them what a test wants to know. */
public final class SpanReceiver implements AutoCloseable {
    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    /** One step of a trace; the parent's id is empty for the first. */
    public record Span(String trace, String id, String parent, String name) {}

    public SpanReceiver(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public List<Span> of(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    /** All that has come, as text, for what must not be in it. */
    public String everything() {
        return String.join("\n", bodies);
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        bodies.add(new String(body, StandardCharsets.ISO_8859_1));
        for (ByteBuffer resource : members(ByteBuffer.wrap(body), RESOURCE_SPANS)) {
            for (ByteBuffer scope : members(resource, SCOPE_SPANS)) {
                members(scope, SPANS).forEach(span -> spans.add(span(span)));
            }
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Span span(ByteBuffer span) {
        return new Span(hex(span, 1), hex(span, 2), hex(span, 4), text(span, 5));
    }

    private static String hex(ByteBuffer message, int member) {
        return HexFormat.of().formatHex(bytes(message, member));
    }

    private static String text(ByteBuffer message, int member) {
        return new String(bytes(message, member), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer message, int member) {
        List<ByteBuffer> found = members(message, member);
        byte[] bytes = new byte[found.isEmpty() ? 0 : found.get(0).remaining()];
        found.stream().limit(1).forEach(first -> first.duplicate().get(bytes));
        return bytes;
    }

    /** The members of that number that have a length: messages, texts and bytes. All others are stepped over. */
    private static List<ByteBuffer> members(ByteBuffer message, int number) {
        ByteBuffer rest = message.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> found = new ArrayList<>();
        while (rest.hasRemaining()) {
            long tag = varint(rest);
            switch ((int) (tag & 7)) {
                case 0 -> varint(rest);
                case 1 -> rest.getLong();
                case 5 -> rest.getInt();
                case 2 -> {
                    int length = (int) varint(rest);
                    if (tag >>> 3 == number) {
                        found.add(rest.slice(rest.position(), length));
                    }
                    rest.position(rest.position() + length);
                }
                default -> throw new IllegalStateException("no protobuf: tag " + tag);
            }
        }
        return found;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("no protobuf: a number of more than 64 bits");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
