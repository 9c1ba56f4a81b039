package dev.oncepay.http;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the packaged jar. */
@QuarkusIntegrationTest
class EarlyAnswerIT extends EarlyAnswerTest {}
