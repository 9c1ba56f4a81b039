package dev.oncepay.problem;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the catalogue. It loads nothing, and every text in it is escaped. */
record ProblemPage(String html) {
    private static final String FRAME =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%1$s</title>
            <style>
            :root { --ink: #1d2126; --paper: #fff; --pale: #f1f0eb; --line: #dedbd3; --link: #2a56c6 }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e9e8e4; --paper: #14171a; --pale: #272c31; --line: #343a40; --link: #93b1ff }
            }
            body { font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem;
                   color: var(--ink); background: var(--paper) }
            a { color: var(--link) }
            h1 { line-height: 1.2 } h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem } p { margin: .25rem 0 }
            code, pre { font-family: ui-monospace, monospace; font-size: .9em }
            pre { background: var(--pale); padding: 1rem; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
            table { border-collapse: collapse; width: 100%% }
            td code { white-space: nowrap }
            th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line) }
            @media (max-width: 40rem) {
              tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line) }
              tr:first-child { display: none }
              td { display: inline; border: 0; padding: 0 .5rem 0 0 }
              td:nth-child(n + 3) { display: block }
              td:last-child::before { content: "send again: " }
            }
            </style>
            <main>
            <h1>%1$s</h1>
            %2$s
            </main>
            </html>
            """;

    private static final String ONE =
            """
            <p><code>%s</code>, status %d</p>
            <h2>What it means</h2>
            <p>%s</p>
            <h2>Whether to retry, and with which key</h2>
            <p>%s</p>
            <h2>What to do</h2>
            <p>%s</p>
            <h2>An answer, for example</h2>
            <pre>%s</pre>
            <p><a href="/problems">All problems</a></p>
            """;

    private static final String ALL =
            """
            <p>What each refusal means, and whether to send the request again. As JSON: <code>Accept: application/json</code>.</p>
            <table>
            <tr><th>code</th><th>status</th><th>says</th><th>send again</th></tr>
            %s</table>
            """;

    private static final String ROW =
            "<tr><td><a href=\"%s\"><code>%s</code></a></td><td>%d</td><td>%s</td><td>%s</td></tr>\n";

    static ProblemPage of(ProblemCode code, String example) {
        return framed(
                code.title(),
                ONE.formatted(
                        code.code(),
                        code.status(),
                        text(code.meaning()),
                        retry(code),
                        text(code.advice()),
                        escaped(example)));
    }

    static ProblemPage ofAll() {
        return framed(
                "Problems",
                ALL.formatted(Stream.of(ProblemCode.values())
                        .map(code -> ROW.formatted(
                                code.type(), code.code(), code.status(), escaped(code.title()), again(code)))
                        .collect(Collectors.joining())));
    }

    private static ProblemPage framed(String title, String body) {
        return new ProblemPage(FRAME.formatted(escaped(title), body));
    }

    private static String again(ProblemCode code) {
        if (code.retryable()) {
            return "with the same key";
        }
        return code.safeNewKey() ? "changed, with a new key" : "keep the key, see its page";
    }

    private static String retry(ProblemCode code) {
        if (code.retryable()) {
            return "Yes: the very same request with the same key, after <code>Retry-After</code> seconds. Never with a"
                    + " new key: it could do twice what this one has begun.";
        }
        return code.safeNewKey()
                ? "Not as it is: the same request would be refused again. When you have changed it, use a new key; that"
                        + " cannot repeat an effect."
                : "Not as it is. Do not use a new key for the same payment before you know what became of this one: it"
                        + " could repeat an effect.";
    }

    /** Escaped, and what stands in backticks as code. */
    private static String text(String plain) {
        return escaped(plain).replaceAll("`([^`]*)`", "<code>$1</code>");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
