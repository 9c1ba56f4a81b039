package dev.oncepay.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The real Redis, seen from outside the application: one command a connection. */
public final class RedisWire {
    private static final int PATIENCE_MILLIS = 5000;
    private final int port;

    public RedisWire(int port) {
        this.port = port;
    }

    /** The reply as text; of an array, its first element. */
    public String command(String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String word : words) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(bytes);
                out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            socket.getOutputStream().write(out.toByteArray());
            return reply(new DataInputStream(socket.getInputStream()));
        } catch (IOException failure) {
            throw new UncheckedIOException(String.join(" ", words), failure);
        }
    }

    private static String reply(DataInputStream in) throws IOException {
        String head = line(in);
        switch (head.charAt(0)) {
            case '$' -> {
                int length = Integer.parseInt(head.substring(1));
                return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            }
            case '*' -> {
                return head.equals("*0") ? null : reply(in);
            }
            case '-' -> throw new IOException(head);
            default -> {
                return head.substring(1);
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\r'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        in.readUnsignedByte();
        return line.toString();
    }

    public void flush() {
        command("FLUSHALL");
    }

    /** How often scripts were run since the last {@code CONFIG RESETSTAT}. */
    public long scriptCalls() {
        return calls("eval") + calls("evalsha");
    }

    private long calls(String command) {
        return command("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=(\\d+).*", "$1")))
                .sum();
    }

    public long processId() {
        return command("INFO", "server")
                .lines()
                .filter(line -> line.startsWith("process_id:"))
                .mapToLong(line -> Long.parseLong(line.substring(11).strip()))
                .findFirst()
                .orElseThrow();
    }
}
