package dev.oncepay.support;

import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;

/** A key pair made for this run, in files below target: class loaders and processes share it. */
public final class Keys {
    public static final String ISSUER = "https://oncepay.example/test";
    private static final Path FOLDER = Path.of("target", "test-keys").toAbsolutePath();
    private static final Path PUBLIC = FOLDER.resolve("public.pem");
    private static final Path PRIVATE = FOLDER.resolve("private.pem");

    private Keys() {}

    public static String publicKeyFile() {
        make();
        return PUBLIC.toString();
    }

    public static String publicKey() {
        make();
        return base64(PUBLIC);
    }

    static String privateKeyText() {
        make();
        return base64(PRIVATE);
    }

    /** A token with both groups. */
    public static String token(String merchant) {
        return token(merchant, Set.of("payments:read", "payments:write"));
    }

    public static String token(String merchant, Set<String> groups) {
        return Jwt.issuer(ISSUER)
                .subject("user-of-" + merchant)
                .claim("merchant", merchant)
                .groups(groups)
                .expiresIn(Duration.ofHours(1))
                .sign(privateKey());
    }

    public static PrivateKey privateKey() {
        make();
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64(PRIVATE))));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String base64(Path pem) {
        try {
            return Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void make() {
        synchronized (System.getProperties()) {
            if (Files.exists(PRIVATE) && System.getProperty("oncepay.test.keys") != null) {
                return;
            }
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                KeyPair pair = generator.generateKeyPair();
                Files.createDirectories(FOLDER);
                Files.writeString(PUBLIC, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
                Files.writeString(PRIVATE, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
                System.setProperty("oncepay.test.keys", "made");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (GeneralSecurityException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static String pem(String kind, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
    }
}
