package dev.oncepay.openapi;

import static dev.oncepay.openapi.ApiParts.string;

import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** What stands in paths and queries, by name: endpoints take them as text and judge them themselves. */
final class ApiParameters {
    private ApiParameters() {}

    static void describe(String path, Operation operation) {
        if (operation.getParameters() == null) {
            return;
        }
        boolean sandbox = path.startsWith("/sandbox/");
        operation.getParameters().stream()
                .filter(parameter -> parameter.getRef() == null)
                .forEach(parameter -> describe(parameter, sandbox));
    }

    private static void describe(Parameter parameter, boolean sandbox) {
        switch (parameter.getName()) {
            case "limit" ->
                parameter
                        .description("How many at most.")
                        .schema(OASFactory.createSchema()
                                .addType(SchemaType.INTEGER)
                                .format("int32")
                                .minimum(BigDecimal.ONE)
                                .maximum(BigDecimal.valueOf(100))
                                .defaultValue(20));
            case "after" -> parameter.description("The value of `next` of the page before.");
            case "reference" ->
                parameter
                        .description("Only orders with this very reference.")
                        .schema(string().minLength(1).maxLength(64));
            case "order_id" ->
                parameter
                        .description("Only charges of this order.")
                        .schema(string().minLength(1).maxLength(64));
            case "merchant" -> parameter.description("Whose.").required(true);
            case "charge" ->
                parameter.description(
                        parameter.getIn() == Parameter.In.PATH ? "The id of the charge." : "Only of this charge.");
            case "id" -> parameter.description("Its id.");
            case "key" -> parameter.description("The key that the service sent: the id of its charge or refund.");
            case "Idempotency-Key" ->
                parameter.description("The caller's own key.").required(true);
            default -> {
                // an endpoint that is not of this service describes itself
            }
        }
    }
}
