package harness;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Orders to charge, large enough for all charges of a run, and so many that charges seldom wait for each other. */
final class Orders {
    private static final int COUNT = 1000;
    private static final int AT_ONCE = 20;
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final String LARGE = "{\"amount\":99999999999,\"currency\":\"EUR\",\"reference\":\"cart-1001\"}";

    private Orders() {}

    static List<String> make(Instance instance, Tokens tokens) {
        List<String> ids = new ArrayList<>();
        while (ids.size() < COUNT) {
            List<CompletableFuture<HttpResponse<String>>> some = IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> instance.later(
                            "/orders", tokens.token(), UUID.randomUUID().toString(), LARGE))
                    .toList();
            some.forEach(order -> ids.add(id(order.join())));
        }
        return ids;
    }

    static Path file(List<String> ids, Path file) throws IOException {
        return Files.write(file, ids);
    }

    static String id(HttpResponse<String> made) {
        Matcher id = ID.matcher(made.body());
        if (made.statusCode() != 201 || !id.find()) {
            throw new IllegalStateException("no order: " + made.statusCode() + " " + made.body());
        }
        return id.group(1);
    }

    static String charge(String order, String card) {
        return "{\"order_id\":\"" + order + "\",\"amount\":1,\"currency\":\"EUR\",\"payment_method\":\"" + card + "\"}";
    }
}
