package dev.oncepay.idempotency;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.oncepay.problem.Problem;
import dev.oncepay.problem.Problem.InvalidMember;
import dev.oncepay.problem.ProblemException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Binds and validates the body of a guarded endpoint from the tree that was fingerprinted: parsed once, and equal
 * fingerprints bind equally. Strict: no unknown member, no null for "absent", no text for a number.
 */
@Provider
@Consumes(MediaType.WILDCARD) // a request without a body may come with any type
public class GuardedBodyReader implements ServerMessageBodyReader<Object>, MessageBodyReader<Object> {
    /** As many as a person reads; a hostile body has thousands. */
    private static final int MAX_ERRORS = 50;

    private final ObjectMapper strict;
    private final Map<Class<?>, Set<String>> members = new ConcurrentHashMap<>();
    private final Validator validator;
    private final CurrentVertxRequest request;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    GuardedBodyReader(ObjectMapper json, Validator validator, CurrentVertxRequest request) {
        this.request = request;
        this.validator = validator;
        this.strict = json.copy()
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
                .configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false)
                .registerModule(new SimpleModule("strict").addDeserializer(Currency.class, new CurrencyCode()));
        strict.setConfig(strict.getDeserializationConfig().without(MapperFeature.ALLOW_COERCION_OF_SCALARS));
        strict.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    @Override
    public boolean isReadable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo endpoint, MediaType mediaType) {
        return endpoint.getMethod().isAnnotationPresent(Idempotent.class);
    }

    @Override
    public Object readFrom(Class<Object> type, Type genericType, MediaType mediaType, ServerRequestContext context) {
        JsonNode body = Exchange.of(request.getCurrent()).orElseThrow().body();
        if (!(body instanceof ObjectNode)) {
            throw new ProblemException(Problem.invalid(List.of(new InvalidMember("", "must be an object"))));
        }
        ObjectNode known = ((ObjectNode) body).deepCopy();
        List<InvalidMember> errors = leaveOut(known, type);
        Object bound = bind(known, type, errors);
        if (errors.isEmpty()) {
            return bound;
        }
        errors.sort(Comparator.comparing(InvalidMember::pointer).thenComparing(InvalidMember::detail));
        throw new ProblemException(Problem.invalid(errors.subList(0, Math.min(errors.size(), MAX_ERRORS))));
    }

    /** Takes out what cannot be bound, in one pass: however many there are, Jackson sees only the known members. */
    private List<InvalidMember> leaveOut(ObjectNode body, Class<?> type) {
        Set<String> names = members.computeIfAbsent(type, this::membersOf);
        List<InvalidMember> errors = new ArrayList<>();
        body.properties().stream().toList().forEach(member -> {
            String detail = !names.contains(member.getKey())
                    ? "is not known here; known are: " + String.join(", ", names)
                    : member.getValue().isNull() ? "must not be null" : null;
            if (detail != null) {
                body.remove(member.getKey());
                if (errors.size() < MAX_ERRORS) {
                    errors.add(new InvalidMember(pointer(member.getKey()), detail));
                }
            }
        });
        return errors;
    }

    private Set<String> membersOf(Class<?> type) {
        return strict.getDeserializationConfig().introspect(strict.constructType(type)).findProperties().stream()
                .map(BeanPropertyDefinition::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Jackson stops at the first member that it cannot bind: that one is told and left out, and the rest is tried. */
    private Object bind(ObjectNode body, Class<?> type, List<InvalidMember> errors) {
        Set<String> told = errors.stream().map(InvalidMember::pointer).collect(Collectors.toSet());
        for (int rest = body.size(); rest >= 0; rest--) {
            try {
                Object bound = readers.computeIfAbsent(type, strict::readerFor).readValue(body);
                validator.validate(bound).stream()
                        .map(GuardedBodyReader::invalid)
                        .filter(error -> !told.contains(error.pointer()))
                        .forEach(errors::add);
                return bound;
            } catch (JsonMappingException unbound) {
                InvalidMember error = new InvalidMember(pointer(unbound), reason(unbound));
                if (told.add(error.pointer())) {
                    errors.add(error);
                }
                if (unbound.getPath().isEmpty()) {
                    return errors;
                }
                String member = unbound.getPath().get(0).getFieldName();
                told.add(pointer(member));
                body.remove(member);
            } catch (java.io.IOException impossible) {
                throw new IllegalStateException("reading from memory failed", impossible);
            }
        }
        return errors;
    }

    private static String reason(JsonMappingException failure) {
        return failure instanceof MismatchedInputException otherType
                ? "must be " + name(otherType.getTargetType())
                : "cannot be read";
    }

    private static String name(Class<?> type) {
        if (type == java.util.Currency.class) {
            return "an ISO 4217 code in upper case, such as EUR";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a whole number within its bounds";
        }
        return type == String.class ? "a string" : "an object";
    }

    private static InvalidMember invalid(ConstraintViolation<?> violation) {
        StringBuilder pointer = new StringBuilder();
        violation.getPropertyPath().forEach(node -> {
            if (node.getName() != null && !node.getName().startsWith("<")) {
                pointer.append('/').append(snakeCase(node.getName()));
            }
            if (node.getKey() != null) {
                pointer.append(pointer(node.getKey().toString()));
            }
        });
        return new InvalidMember(pointer.toString(), violation.getMessage());
    }

    private static String snakeCase(String property) {
        return property.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static String pointer(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(reference -> pointer(
                        reference.getFieldName() == null
                                ? Integer.toString(reference.getIndex())
                                : reference.getFieldName()))
                .collect(Collectors.joining());
    }

    /** One step of a JSON Pointer, RFC 6901 section 3. */
    private static String pointer(String member) {
        return "/" + member.replace("~", "~0").replace("/", "~1");
    }

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return false;
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream stream) {
        throw new UnsupportedOperationException("guarded bodies are read from the tree that was fingerprinted");
    }
}
