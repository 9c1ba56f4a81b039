package dev.oncepay.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oncepay.start.SettingNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Every environment variable that the packaged service listens to, as far as it is a setting of ours or of Quarkus. */
public final class Settings {
    private static final Set<String> OF_MICROPROFILE_JWT =
            Set.of("MP_JWT_VERIFY_ISSUER", "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "MP_JWT_VERIFY_PUBLICKEY");

    private final Set<String> names = new TreeSet<>(SettingNames.asEnvironment());
    private final Properties application = new Properties();

    public Settings() {
        names.addAll(OF_MICROPROFILE_JWT);
        try {
            // Each extension lists its settings, for Quarkus's own documentation.
            for (URL model : Collections.list(getClass()
                    .getClassLoader()
                    .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json"))) {
                try (InputStream json = model.openStream()) {
                    addRunTime(new ObjectMapper().readTree(json));
                }
            }
            try (var file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
                application.load(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What is fixed at build time would be ignored without a word. */
    private void addRunTime(JsonNode item) {
        if (item.path("phase").asText().equals("RUN_TIME")) {
            names.add(item.path("path").path("environmentVariable").asText());
        }
        item.forEach(this::addRunTime);
    }

    public boolean has(String variable) {
        return names.contains(variable);
    }

    int size() {
        return names.size();
    }

    /** As the packaged service has it, where its environment says nothing else. */
    String standard(String name) {
        return application.getProperty(name);
    }
}
