package dev.oncepay.start;

import io.quarkus.runtime.configuration.MemorySize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** Judges the settings before anything is started: what is missing, and what makes no sense. */
final class Preflight {
    /** A key must outlive its attempt by far, or a retry could find it gone: "much longer" is ten times here. */
    private static final int LIFETIME_IN_LEASES = 10;

    /** Ten years: beyond 292 of them the nanoseconds overflow, and nobody retries for so long. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    /** A key counts as forgotten a minute early, as clocks differ: one forgotten within its lease would never be sent. */
    private static final Duration KEY_OUTLIVES_LEASE = Duration.ofMinutes(2);

    private static final Set<Integer> REUSED_STATUSES = Set.of(400, 409, 422);

    static final Set<String> SETTINGS = Set.of(
            "oncepay.idempotency.lifetime",
            "oncepay.idempotency.lease",
            "oncepay.idempotency.redis-timeout",
            "oncepay.idempotency.remembered-bytes",
            "oncepay.idempotency.reused-status",
            "oncepay.idempotency.enabled",
            "oncepay.acquirer.url",
            "oncepay.acquirer.timeout",
            "oncepay.acquirer.api-key",
            "oncepay.acquirer.key-lifetime",
            "oncepay.sandbox.enabled",
            "oncepay.sandbox.delay",
            "oncepay.playground.enabled",
            "oncepay.recovery.every",
            "oncepay.limits.requests-in-flight",
            "oncepay.limits.receive-timeout",
            "oncepay.security.merchant-claim");

    /** Empty, these are the same as left out. */
    private static final Set<String> OPTIONAL = Set.of("oncepay.acquirer.url", "oncepay.acquirer.api-key");

    private final Config config;
    private final List<String> faults = new ArrayList<>();

    private Preflight(Config config) {
        this.config = config;
    }

    /**
     * @param packaged whether this is the packaged service, which nobody gives servers and keys
     * @return one sentence each, that says what to do; none when all is well
     */
    static List<String> faults(Config config, boolean packaged) {
        Preflight preflight = new Preflight(config);
        preflight.empty();
        preflight.durations();
        preflight.guard();
        preflight.addresses();
        if (packaged) {
            preflight.required();
        }
        return preflight.faults;
    }

    /** The same for a process that only migrates: nothing but PostgreSQL is asked for. */
    static List<String> faultsToMigrate(Config config) {
        Preflight preflight = new Preflight(config);
        preflight.addresses();
        preflight.database();
        return preflight.faults;
    }

    private boolean isProfile(String name) {
        return text("quarkus.profile").filter(name::equals).isPresent();
    }

    /** Names that begin as ours do and are none of ours: misspelt ones, most likely. They stop nothing. */
    static List<String> unknownNames(Config config) {
        Set<String> asEnvironment =
                SETTINGS.stream().map(Preflight::environmentName).collect(Collectors.toSet());
        Set<String> names = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .collect(Collectors.toSet());
        return names.stream()
                .filter(name -> name.startsWith("oncepay.") && !SETTINGS.contains(name)
                        || name.startsWith("ONCEPAY_") && !asEnvironment.contains(name))
                // A variable is listed a second time, with dots where its name may have dashes.
                .filter(name -> !name.startsWith("oncepay.") || !names.contains(environmentName(name)))
                .filter(name -> !name.startsWith("oncepay.embedded.") && !name.startsWith("oncepay.test."))
                .sorted()
                .toList();
    }

    /** A sandbox that runs alone needs Postgres and nothing else. */
    private boolean isSandboxAlone() {
        return text("oncepay.sandbox.enabled").filter("true"::equals).isPresent()
                && text("oncepay.acquirer.url").isEmpty();
    }

    private void database() {
        need("quarkus.datasource.reactive.url", "postgresql://<host>:5432/<database>");
        need("quarkus.datasource.jdbc.url", "jdbc:postgresql://<host>:5432/<database>, for the migrations");
        need("quarkus.datasource.username", "the database's user");
    }

    private void required() {
        database();
        if (isSandboxAlone()) {
            return;
        }
        need("quarkus.redis.hosts", "redis://<host>:6379");
        need("oncepay.acquirer.url", "the acquirer's base URL");
        need("mp.jwt.verify.issuer", "the issuer of the access tokens");
        if (text("mp.jwt.verify.publickey.location").isEmpty()
                && text("mp.jwt.verify.publickey").isEmpty()) {
            need("mp.jwt.verify.publickey.location", "a public key file or a JWKS URL");
        }
        publicKeyFile();
    }

    /** A key that is not there would show only at the first token, as a 401 that helps nobody. */
    private void publicKeyFile() {
        text("mp.jwt.verify.publickey.location")
                .filter(location -> location.startsWith("/") || location.startsWith("file:/"))
                .map(location -> Path.of(location.replaceFirst("^file:(//)?", "")))
                .filter(file -> !Files.isReadable(file))
                .ifPresent(file ->
                        faults.add("mp.jwt.verify.publickey.location: there is no readable file " + file + "."));
    }

    private void need(String name, String what) {
        if (text(name).isEmpty()) {
            faults.add(name + " is missing; set " + environmentName(name) + " to " + what + ".");
        }
    }

    /** Bound as it is, an empty value stops the start with a stack trace. */
    private void empty() {
        SETTINGS.stream()
                .filter(name -> !OPTIONAL.contains(name))
                .filter(name -> Optional.ofNullable(config.getConfigValue(name).getValue())
                        .filter(String::isBlank)
                        .isPresent())
                .sorted()
                .forEach(name -> faults.add(name + " is empty; give it a value, or leave it out for its default."));
    }

