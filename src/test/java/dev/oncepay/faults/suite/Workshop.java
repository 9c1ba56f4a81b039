package dev.oncepay.faults.suite;

import static java.util.stream.Collectors.joining;

import dev.oncepay.faults.suite.Sabotage.Edit;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Makes a copy of the packaged service in which some classes are compiled anew from edited sources. */
final class Workshop {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "oncepay");
    private static final String CHANGED_BY_THE_BUILD = "quarkus/transformed-bytecode.jar";

    private final Path original;
    private final Path folder;

    /** @param folder for the sources, the classes and the copy, which is its {@code app} */
    Workshop(Path original, Path folder) {
        this.original = original;
        this.folder = folder;
    }

    Path copyWith(List<Edit> edits) {
        try {
            Path app = folder.resolve("app");
            link(original, app);
            Path classes = Files.createDirectories(folder.resolve("classes"));
            compile(sources(edits), classes);
            replace(app, classes);
            return app;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Links where files stay as they are, copies where classes will be replaced. */
    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path name = from.relativize(file);
                Path target = to.resolve(name.toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (name.startsWith("lib")) {
                    Files.createLink(target, file.toAbsolutePath());
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private List<Path> sources(List<Edit> edits) throws IOException {
        Map<String, String> edited = new HashMap<>();
        for (Edit edit : edits) {
            String source = edited.containsKey(edit.type())
                    ? edited.get(edit.type())
                    : forProxies(edit.type(), Files.readString(SOURCES.resolve(edit.type() + ".java")));
            edited.put(edit.type(), replaceOnce(source, edit.text(), edit.instead()));
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : edited.entrySet()) {
            Path file = folder.resolve("sources").resolve(source.getKey() + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        return files;
    }

    /** Quarkus adds a constructor without parameters to beans, which their proxies call. */
    private static String forProxies(String type, String source) {
        String name = type.substring(type.indexOf('/') + 1);
        if (!source.contains("@ApplicationScoped")) {
            return source;
        }
        String open = source.replace("    private final ", "    private ");
        int body = open.indexOf('{', open.indexOf("class " + name));
        return open.substring(0, body + 1) + "\n    public " + name + "() {}\n" + open.substring(body + 1);
    }

    private static String replaceOnce(String source, String text, String instead) {
        int at = source.indexOf(text);
        if (at < 0 || source.indexOf(text, at + 1) >= 0) {
            throw new IllegalStateException("the sabotage has not kept up with the service; not there once: " + text);
        }
        return source.substring(0, at) + instead + source.substring(at + text.length());
    }

    private void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> jars = Files.walk(original)) {
            String classPath = jars.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .collect(joining(java.io.File.pathSeparator));
            List<String> options =
                    List.of("-proc:none", "-parameters", "--release", "17", "-cp", classPath, "-d", classes.toString());
            boolean compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("the sabotage does not compile:\n" + messages);
            }
        }
    }

    /** In the jar in which the class is found first. */
    private static void replace(Path app, Path classes) throws IOException {
        try (Stream<Path> jars = Files.list(app.resolve("app"));
                Stream<Path> all = Files.walk(classes);
                FileSystem changed = FileSystems.newFileSystem(app.resolve(CHANGED_BY_THE_BUILD));
                FileSystem main = FileSystems.newFileSystem(jars.findFirst().orElseThrow())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = "/" + classes.relativize(file);
                Path there = changed.getPath(name);
                Files.copy(file, Files.exists(there) ? there : main.getPath(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
