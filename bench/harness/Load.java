package harness;

/**
 * What a client saw.
 *
 * @param p50Millis half of the answers came within it
 * @param p99Millis 99 of 100 came within it
 * @param errors    answers with another status than expected, and none at all
 */
record Load(long requests, double seconds, double p50Millis, double p99Millis, long errors) {
    double perSecond() {
        return requests / seconds;
    }
}
