package dev.oncepay.idempotency;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An endpoint that runs once for each merchant and {@code Idempotency-Key}
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * <p>Its method returns {@code Uni<StoredAnswer>}, which only {@link Guard} can make, and is
 * {@code @Cancellable(false)}: a client that hangs up stops nothing.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Idempotent {
    /** Whether a request without a body counts as {@code {}}. */
    boolean emptyBodyIsObject() default false;
}
