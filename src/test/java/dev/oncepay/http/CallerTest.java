package dev.oncepay.http;

import static dev.oncepay.support.Service.order;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.support.HttpTest;
import dev.oncepay.support.Keys;
import dev.oncepay.support.RawHttp;
import dev.oncepay.support.RawHttp.Answer;
import dev.oncepay.support.Service.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who is let in, and that nobody else learns anything, not even the answer to a retry. */
@QuarkusTest
class CallerTest extends HttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Object> RS256 = Map.of("alg", "RS256", "typ", "JWT");
    private static final Set<String> PUBLIC = Set.of("/", "/q", "/problems", "/sandbox", "/dev");

    private final long now = Instant.now().getEpochSecond();
    private final String key = key();

    /** What a good token claims; each hostile one differs from it in one thing. */
    private Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", Keys.ISSUER);
        claims.put("sub", "user-of-" + merchant);
        claims.put("iat", now);
        claims.put("exp", now + 3600);
        claims.put("jti", key());
        claims.put("merchant", merchant);
        claims.put("groups", List.of("payments:read", "payments:write"));
        return claims;
    }

    private Map<String, Object> with(String claim, Object value) {
        Map<String, Object> claims = claims();
        claims.put(claim, value);
        return claims;
    }

    private Map<String, Object> without(String claim) {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        return claims;
    }

    private static String unsigned(Map<String, Object> header, Map<String, Object> claims) {
        try {
            return base64(JSON.writeValueAsBytes(header)) + "." + base64(JSON.writeValueAsBytes(claims));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String signed(Map<String, Object> claims) {
        return signed(RS256, claims, Keys.privateKey());
    }

    private static String signed(Map<String, Object> header, Map<String, Object> claims, PrivateKey by) {
        try {
            String content = unsigned(header, claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String hmac(byte[] secret) {
        try {
            String content = unsigned(Map.of("alg", "HS256", "typ", "JWT"), claims());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static KeyPair stranger() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** A key that the token brings along itself. */
    private static Map<String, Object> headerWithKeyOf(KeyPair stranger) {
        RSAPublicKey key = (RSAPublicKey) stranger.getPublic();
        return Map.of("alg", "RS256", "jwk", Map.of("kty", "RSA", "n", number(key.getModulus()), "e", "AQAB"));
    }

    private static String number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return base64(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    @TestFactory
    List<DynamicTest> aTokenThatIsNotOursIsUnauthorized() {
        String publicKey = Keys.publicKey();
        KeyPair stranger = stranger();
        String good = signed(claims());
        String payload = unsigned(RS256, with("merchant", "somebody-else"));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String none : List.of("none", "None", "NONE")) {
            tokens.put("alg " + none, unsigned(Map.of("alg", none), claims()) + ".");
        }
        tokens.put("no alg", signed(Map.of("typ", "JWT"), claims(), Keys.privateKey()));
        tokens.put("HS256 with the public key", hmac(Base64.getDecoder().decode(publicKey)));
        tokens.put("HS256 with the public key's text", hmac(publicKey.getBytes(StandardCharsets.US_ASCII)));
        tokens.put("a stranger's key", signed(RS256, claims(), stranger.getPrivate()));
        tokens.put(
                "a stranger's key in its header", signed(headerWithKeyOf(stranger), claims(), stranger.getPrivate()));
        tokens.put("no signature", unsigned(RS256, claims()) + ".");
        tokens.put("another payload", payload + good.substring(good.lastIndexOf('.')));
        tokens.put("expired", signed(with("exp", now - 120)));
        tokens.put("not yet valid", signed(with("nbf", now + 3600)));
        tokens.put("without exp", signed(without("exp")));
        tokens.put("exp that is no time", signed(with("exp", "tomorrow")));
        tokens.put("another issuer", signed(with("iss", "https://elsewhere.example")));
        tokens.put("no issuer", signed(without("iss")));
        tokens.put("no token at all", "");
        tokens.put("one part", "x");
        tokens.put("three empty parts", "..");
        tokens.put("much of nothing", "x.".repeat(2000));
        return refused(tokens, 401, "unauthorized");
    }

    @TestFactory
    List<DynamicTest> aTokenWithoutAMerchantOrAGroupIsForbidden() {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("no merchant", signed(without("merchant")));
        Map<String, Object> merchants = new LinkedHashMap<>();
        merchants.put("an array", List.of(merchant));
        merchants.put("a number", 5);
        merchants.put("an object", Map.of("id", merchant));
        merchants.put("true", true);
        merchants.put("empty", "");
        merchants.put("129 characters", "x".repeat(129));
        merchants.put("a space", merchant + " ");
        merchants.put("a line feed", merchant + "\n");
        merchants.put("not ASCII", "é");
        merchants.put("NUL", merchant + "\0");
        merchants.forEach((what, value) -> tokens.put("merchant: " + what, signed(with("merchant", value))));
        tokens.put("no groups", signed(without("groups")));
        Map<String, Object> groups = new LinkedHashMap<>();
        groups.put("none", List.of());
        groups.put("others", List.of("payments", "admin", "payments:*"));
        groups.put("in upper case", List.of("PAYMENTS:READ", "PAYMENTS:WRITE"));
        groups.put("both in one", List.of("payments:read payments:write"));
        groups.forEach((what, value) -> tokens.put("groups: " + what, signed(with("groups", value))));
        return refused(tokens, 403, "forbidden");
    }

    /** MicroProfile JWT says that groups are an array. A string is read as one, and gives no more than it names. */
    @Test
    void groupsAsAStringGiveNoMoreThanTheyName() {
        for (String string : List.of("payments:writes", "xpayments:write", "payments", "payments:*", "")) {
            assertThat(status("POST", "/orders", string)).as(string).isEqualTo(403);
        }
        assertThat(status("GET", "/orders", "payments:write")).isEqualTo(403);
        assertThat(status("POST", "/orders", "payments:read")).isEqualTo(403);
    }

    /** A claim that is not what it must be makes a bad token; groups that name nothing are only too few. */
    @TestFactory
    List<DynamicTest> aTokenWithAnOddClaimIsUnauthorized() {
        Map<String, Object> both = Map.of("payments:read", true, "payments:write", true);
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Object odd : List.of(both, 5, true, Map.of())) {
            tokens.put("groups: " + odd, signed(with("groups", odd)));
        }
        for (Object odd : List.of(List.of(Keys.ISSUER), 5, Map.of("iss", Keys.ISSUER), true)) {
            tokens.put("iss: " + odd, signed(with("iss", odd)));
        }
        for (Object odd : List.of("" + (now + 3600), List.of(now + 3600), Map.of(), true, -1, now - 3600.5)) {
            tokens.put("exp: " + odd, signed(with("exp", odd)));
        }
        for (Object odd : List.of("yesterday", List.of(now), Map.of())) {
            tokens.put("iat: " + odd, signed(with("iat", odd)));
            tokens.put("nbf: " + odd, signed(with("nbf", odd)));
        }
        return refused(tokens, 401, "unauthorized");
    }

    @TestFactory
    List<DynamicTest> groupsThatAreNoNamesAreForbidden() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Object odd : List.of(
                List.of(1, 2),
                List.of(List.of("payments:read", "payments:write")),
                List.of(Map.of("payments:read", "payments:write")),
                List.of(true))) {
            tokens.put("groups: " + odd, signed(with("groups", odd)));
        }
        return refused(tokens, 403, "forbidden");
    }

    /** What nobody reads may be odd, but never is it a fault. */
    @TestFactory
    List<DynamicTest> oddClaimsAndHeadersAreNeverAFault() {
        List<Object> odd = new ArrayList<>(List.of(
                5, true, "", "../../key", "x".repeat(5000), List.of(), List.of(1, List.of()), Map.of("a", Map.of())));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Object value : odd) {
            String shown =
                    value.toString().substring(0, Math.min(value.toString().length(), 20));
            for (String claim : List.of(
                    "aud",
                    "sub",
                    "jti",
                    "upn",
                    "preferred_username",
                    "groups",
                    "roleMappings",
                    "merchant",
                    "raw_token",
                    "address",
                    "auth_time",
                    "updated_at",
                    "email_verified",
                    "cnf",
                    "nbf",
                    "iat",
                    "exp",
                    "iss")) {
                tokens.put(claim + ": " + shown, signed(with(claim, value)));
            }
            for (String header :
                    List.of("kid", "typ", "cty", "crit", "x5t", "x5c", "jku", "zip", "b64", "alg", "jwk")) {
                Map<String, Object> headers = new LinkedHashMap<>(RS256);
                headers.put(header, value);
                tokens.put("header " + header + ": " + shown, signed(headers, claims(), Keys.privateKey()));
            }
        }
        List<DynamicTest> tests = new ArrayList<>();
        tokens.forEach((what, token) -> tests.add(DynamicTest.dynamicTest(what, () -> {
            Answer answer = RawHttp.send("GET", "/orders", "", "Authorization: Bearer " + token);
            assertThat(answer.status()).as(answer.text()).isIn(200, 401, 403);
            if (answer.status() != 200) {
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            }
        })));
        return tests;
    }

    private List<DynamicTest> refused(Map<String, String> tokens, int status, String code) {
        List<DynamicTest> tests = new ArrayList<>();
        tokens.forEach((what, token) -> tests.add(DynamicTest.dynamicTest(what, () -> {
            for (Answer answer : bothWays(token)) {
                assertThat(answer.status()).as(answer.text()).isEqualTo(status);
                assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
                assertThat(answer.header("WWW-Authenticate") != null).isEqualTo(status == 401);
            }
        })));
        return tests;
    }

    /** A look at the list, and a retry of what was answered before: the answer is there, and must not be given. */
    private List<Answer> bothWays(String token) {
        Reply first = service().post("/orders", key, order(1));
        assertThat(first.status()).isEqualTo(201);
        String authorization = "Authorization: Bearer " + token;
        Answer retry = RawHttp.send("POST", "/orders", order(1), authorization, "Idempotency-Key: " + key);
        assertThat(retry.header("Idempotent-Replayed")).isNull();
        assertThat(database.orders(merchant)).isEqualTo(1);
        return List.of(RawHttp.send("GET", "/orders", "", authorization), retry);
    }

    @Test
    void aGoodTokenMadeInTheSameWayLetsIn() {
        for (String good :
                List.of(signed(claims()), signed(with("merchant", "x".repeat(128))), signed(with("nbf", now)))) {
            as(good).get("/orders").then().statusCode(200);
        }
        service().post("/orders", key, order(1));
        Answer retry = RawHttp.send(
                "POST", "/orders", order(1), "Authorization: Bearer " + signed(claims()), "Idempotency-Key: " + key);
        assertThat(retry.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void aTokenCountsInTheAuthorizationHeaderOnly() {
        String good = signed(claims());
        for (String header : List.of(
                "Cookie: Bearer=" + good,
                "X-Authorization: Bearer " + good,
                "Authorization: " + good,
                "Authorization: Basic " + good,
                "Proxy-Authorization: Bearer " + good)) {
            assertThat(RawHttp.send("GET", "/orders", "", header).status())
                    .as(header)
                    .isEqualTo(401);
        }
        assertThat(RawHttp.send("GET", "/orders?access_token=" + good, "").status())
                .isEqualTo(401);
    }

    /** Of the API page, so that an endpoint of tomorrow is in it. */
    private static List<String> operations() {
        JsonNode paths =
                RestAssured.get("/q/openapi?format=json").as(JsonNode.class).get("paths");
        List<String> operations = new ArrayList<>();
        paths.properties().forEach(path -> {
            if (PUBLIC.stream()
                    .noneMatch(open ->
                            path.getKey().equals(open) || path.getKey().startsWith(open + "/") && !open.equals("/"))) {
                path.getValue().fieldNames().forEachRemaining(method -> operations.add(method + " " + path.getKey()));
            }
        });
        return operations;
    }

    @Test
    void everyPostNeedsTheWriteGroupAndEveryGetTheReadGroup() {
        List<String> operations = operations();
        assertThat(operations)
                .contains(
                        "get /orders",
                        "post /orders",
                        "get /orders/{id}",
                        "get /charges",
                        "post /charges",
                        "get /charges/{id}",
                        "post /charges/{charge}/refunds",
                        "get /charges/{charge}/refunds",
                        "get /charges/{charge}/refunds/{id}",
                        "get /idempotency-key");
        for (String operation : operations) {
            String method = operation.split(" ")[0].toUpperCase(java.util.Locale.ROOT);
            String path = operation.split(" ")[1].replaceAll("\\{[^}]*}", "x");
            String needed = method.equals("GET") ? "payments:read" : "payments:write";
            String other = method.equals("GET") ? "payments:write" : "payments:read";
            assertThat(status(method, path, List.of(needed))).as(operation).isNotIn(401, 403, 500);
            assertThat(status(method, path, List.of(other))).as(operation).isEqualTo(403);
            assertThat(status(method, path, List.of())).as(operation).isEqualTo(403);
            assertThat(RawHttp.send(method, path, "").status()).as(operation).isEqualTo(401);
        }
    }

    private int status(String method, String path, Object groups) {
        return RawHttp.send(method, path, "", "Authorization: Bearer " + signed(with("groups", groups)))
                .status();
    }

    @Test
    void otherMethodsNeedATokenToo() {
        for (String method : List.of("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW")) {
            assertThat(RawHttp.send(method, "/orders", "").status()).as(method).isEqualTo(401);
        }
    }

    @Test
    void publicPathsAskForNoTokenAndABrokenOneDoesNoHarm() {
        for (String path : List.of(
                "/",
                "/q/health/live",
                "/q/health/ready",
                "/q/metrics",
                "/q/openapi",
                "/problems",
                "/problems/not-found",
                "/sandbox/acquirer/authorizations?merchant=x")) {
            int bare = RawHttp.send("GET", path, "").status();
            assertThat(bare).as(path).isNotIn(401, 403, 500);
            assertThat(RawHttp.send("GET", path, "", "Authorization: Bearer a.b.c")
                            .status())
                    .as(path)
                    .isEqualTo(bare);
        }
    }

    private static final List<String> ODD_PATHS = List.of(
            "/sandbox/../orders",
            "/q/../orders",
            "/problems/../orders",
            "/dev/../orders",
            "/./orders",
            "//orders",
            "/ORDERS",
            "/Orders",
            "/orders/",
            "/orders//",
            "/orders;x=1",
            "/orders/;x=1",
            "/;x=1/orders",
            "/%6frders",
            "/%6Frders",
            "/orders%2f",
            "/orders%20",
            "/orders%00",
            "/orders?",
            "/orders#",
            "/orders/../orders",
            "/sandbox/%2e%2e/orders",
            "/sandbox/%2E%2E/orders",
            "/sandbox/.%2e/orders",
            "/sandbox/..%2forders",
            "/sandbox/%252e%252e/orders",
            "/sandbox/..;/orders",
            "/sandbox/..;x=1/orders",
            "/sandbox;/../orders",
            "/sandbox/x/../../orders",
            "/sandbox//../orders",
            "/sandbox/..\\orders",
            "/sandbox\\..\\orders",
            "/sandbox/..%5corders",
            "/sandbox/.../orders",
            "/q/;/../orders",
            "/q/health/live/../../../orders",
            "/q//orders",
            "/q/orders",
            "/q;/orders",
            "/problems;/../orders",
            "/problems%2f../orders",
            "/problems/orders",
            "/problemsorders",
            "/problems..%2forders",
            "/../orders",
            "/%2e%2e/orders",
            "/sandbox/acquirer/../../orders",
            "/sandbox/acquirer/..;/..;/orders",
            "/%71/../orders",
            "/%2fq/../orders",
            "/orders%3bx=1",
            "/sandbox/%00/../orders");

    @TestFactory
    List<DynamicTest> anOddPathNeverLetsInWithoutAToken() {
        service().post("/orders", key, order(1));
        String good = "Authorization: Bearer " + signed(claims());
        return ODD_PATHS.stream()
                .map(path -> DynamicTest.dynamicTest(path, () -> {
                    Answer open = RawHttp.send("GET", path, "");
                    assertThat(open.status()).as(open.text()).isIn(400, 401, 404);
                    assertThat(open.text()).doesNotContain("\"data\"");
                    Answer written = RawHttp.send("POST", path, order(1), "Idempotency-Key: " + key);
                    assertThat(written.status()).as(written.text()).isIn(400, 401, 404, 405);
                    assertThat(written.header("Idempotent-Replayed")).isNull();
                    if (RawHttp.send("GET", path, "", good).status() == 200) {
                        assertThat(open.status()).as("it leads to the orders").isEqualTo(401);
                    }
                    String readOnly = "Authorization: Bearer " + signed(with("groups", List.of("payments:read")));
                    assertThat(RawHttp.send("POST", path, order(1), readOnly, "Idempotency-Key: " + key)
                                    .status())
                            .isBetween(400, 499);
                    assertThat(database.orders(merchant)).isLessThanOrEqualTo(1);
                }))
                .toList();
    }
}
