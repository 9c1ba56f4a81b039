package harness;

/** One thing that is measured, again and again. */
interface Workload {
    /** As {@code --only} has it. */
    String name();

    String title();

    /** Makes everything ready for it, before each time. */
    default void begin() {}

    /** After it and before what is measured. */
    default void beforeMeasuring(int connections) {}

    Load run(int seconds, int connections);

    /** Puts back what {@link #begin} has changed. */
    default void end() {}

    /** CPU time of the service's own process so far, in µs. */
    default long serviceMicros() {
        return 0;
    }

    /** Rows of what the requests make, now: 0 where they make none. */
    default long effects() {
        return 0;
    }

    /** Whether each request makes one, or none may. */
    default boolean makesOneEach() {
        return false;
    }

    /** Of its statements; empty where they are not counted. */
    default String database() {
        return "";
    }
}
