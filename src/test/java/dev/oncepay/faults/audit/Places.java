package dev.oncepay.faults.audit;

import java.util.List;
import java.util.function.Function;

/**
 * Where the auditor looks.
 *
 * @param services the instances' base URLs
 * @param token    of a merchant
 * @param database the service's, a JDBC URL
 * @param acquirer the acquirer's base URL
 */
public record Places(
        List<String> services,
        Function<String, String> token,
        String database,
        String acquirer,
        List<String> merchants) {}
