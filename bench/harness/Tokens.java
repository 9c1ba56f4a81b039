package harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;

/** A key pair of this run's own, and an access token signed with it. */
final class Tokens {
    static final String ISSUER = "bench";
    static final String MERCHANT = "acme";
    private static final long LIFETIME_SECONDS = 86_400;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Path publicKey;
    private final String token;

    private Tokens(Path publicKey, String token) {
        this.publicKey = publicKey;
        this.token = token;
    }

    static Tokens make(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path file = folder.resolve("public.pem");
        Files.writeString(
                file,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        return new Tokens(file, signed(pair));
    }

    private static String signed(KeyPair pair) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String claims =
                """
                {"iss":"%s","sub":"%s","merchant":"%s","groups":["payments:read","payments:write"],"iat":%d,"exp":%d}"""
                        .formatted(ISSUER, MERCHANT, MERCHANT, now, now + LIFETIME_SECONDS);
        String text = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(UTF_8));
        return text + "." + BASE64.encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(UTF_8));
    }

    Path publicKey() {
        return publicKey;
    }

    String token() {
        return token;
    }
}
