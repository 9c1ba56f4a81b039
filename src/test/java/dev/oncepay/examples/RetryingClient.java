package dev.oncepay.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client that retries right: one file of the JDK alone, to copy.
 *
 * <p>What makes it right: the key is kept before the first byte is sent, every try sends the same bytes under the same
 * key, and what ends without an answer is never called a failure.
 */
public final class RetryingClient {
    /** What must outlive a crash of this process: with it, and nothing else, anybody can find out the answer. */
    public record Payment(URI uri, String key, byte[] body) {}

    /**
     * How long to go on. Not longer than the key's lifetime (a day): after it the same key is a new payment.
     *
     * @param oneTry longer than the service takes for a slow acquirer, or each try is cut off just before its answer
     */
    public record Limits(int tries, Duration oneTry, Duration total, Duration firstPause, Duration longestPause) {
        public static final Limits USUAL = new Limits(
                10, Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMillis(200), Duration.ofSeconds(20));
    }

    /** The time, so that tests need not wait for it. */
    public interface Time {
        long nanos();

        void pause(Duration pause) throws InterruptedException;
    }

    /** Out of tries or time. The payment may have been made: send it again later as it was kept, never under a new key. */
    public static final class OutcomeUnknown extends Exception {
        OutcomeUnknown(Payment payment, String last, Throwable cause) {
            super("no answer yet to " + payment.uri() + ", last: " + last, cause); // no key: it stays out of logs
        }
    }

    private final HttpClient http;
    private final Supplier<String> token;
    private final Limits limits;
    private final Time time;

    /** @param token asked for at each try: one that was good at the first may have expired at the last */
    public RetryingClient(HttpClient http, Supplier<String> token, Limits limits, Time time) {
        this.http = http;
        this.token = token;
        this.limits = limits;
        this.time = time;
    }

    /** @param keep writes the payment where a restart finds it; it throws where it cannot, and then nothing is sent */
    public HttpResponse<byte[]> send(URI uri, byte[] body, Consumer<Payment> keep)
            throws OutcomeUnknown, InterruptedException {
        Payment payment = new Payment(uri, UUID.randomUUID().toString(), body.clone());
        keep.accept(payment);
        return send(payment);
    }

    /** Sends a payment that is kept, for the first time or again: the service does not mind which. */
    public HttpResponse<byte[]> send(Payment payment) throws OutcomeUnknown, InterruptedException {
        long end = time.nanos() + limits.total().toNanos();
        for (int tries = 1; ; tries++) {
            HttpResponse<byte[]> response = null;
            Throwable cause = null;
            try {
                response = oneTry(payment, Math.min(limits.oneTry().toNanos(), end - time.nanos()));
                if (isAnswer(response.statusCode())) {
                    return response;
                }
            } catch (IOException | TimeoutException lost) {
                cause = lost; // perhaps only the answer was lost: exactly what the key is for
            }
            long pause = pauseNanos(tries, response);
            if (tries >= limits.tries() || pause >= end - time.nanos()) {
                throw new OutcomeUnknown(payment, response == null ? "" + cause : "" + response.statusCode(), cause);
            }
            time.pause(Duration.ofNanos(pause));
        }
    }

    /**
     * 408 is "it did not come whole", 409 "still running", and 5xx "find out with the same key". All else is an answer:
     * 2xx, 202 included, which means "durably accepted, look at Location later"; and any other 4xx, which says the same
     * however often it is asked, 422 above all.
     */
    private static boolean isAnswer(int status) {
        return status != 408 && status != 409 && status < 500;
    }

    private HttpResponse<byte[]> oneTry(Payment payment, long nanos)
            throws IOException, TimeoutException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(payment.uri())
                .header("Authorization", "Bearer " + token.get())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", payment.key())
                .POST(HttpRequest.BodyPublishers.ofByteArray(payment.body()))
                .build();
        // Not HttpRequest.timeout: it ends with the headers, and would wait for ever for the rest of a cut body.
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException lost) {
                throw lost;
            }
            throw new IllegalStateException(failed.getCause()); // a mistake of ours: no retry mends it
        } finally {
            answer.cancel(true); // frees the connection of a try that was given up
        }
    }

    /**
     * Full jitter, a random part of a bound that doubles: clients that failed together do not come back together. What
     * Retry-After says comes on top, so that nobody is early.
     */
    private long pauseNanos(int tries, HttpResponse<?> response) {
        long bound = limits.firstPause().toNanos() << Math.min(tries - 1, 20);
        long jitter = ThreadLocalRandom.current()
                .nextLong(1 + Math.min(bound, limits.longestPause().toNanos()));
        return jitter + (response == null ? 0 : retryAfterNanos(response));
    }

    /** In seconds, as this service sends it; a date, which HTTP allows too, counts as none. */
    private static long retryAfterNanos(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Long.parseLong(seconds)).toNanos()
                : 0;
    }
}