    private void durations() {
        Optional<Duration> lifetime = duration("oncepay.idempotency.lifetime", "PT24H");
        Optional<Duration> lease = duration("oncepay.idempotency.lease", "PT30S");
        Optional<Duration> timeout = duration("oncepay.acquirer.timeout", "PT10S");
        duration("oncepay.idempotency.redis-timeout", "50ms");
        duration("oncepay.recovery.every", "PT5S");
        duration("oncepay.limits.receive-timeout", "PT10S");
        Optional<Duration> keyLifetime = duration("oncepay.acquirer.key-lifetime", "PT24H");
        duration("oncepay.sandbox.delay", "PT0S", Duration.ZERO);
        if (lease.isPresent() && timeout.isPresent() && lease.get().compareTo(timeout.get()) <= 0) {
            faults.add("oncepay.idempotency.lease (" + lease.get() + ") must be longer than oncepay.acquirer.timeout ("
                    + timeout.get() + "), or an attempt is taken over while it waits for the acquirer.");
        }
        if (lease.isPresent()
                && lifetime.isPresent()
                && lifetime.get().compareTo(lease.get().multipliedBy(LIFETIME_IN_LEASES)) < 0) {
            faults.add("oncepay.idempotency.lifetime (" + lifetime.get() + ") must be at least " + LIFETIME_IN_LEASES
                    + " times oncepay.idempotency.lease (" + lease.get() + ").");
        }
        if (lease.isPresent()
                && keyLifetime.isPresent()
                && keyLifetime.get().compareTo(lease.get().plus(KEY_OUTLIVES_LEASE)) < 0) {
            faults.add("oncepay.acquirer.key-lifetime (" + keyLifetime.get() + ") must be at least "
                    + KEY_OUTLIVES_LEASE.toMinutes() + " minutes longer than oncepay.idempotency.lease (" + lease.get()
                    + "), or a charge is looked up that was never sent.");
        }
    }

    private void guard() {
        number("oncepay.idempotency.reused-status", "422").ifPresent(status -> {
            if (!REUSED_STATUSES.contains(status)) {
                faults.add("oncepay.idempotency.reused-status must be 400, 409 or 422, not " + status + ".");
            }
        });
        value("oncepay.idempotency.remembered-bytes", "16M", MemorySize.class, "a size such as 16M, or 0 for none");
        number("oncepay.limits.requests-in-flight", "1000")
                .filter(number -> number < 1)
                .ifPresent(number ->
                        faults.add("oncepay.limits.requests-in-flight must be at least 1, not " + number + "."));
        // Bound as a boolean, "no" and every misspelling would be false: the guard off without a word.
        List.of("oncepay.idempotency.enabled", "oncepay.sandbox.enabled", "oncepay.playground.enabled")
                .forEach(name -> text(name)
                        .filter(value -> !value.equals("true") && !value.equals("false"))
                        .ifPresent(value -> faults.add(name + " must be true or false, not \"" + value + "\".")));
        boolean off =
                text("oncepay.idempotency.enabled").filter("false"::equals).isPresent();
        if (off && !isProfile("bench")) {
            faults.add("oncepay.idempotency.enabled=false would charge twice; it is for the profile bench only.");
        }
    }

    private void addresses() {
        address(
                "quarkus.datasource.reactive.url",
                "(vertx-reactive:)?postgres(ql)?://.+",
                "postgresql://<host>:5432/<database>");
        address("quarkus.datasource.jdbc.url", "jdbc:postgresql:.+", "jdbc:postgresql://<host>:5432/<database>");
        address("quarkus.redis.hosts", "(rediss?|unix)://.+", "redis://<host>:6379");
        address("oncepay.acquirer.url", "https?://.+", "https://<host>/<path>");
    }

    private void address(String name, String form, String example) {
        text(name)
                .filter(value -> !value.matches(form))
                .ifPresent(value -> faults.add(name + " must look like " + example + "."));
    }

    private Optional<Duration> duration(String name, String standard) {
        return duration(name, standard, Duration.ofMillis(1));
    }

    private Optional<Duration> duration(String name, String standard, Duration shortest) {
        return value(name, standard, Duration.class, "a duration such as PT30S or 50ms")
                .filter(duration -> {
                    boolean sensible = duration.compareTo(shortest) >= 0 && duration.compareTo(LONGEST) <= 0;
                    if (!sensible) {
                        faults.add(name + " must be at least " + shortest.toMillis() + " ms and at most "
                                + LONGEST.toDays() + " days, not " + duration + ".");
                    }
                    return sensible;
                });
    }

    private Optional<Integer> number(String name, String standard) {
        return value(name, standard, Integer.class, "a whole number");
    }

    private <T> Optional<T> value(String name, String standard, Class<T> type, String form) {
        Function<String, T> convert =
                text -> config.getConverter(type).orElseThrow().convert(text);
        String text = text(name).orElse(standard);
        try {
            return Optional.of(convert.apply(text));
        } catch (IllegalArgumentException unreadable) {
            faults.add(name + " must be " + form + ", not \"" + text + "\".");
            return Optional.empty();
        }
    }

    private Optional<String> text(String name) {
        return config.getOptionalValue(name, String.class).filter(text -> !text.isBlank());
    }

    static String environmentName(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT);
    }
}
