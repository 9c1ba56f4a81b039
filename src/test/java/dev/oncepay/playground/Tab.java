package dev.oncepay.playground;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One tab of the browser, with the playground or another page of the service in it, as a person uses it. */
final class Tab implements AutoCloseable {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Pattern MERCHANT = Pattern.compile("\"merchant\":\"([^\"]+)\"");
    private static final String SERIOUS =
            "async () => (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                    + ".flatMap(v => v.nodes.map(n => v.id + ' at ' + n.target + ': ' + n.failureSummary))";

    private final BrowserContext context;
    private final Page page;
    private final List<String> faults = new ArrayList<>();

    private Tab(BrowserContext context, String url) {
        this.context = context;
        this.page = context.newPage();
        String home = URI.create(url).getAuthority();
        page.onPageError(faults::add);
        page.onConsoleMessage(message -> Optional.of(message.text())
                .filter(text -> message.type().equals("error") && !text.startsWith("Failed to load resource"))
                .ifPresent(faults::add));
        page.onRequest(request -> Optional.of(request.url())
                .filter(asked -> !home.equals(URI.create(asked).getAuthority()))
                .ifPresent(asked -> faults.add("from elsewhere: " + asked)));
        page.navigate(url);
    }

    static Tab open(Chromium chromium, Look look, String url) {
        return new Tab(chromium.context(look), url);
    }

    /** A button by what stands on it. */
    void press(String id) {
        page.locator("#" + id).click();
    }

    void choose(String what) {
        page.getByLabel(what, new Page.GetByLabelOptions().setExact(true)).check();
    }

    void card(String card) {
        page.locator("#card").selectOption(card);
    }

    void bring(String token) {
        page.locator("#token").fill(token);
        page.locator("#sign-in-form button").click();
    }

    /** Waits until there are so many requests, and all have ended. */
    Tab ended(int requests) {
        assertThat(page.locator("#timeline li")).hasCount(requests);
        assertThat(page.locator("#timeline li[data-kind=running]")).hasCount(0);
        return this;
    }

    /** What the last request came to: a pattern for what its badge says. */
    void lastIs(String badge) {
        assertThat(page.locator("#timeline li .badge").last()).hasText(Pattern.compile("^(" + badge + ")$"));
    }

    void lastMeans(String words) {
        assertThat(page.locator("#timeline li .meaning").last()).containsText(words);
    }

    /** A pattern for what the page says was paid. */
    void verdictIs(String words) {
        assertThat(page.locator("#verdict")).hasText(Pattern.compile("^" + words + "$"));
    }

    void countsAre(int orders, int charges, int authorizations) {
        assertThat(page.locator("#orders")).hasText("" + orders);
        assertThat(page.locator("#charges")).hasText("" + charges);
        assertThat(page.locator("#authorizations")).hasText("" + authorizations);
    }

    /** The record's state now; those that were passed have a time. */
    void recordIs(String state) {
        assertThat(page.locator("#states [aria-current=step] b")).hasText(state);
    }

    boolean wasSeen(String state) {
        return page.locator("#states li[data-state=" + state + "] i")
                .textContent()
                .startsWith("seen");
    }

    Locator shown(String id) {
        return page.locator("#" + id);
    }

    /** What the page says that can be pasted: the token's line, and that of the last request. */
    String curl() {
        return page.locator("#token-line").textContent() + "\n"
                + page.locator("#timeline details pre").first().textContent();
    }

    String merchant() {
        assertThat(page.locator("#token-line")).containsText("merchant");
        Matcher line = MERCHANT.matcher(page.locator("#token-line").textContent());
        return line.find() ? line.group(1) : "";
    }

    /** Where the keyboard is. */
    String key(String key) {
        page.keyboard().press(key);
        return Objects.toString(page.evaluate("() => document.activeElement.id || document.activeElement.tagName"));
    }

    String focusRing() {
        return Objects.toString(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle"));
    }

    String said() {
        return page.locator("#said").textContent();
    }

    void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** What axe calls serious or critical, and what is wider than the screen. */
    List<?> seriousFaults() {
        page.evaluate(axe());
        List<Object> found = new ArrayList<>((List<?>) page.evaluate(SERIOUS));
        if (Boolean.TRUE.equals(
                page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))) {
            found.add("the page is wider than the screen");
        }
        return found;
    }

    private static String axe() {
        try (InputStream script = Tab.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Nothing failed inside the page, nothing was forbidden by its own policy, nothing came from elsewhere. */
    @Override
    public void close() {
        context.close();
        assertThat(faults).isEmpty();
    }
}
