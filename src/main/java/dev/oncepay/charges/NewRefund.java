package dev.oncepay.charges;

import static dev.oncepay.orders.NewOrder.AMOUNT;
import static dev.oncepay.orders.NewOrder.MAX_AMOUNT;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;

/**
 * Money to give back.
 *
 * @param amount in minor units; null means all that is left
 * @param reason null where none is given
 */
public record NewRefund(
        @Min(value = 1, message = AMOUNT) @Max(value = MAX_AMOUNT, message = AMOUNT) Long amount,
        @Pattern(regexp = "\\P{C}{1,64}", message = "must have 1 to 64 printable characters") String reason) {}
