package dev.oncepay.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What an endpoint answers of its own, for the description of the API. What every call can answer, or every call with
 * a body, a token or a key, is not repeated here.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Answers {
    /** The statuses of a success. */
    int[] status() default 200;

    /** The body of a success, where the method's own return type does not say it. */
    Class<?> body() default Void.class;

    ProblemCode[] problems() default {};
}
