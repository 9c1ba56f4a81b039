package dev.oncepay.faults.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Where violations are put. */
final class Findings {
    private final List<Violation> violations = Collections.synchronizedList(new ArrayList<>());

    void require(boolean holds, Rule rule, String where, Object... values) {
        if (!holds) {
            violations.add(new Violation(rule, where.formatted(values)));
        }
    }

    List<Violation> all() {
        return List.copyOf(violations);
    }
}
