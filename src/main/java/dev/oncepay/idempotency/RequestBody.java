package dev.oncepay.idempotency;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oncepay.problem.BodyCollector;
import dev.oncepay.problem.ProblemCode;
import dev.oncepay.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The strict reading of a JSON body (RFC 8259, and I-JSON, RFC 7493, in what it forbids): UTF-8, no member twice, no
 * lone surrogate, no {@code \u0000}, at most {@value #MAX_DEPTH} deep, nothing behind the value.
 *
 * <p>The fingerprint and the endpoint both read this one tree, so what has an equal fingerprint is an equal request.
 */
final class RequestBody {
    static final int MAX_DEPTH = 32;

    /** Digits of one number; more than any amount needs, and few enough to compare at no cost. */
    private static final int MAX_NUMBER_LENGTH = 1000;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // names come from strangers: nothing is kept of them
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(BodyCollector.MAX_BYTES)
                    .build())
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RequestBody() {}

    /** @throws ProblemException 400 {@code malformed-body} */
    static JsonNode parse(byte[] body) {
        if (body.length == 0) {
            throw malformed("The body is empty.");
        }
        try (JsonParser parser = STRICT.createParser(text(body))) {
            parser.nextToken();
            JsonNode value = value(parser);
            if (parser.nextToken() != null) {
                throw malformed("There is something behind the JSON value.");
            }
            return value;
        } catch (CharacterCodingException notUtf8) {
            throw malformed("The body is not valid UTF-8.");
        } catch (JsonEOFException cut) {
            throw malformed("The JSON ends in the middle.");
        } catch (StreamConstraintsException beyond) {
            throw malformed("The JSON nests deeper than " + MAX_DEPTH + ", or has a number of more than "
                    + MAX_NUMBER_LENGTH + " characters.");
        } catch (JsonProcessingException broken) {
            // Jackson's own words would repeat the body, and name its classes.
            throw malformed("The body is not JSON" + where(broken) + ".");
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory failed", impossible);
        }
    }

    /** Decoded by ourselves: Jackson would guess UTF-16 and UTF-32, and let broken sequences pass. */
    private static String text(byte[] body) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(body))
                .toString();
        if (text.charAt(0) == '\uFEFF') {
            throw malformed("The body starts with a byte order mark; RFC 8259 section 8.1 forbids it.");
        }
        return text;
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw malformed("The body is empty.");
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(wellFormed(parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw malformed("The JSON ends in the middle.");
        };
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = wellFormed(parser.currentName());
            parser.nextToken();
            if (object.replace(name, value(parser)) != null) {
                throw malformed("An object has the same member twice.");
            }
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    /** A number that is a long is bound as one, however it is written: 1, 1.0 and 10e-1 are one request. */
    private static JsonNode number(String text) {
        Decimal decimal = Decimal.parse(text)
                .orElseThrow(
                        () -> malformed("A number's exponent has more than " + Decimal.EXPONENT_DIGITS + " digits."));
        return decimal.asLong().<JsonNode>map(NODES::numberNode).orElseGet(() -> NODES.numberNode(decimal.exact()));
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw malformed("A string has the character \\u0000, which cannot be stored.");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw malformed("A string has a lone surrogate.");
                }
                i++;
            }
        }
        return text;
    }

    private static String where(JsonProcessingException broken) {
        var location = broken.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(ProblemCode.MALFORMED_BODY, detail);
    }
}
