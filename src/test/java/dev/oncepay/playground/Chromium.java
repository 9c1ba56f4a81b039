package dev.oncepay.playground;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.oncepay.support.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The browser that this machine has. Where it has none, what needs one is left out, and that is said loudly. */
final class Chromium implements AutoCloseable {
    private static final String NAME = "chromium";

    /** On a busy machine a slow card's two seconds, and what comes before and after them. */
    private static final double PATIENCE_MS = 60_000;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path program) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(List.of("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")));
    }

    static Chromium start() {
        Optional<Path> program =
                Program.isHere(NAME, "the pages, in a browser") ? Program.find(NAME) : Optional.empty();
        Assumptions.assumeTrue(program.isPresent(), "there is no " + NAME);
        return new Chromium(program.orElseThrow());
    }

    BrowserContext context(Look look) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(look.colours())
                .setViewportSize(look.width(), look.height()));
        context.setDefaultTimeout(PATIENCE_MS);
        return context;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
