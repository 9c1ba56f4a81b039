package dev.oncepay.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import java.util.List;

/** The same, against the packaged jar. */
@QuarkusIntegrationTest
class CatalogueIT extends CatalogueTest {
    /** Whatever is for development is not there, and is not described. */
    @Override
    ObjectNode described(ObjectNode development) {
        development.withObject("/paths").remove("/dev/tokens");
        development.withObject("/components/schemas").remove(List.of("NewToken", "Token"));
        development.withArray("/tags").removeIf(tag -> tag.get("name").asText().equals("Development"));
        return development;
    }
}
