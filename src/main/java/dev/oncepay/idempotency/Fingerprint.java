package dev.oncepay.idempotency;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes two requests the same one: method, decoded path, query byte for byte, and the JSON body by value.
 *
 * <p>Each part is framed by its kind and its length before it is hashed, so no two different requests give the same
 * bytes. Members are taken in the order of their names; numbers as {@link Decimal}s.
 *
 * @param version how it was made; a stored fingerprint is compared under the version it was made with
 * @param hash    SHA-256, 32 bytes
 */
public record Fingerprint(int version, byte[] hash) {
    static final int VERSION = 1;
    static final int BYTES = 32;

    public static Fingerprint of(String method, String path, String query, JsonNode body) {
        MessageDigest digest = sha256();
        text(digest, 'm', method);
        text(digest, 'p', path);
        text(digest, 'q', query);
        value(digest, body);
        return new Fingerprint(VERSION, digest.digest());
    }

    private static void value(MessageDigest digest, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> object(digest, node);
            case ARRAY -> {
                frame(digest, '[', node.size());
                node.forEach(element -> value(digest, element));
            }
            case STRING -> text(digest, 's', node.textValue());
            case NUMBER -> text(digest, 'n', number(node).toString());
            case BOOLEAN -> frame(digest, node.booleanValue() ? 't' : 'f', 0);
            default -> frame(digest, '0', 0);
        }
    }

    private static Decimal number(JsonNode node) {
        return node.isLong() ? Decimal.of(node.longValue()) : Decimal.of(node.decimalValue());
    }

    private static void object(MessageDigest digest, JsonNode node) {
        frame(digest, '{', node.size());
        Map<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        sorted.forEach((name, value) -> {
            text(digest, 'k', name);
            value(digest, value);
        });
    }

    private static void text(MessageDigest digest, char kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        frame(digest, kind, bytes.length);
        digest.update(bytes);
    }

    private static void frame(MessageDigest digest, char kind, int length) {
        digest.update(ByteBuffer.allocate(5).put((byte) kind).putInt(length).flip());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    boolean sameAs(Fingerprint other) {
        return version == other.version && MessageDigest.isEqual(hash, other.hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && sameAs(that);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "v" + version; // never the hash: it could be searched for
    }
}
