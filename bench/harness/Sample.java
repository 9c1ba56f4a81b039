package harness;

/**
 * One measurement. CPU times are in µs for each request, of the service's process, of all of PostgreSQL's, of Redis's
 * and of the client's.
 *
 * @param walBytes for each request
 */
record Sample(
        double perSecond,
        double p50Millis,
        double p99Millis,
        double service,
        double postgres,
        double redis,
        double client,
        double walBytes,
        long errors) {}
