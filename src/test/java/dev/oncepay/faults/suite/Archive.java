package dev.oncepay.faults.suite;

import dev.oncepay.support.Environment;
import dev.oncepay.support.Instance;
import dev.oncepay.support.Instance.Packaged;
import dev.oncepay.support.OwnPostgres;
import dev.oncepay.support.OwnRedis;
import dev.oncepay.support.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service's classes as one JVM has loaded them, for those that follow: a start costs a third less. */
final class Archive {
    private final Path folder;

    Archive(Path folder) {
        this.folder = folder;
    }

    /** Options of a JVM that uses it; it is made by one start and one end. */
    List<String> options() throws Exception {
        Path file = folder.resolve("classes.jsa").toAbsolutePath();
        Files.createDirectories(folder);
        Files.deleteIfExists(file);
        Path data = Files.createTempDirectory(folder.toAbsolutePath(), "postgres");
        try (OwnPostgres postgres = new OwnPostgres(data);
                OwnRedis redis = new OwnRedis()) {
            Map<String, String> settings = new HashMap<>(Environment.settings(postgres.port(), redis.port()));
            String port = "" + Ports.free();
            settings.put("quarkus.http.port", port);
            settings.put("oncepay.acquirer.url", "http://127.0.0.1:" + port + "/sandbox/acquirer");
            List<String> options = new ArrayList<>(Stage.JAVA);
            options.addAll(List.of("-XX:ArchiveClassesAtExit=" + file, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
            Packaged packaged = new Packaged(
                    Instance.FOLDER, options, folder.resolve("made.log").toFile());
            Node node = new Node(packaged, settings);
            node.launch();
            node.ready().close(true);
        }
        return Files.exists(file)
                ? List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto", "-Xlog:cds=off")
                : List.of();
    }
}
