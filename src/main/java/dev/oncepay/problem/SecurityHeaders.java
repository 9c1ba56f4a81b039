package dev.oncepay.problem;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** What tells a browser to do no more with an answer than it was made for. The same for a first answer and its replay. */
final class SecurityHeaders {
    private static final CharSequence POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence SNIFFING = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("Cache-Control");
    private static final CharSequence TRANSPORT = HttpHeaders.createOptimized("Strict-Transport-Security");

    private static final String OWN = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final CharSequence OWN_FILES = HttpHeaders.createOptimized(OWN);

    /** The problem pages load nothing and have their style within them; every text in them is escaped. */
    private static final CharSequence OWN_STYLE = HttpHeaders.createOptimized(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                    + "style-src 'unsafe-inline'");

    /** Swagger UI starts itself by a script in its page, and its pictures are in its style. */
    private static final CharSequence SWAGGER = HttpHeaders.createOptimized(
            OWN + "; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:");

    private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    /** A year; without the subdomains, which are not ours to speak for. */
    private static final CharSequence ONLY_TLS = HttpHeaders.createOptimized("max-age=31536000");

    private SecurityHeaders() {}

    static void add(RoutingContext routing) {
        String path = pathOf(routing);
        MultiMap headers = routing.response().headers();
        headers.set(SNIFFING, NO_SNIFFING).set(REFERRER, NO_REFERRER);
        if (!path.startsWith("/q/dev-ui")) { // Quarkus's own, and in dev mode only
            headers.set(POLICY, policy(path));
        }
        if (!isPage(path)) {
            headers.set(CACHE, NO_STORE);
        }
        if (routing.request().isSSL()) {
            headers.set(TRANSPORT, ONLY_TLS);
        }
    }

    private static CharSequence policy(String path) {
        if (path.startsWith("/q/swagger-ui")) {
            return SWAGGER;
        }
        return path.startsWith("/problems") ? OWN_STYLE : OWN_FILES;
    }

    /** As it was sent: one that cannot be read is refused, and its refusal has these headers too. */
    private static String pathOf(RoutingContext routing) {
        String path = routing.request().path();
        return path == null ? "" : path;
    }

    /** What is the same for everybody; a name with a dot in it is a file's. All else may be a merchant's own. */
    private static boolean isPage(String path) {
        boolean file = path.lastIndexOf('.') > path.lastIndexOf('/') + 1;
        return file || path.equals("/") || path.startsWith("/q/") || path.startsWith("/problems");
    }
}
