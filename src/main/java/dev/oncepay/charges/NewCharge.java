package dev.oncepay.charges;

import static dev.oncepay.orders.NewOrder.*;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Currency;
import java.util.Map;

/**
 * A payment, in whole or in part, of an order.
 *
 * @param amount        in minor units of the currency
 * @param paymentMethod a token for the card; never a card number
 */
public record NewCharge(
        @NotNull(message = REQUIRED) @Pattern(regexp = "[A-Za-z0-9_]{1,40}", message = "must be the id of an order")
                String orderId,
        @NotNull(message = REQUIRED) @Min(value = 1, message = AMOUNT) @Max(value = MAX_AMOUNT, message = AMOUNT)
                Long amount,
        @NotNull(message = REQUIRED) Currency currency,
        @NotNull(message = REQUIRED)
                @Pattern(
                        regexp = "[A-Za-z0-9_]{1,64}",
                        message = "must be a token of 1 to 64 characters of A-Z a-z 0-9 _")
                String paymentMethod,
        @Size(max = 20, message = METADATA)
                Map<
                                @Size(min = 1, max = 40, message = METADATA_NAME) String,
                                @NotNull(message = "must be a string") @Size(max = 500, message = METADATA_VALUE)
                                String>
                        metadata) {
    public NewCharge {
        metadata = metadata == null ? Map.of() : metadata;
    }
}
