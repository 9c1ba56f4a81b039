package dev.oncepay.orders;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Currency;
import java.util.Map;

/**
 * What a merchant wants to be paid for.
 *
 * @param amount    in minor units of the currency
 * @param reference the merchant's own name for it, not unique
 * @param metadata  empty where none is given
 */
public record NewOrder(
        @NotNull(message = REQUIRED) @Min(value = 1, message = AMOUNT) @Max(value = MAX_AMOUNT, message = AMOUNT)
                Long amount,
        @NotNull(message = REQUIRED) Currency currency,
        @NotNull(message = REQUIRED)
                @Pattern(regexp = "\\P{C}{1,64}", message = "must have 1 to 64 printable characters")
                String reference,
        @Size(max = 20, message = METADATA)
                Map<
                                @Size(min = 1, max = 40, message = METADATA_NAME) String,
                                @NotNull(message = "must be a string") @Size(max = 500, message = METADATA_VALUE)
                                String>
                        metadata) {
    public static final long MAX_AMOUNT = 99_999_999_999L;
    public static final String REQUIRED = "is required";
    public static final String AMOUNT = "must be from 1 to 99999999999 minor units";
    public static final String METADATA = "must have at most 20 names";
    public static final String METADATA_NAME = "must have a name of 1 to 40 characters";
    public static final String METADATA_VALUE = "must have at most 500 characters";

    public NewOrder {
        metadata = metadata == null ? Map.of() : metadata;
    }
}
