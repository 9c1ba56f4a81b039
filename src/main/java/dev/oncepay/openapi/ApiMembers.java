package dev.oncepay.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * What the members of bodies mean, with an example of each. A name means the same wherever it stands, so it is said
 * once; what differs stands under {@code Schema.member}. Types and limits come from the records themselves.
 */
final class ApiMembers {
    private record Member(String description, Object example, List<String> values) {}

    private static final String TIME = "2026-11-22T06:59:09.479Z";
    private static final String ORDER = "ord_01m810tcs65d7p95xqrh46gae7";
    private static final String CHARGE = "ch_01m810td15v0fqw441twtfc1h9";
    private static final String REFUND = "re_01m810w2gq0v9c3k5j8m7n6p4t";
    private static final String AUTHORIZATION = "auth_01m810tew434d7kde1eh4jn6zq";

    private static final Map<String, Member> MEMBERS = Map.ofEntries(
            member("amount", "In minor units of the currency: 4200 is 42.00 EUR.", 4200),
            member("currency", "An ISO 4217 code in upper case.", "EUR"),
            member(
                    "reference",
                    "The merchant's own name for it, 1 to 64 printable characters; not unique.",
                    "cart-1001"),
            member("metadata", "At most 20 names of 40 characters, with values of at most 500.", Map.of("seat", "12A")),
            member("created_at", "When it was made: UTC, with milliseconds.", TIME),
            member("order_id", "The order that is paid.", ORDER),
            member("payment_method", "A token for the card; never a card number.", "pm_card_visa"),
            member("reason", "1 to 64 printable characters.", "wrong size"),
            member("charge_id", "The charge whose money is given back.", CHARGE),
            member("amount_paid", "What its charges have taken, in minor units.", 0),
            member("amount_refunded", "What its refunds have given back, in minor units.", 0),
            member("decline_code", "Why it was declined, or null.", null),
            member("OrderView.id", "The order's id.", ORDER),
            member("OrderView.status", "`paid` once its charges add up to its amount.", "open", "paid"),
            member("ChargeView.id", "The charge's id.", CHARGE),
            member("ChargeView.status", "It leaves `processing` exactly once.", "succeeded", "processing", "declined"),
            member("RefundView.id", "The refund's id.", REFUND),
            member("RefundView.status", "It leaves `processing` exactly once.", "succeeded", "processing", "failed"),
            member("NewRefund.amount", "In minor units; all that is left where it is absent.", 1200),
            member("RefundView.amount", "In minor units.", 1200),
            member("key", "The key.", "pay-1001"),
            member("SandboxAuthorization.key", "The key that the service sent: the charge's id.", CHARGE),
            member("SandboxRefund.key", "The key that the service sent: the refund's id.", REFUND),
            member("state", "Whether there is an answer yet.", "completed", "in_progress"),
            member("method", "Of the first request.", "POST"),
            member("path", "Of the first request.", "/charges"),
            member("response_status", "The status of the stored answer, or null.", 201),
            member("resource", "The path of what was made, or null.", "/charges/" + CHARGE),
            member("expires_at", "From when on the key counts as new.", "2026-11-23T06:59:09.479Z"),
            member("data", "Newest first.", null),
            member("next", "The cursor of the page after this one, for `after`; null on the last.", null),
            member("merchant", "The account on whose behalf calls are made.", "acme"),
            member("groups", "What the token allows.", List.of("payments:read", "payments:write")),
            member("token", "For `Authorization: Bearer`.", "eyJ…"),
            member("expires_in", "In seconds.", 3600),
            member("id", "The acquirer's own id.", AUTHORIZATION),
            member("status", "What the acquirer decided.", "approved", "declined"),
            member("charge", "The service's id of the charge.", CHARGE),
            member("refund", "The service's id of the refund.", REFUND),
            member("authorization", "The acquirer's id of what is given back.", AUTHORIZATION),
            member("calls", "How often this key was sent.", 1));

    private static final Set<String> MAY_BE_NULL =
            Set.of("decline_code", "next", "response_status", "resource", "RefundView.reason");

    private static final String REQUESTS = "(Sandbox)?New.*";

    private ApiMembers() {}

    private static Map.Entry<String, Member> member(String name, String description, Object example) {
        return Map.entry(name, new Member(description, example, List.of()));
    }

    /** The example is the first of all values. */
    private static Map.Entry<String, Member> member(String name, String description, String first, String... others) {
        List<String> values = new ArrayList<>(List.of(first));
        values.addAll(List.of(others));
        return Map.entry(name, new Member(description, first, others.length == 0 ? List.of() : values));
    }

    static void describe(OpenAPI api) {
        api.getComponents().removeSchema("Instant");
        api.getComponents().removeSchema("Currency");
        api.getComponents().getSchemas().forEach((name, schema) -> {
            if (!name.equals(ApiParts.PROBLEM) && !name.equals("InvalidMember")) {
                describe(name, schema);
            }
        });
    }

    private static void describe(String schemaName, Schema schema) {
        if (schema.getProperties() == null) {
            return;
        }
        if (schemaName.matches(REQUESTS)) {
            if (schemaName.startsWith("Sandbox")) {
                schema.setRequired(List.copyOf(schema.getProperties().keySet()));
            }
            schema.setAdditionalPropertiesSchema(OASFactory.createSchema().booleanSchema(false));
        } else {
            schema.setRequired(List.copyOf(schema.getProperties().keySet())); // null is written as null
        }
        schema.getProperties().forEach((name, property) -> {
            Optional.ofNullable(MEMBERS.get(schemaName + "." + name))
                    .or(() -> Optional.ofNullable(MEMBERS.get(name)))
                    .ifPresent(member -> describe(property, member));
            if (MAY_BE_NULL.contains(name) || MAY_BE_NULL.contains(schemaName + "." + name)) {
                property.addType(SchemaType.NULL);
            }
        });
    }

    private static void describe(Schema property, Member member) {
        asText(property);
        property.setDescription(member.description());
        if (member.example() != null) {
            property.setExamples(List.of(member.example()));
        }
        if (!member.values().isEmpty()) {
            property.setEnumeration(List.copyOf(member.values()));
        }
        pattern(property);
    }

    /** On the wire both are text; as schemas of their own they would become classes in a generated client. */
    private static void asText(Schema property) {
        String type = property.getRef() == null ? "" : property.getRef().replaceFirst(".*/", "");
        if (type.equals("Instant")) {
            property.ref(null).addType(SchemaType.STRING).format("date-time");
        } else if (type.equals("Currency")) {
            property.ref(null).addType(SchemaType.STRING).pattern("[A-Z]{3}");
        }
    }

    /** Java's patterns match the whole and know more classes than other languages do. */
    private static void pattern(Schema property) {
        String pattern = property.getPattern();
        if (pattern == null) {
            return;
        }
        if (pattern.startsWith("\\P{C}")) {
            property.setPattern(null);
            property.minLength(1).maxLength(64);
        } else {
            property.setPattern("^" + pattern + "$");
        }
    }

    static Object exampleOf(Schema property) {
        return property.getExamples() == null ? null : property.getExamples().get(0);
    }
}
