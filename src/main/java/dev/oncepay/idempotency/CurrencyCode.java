package dev.oncepay.idempotency;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.util.Currency;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An ISO 4217 code that money can be in, as it stands: upper case, no blanks, not XXX ("none") or XTS ("test"). */
final class CurrencyCode extends StdScalarDeserializer<Currency> {
    private static final Map<String, Currency> CODES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(Collectors.toMap(Currency::getCurrencyCode, Function.identity()));

    CurrencyCode() {
        super(Currency.class);
    }

    @Override
    public Currency deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Currency currency = CODES.get(parser.getText());
        return currency != null
                ? currency
                : (Currency) context.handleWeirdStringValue(Currency.class, parser.getText(), "no currency");
    }
}
