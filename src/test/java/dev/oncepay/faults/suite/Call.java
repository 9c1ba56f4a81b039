package dev.oncepay.faults.suite;

import dev.oncepay.faults.audit.Answer;
import dev.oncepay.faults.audit.Exchange.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request on a connection of its own, so that how it ends is seen as it is, and the client can hang up whenever it
 * wants: no pool, no retry behind our back.
 *
 * @param answer nothing unless it was answered
 */
record Call(Ending ending, Optional<Answer> answer) {
    private static final int BUFFER = 8192;

    /** @param patience after which it hangs up */
    static Call send(int port, String request, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis(end));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            byte[] all = untilClosed(socket, end);
            return read(all)
                    .map(answer -> new Call(Ending.ANSWERED, Optional.of(answer)))
                    .orElseGet(() -> new Call(Ending.BROKEN, Optional.empty()));
        } catch (SocketTimeoutException over) {
            return new Call(Ending.SILENT, Optional.empty());
        } catch (IOException broken) {
            return new Call(Ending.BROKEN, Optional.empty());
        }
    }

    private static int millis(long end) throws SocketTimeoutException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) left;
    }

    private static byte[] untilClosed(Socket socket, long end) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[BUFFER];
        while (true) {
            socket.setSoTimeout(millis(end));
            int n = in.read(buffer);
            if (n < 0) {
                return all.toByteArray();
            }
            all.write(buffer, 0, n);
        }
    }

    /** Nothing where the answer is not whole. */
    private static Optional<Answer> read(byte[] all) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        if (head < 0 || !text.startsWith("HTTP/1.1 ")) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        text.substring(0, head).lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        byte[] body = java.util.Arrays.copyOfRange(all, head + 4, all.length);
        boolean whole = headers.getOrDefault("content-length", "").equals("" + body.length);
        return whole
                ? Optional.of(new Answer(Integer.parseInt(text.substring(9, 12)), body, headers))
                : Optional.empty();
    }
}
