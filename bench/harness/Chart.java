package harness;

import java.util.List;
import java.util.Locale;

/** Throughput as bars, in SVG that can be read on light and on dark paper. */
final class Chart {
    private static final int WIDTH = 760;
    private static final int ROW = 30;
    private static final int BAR = 18;
    private static final int LABELS = 250;
    private static final int FIGURES = 170;
    private static final int TOP = 40;

    private Chart() {}

    static String of(Results results) {
        // redis-benchmark is another order of magnitude: beside it all other bars would be dots.
        List<String> workloads = results.workloads().stream()
                .filter(name -> !name.equals("redis-claim"))
                .toList();
        double most = workloads.stream()
                .mapToDouble(name -> results.median(name, Sample::perSecond))
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder(head(TOP + ROW * workloads.size() + 10));
        int y = TOP;
        for (String name : workloads) {
            svg.append(row(results, name, most, y));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String head(int height) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" \
                aria-label="Requests per second of each workload">
                <style>
                text { font: 13px system-ui, sans-serif; fill: #1f2328 }
                .small { font-size: 11px; fill: #59636e }
                .bar { fill: #0969da }
                .limit { fill: #8c959f }
                @media (prefers-color-scheme: dark) {
                text { fill: #f0f6fc } .small { fill: #9198a1 } .bar { fill: #4493f8 } .limit { fill: #656c76 }
                }
                </style>
                <text x="0" y="16">Requests per second (median of the rounds), and p99</text>
                """
                .formatted(WIDTH, height);
    }

    private static String row(Results results, String name, double most, int y) {
        double perSecond = results.median(name, Sample::perSecond);
        double width = Math.max(1, (WIDTH - LABELS - FIGURES) * perSecond / most);
        String kind = name.startsWith("pgbench") ? "limit" : "bar";
        return String.format(
                Locale.ROOT,
                """
                <text x="%d" y="%d" text-anchor="end">%s</text>
                <rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>
                <text x="%.1f" y="%d">%,.0f <tspan class="small">p99 %.1f ms</tspan></text>
                """,
                LABELS - 10,
                y + 14,
                escaped(results.title(name)),
                kind,
                LABELS,
                y,
                width,
                BAR,
                LABELS + width + 8,
                y + 14,
                perSecond,
                results.median(name, Sample::p99Millis));
    }

    private static String escaped(String text) {
        return text.replace("`", "").replace("&", "&amp;").replace("<", "&lt;");
    }
}
