package dev.oncepay.deploy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.oracle.svm.core.annotate.TargetClass;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a native image would be made of, without making one: {@code scripts/native-check} builds its sources first. A
 * native image knows only what is registered, and everything else fails at its first use, so each is asked for here.
 */
@Tag("native-sources")
class NativeSourcesIT {
    private static final Path SOURCES = Path.of("target", "native-sources");
    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final String CONFIGURATION = "META-INF/native-image/";
    private static final String OURS = "dev.oncepay.";

    /** Who calls a mapper by hand, and which types of ours it writes or reads; maps and trees need nothing. */
    private static final Map<String, Set<String>> MAPPED = Map.of(
            "acquirer.HttpAcquirer", Set.of("acquirer.Acquirer$Authorization", "acquirer.Acquirer$Reversal"),
            "idempotency.AnswerWriter",
                    Set.of("orders.Order$OrderView", "charges.Charge$ChargeView", "charges.Refund$RefundView"),
            "idempotency.GuardedBodyReader", Set.of("orders.NewOrder", "charges.NewCharge", "charges.NewRefund"),
            "orders.Metadata", Set.of(),
            "problem.ProblemPages", Set.of("problem.ProblemPages$Entry"),
            "problem.ProblemWriter", Set.of());

    /** Who reads a file of the class path by hand, and which. */
    private static final Map<String, Set<String>> READ = Map.of();

    private static JavaClasses classes;
    private static Map<String, JsonNode> reflected;
    private static List<String> included;
    private static Path jar;

    @BeforeAll
    static void read() throws IOException {
        classes = new ClassFileImporter().importPath(Path.of("target", "classes"));
        try (Stream<Path> files = Files.list(SOURCES)) {
            jar = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        reflected = new TreeMap<>();
        configuration("reflect-config.json")
                .forEach(entry -> reflected.put(entry.path("name").asText(), entry));
        included = Stream.of(
                        configuration("resource-config.json").path("resources").path("includes"))
                .flatMap(includes -> includes.findValuesAsText("pattern").stream())
                .toList();
        assertThat(reflected).isNotEmpty();
        assertThat(included).isNotEmpty();
    }

    private static JsonNode configuration(String file) throws IOException {
        try (JarFile archive = new JarFile(jar.toFile());
                InputStream in = archive.getInputStream(archive.getEntry(CONFIGURATION + file))) {
            return new ObjectMapper().readTree(in);
        }
    }

    @Test
    void everyoneWhoCallsAMapperIsKnown() {
        assertThat(whoCalls(of(ObjectMapper.class).or(of(ObjectReader.class)).or(of(ObjectWriter.class))))
                .as("classes that call a mapper by hand: say in MAPPED which types go through it")
                .isEqualTo(new TreeSet<>(MAPPED.keySet()));
    }

    @Test
    void everyTypeThatAMapperWritesOrReadsIsRegistered() {
        Set<String> types =
                MAPPED.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        types.addAll(Set.copyOf(types).stream()
                .flatMap(type -> partsOf(classes.get(OURS + type)))
                .collect(Collectors.toSet()));
        assertThat(types.stream().filter(type -> !isReflected(OURS + type)))
                .as("types without @RegisterForReflection: a native image could not write or read them")
                .isEmpty();
    }

    /** Of our own types, at any depth; an enum is its name. */
    private static Stream<String> partsOf(JavaClass type) {
        return type.getFields().stream()
                .map(JavaField::getType)
                .flatMap(member -> member.getAllInvolvedRawTypes().stream())
                .filter(part -> part.getName().startsWith(OURS) && !part.isEnum() && !part.equals(type))
                .flatMap(part -> Stream.concat(Stream.of(part.getName().substring(OURS.length())), partsOf(part)));
    }

    private static boolean isReflected(String type) {
        return Stream.of("allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields")
                .allMatch(all -> reflected.containsKey(type)
                        && reflected.get(type).path(all).asBoolean());
    }

    @Test
    void everyoneWhoReadsAFileOfTheClassPathIsKnown() {
        Set<String> readers = whoCalls(
                access -> access.getTarget().getName().matches("getResource(s|AsStream)?|getSystemResource.*"));
        assertThat(readers)
                .as("classes that read files of the class path: say in READ which")
                .isEqualTo(new TreeSet<>(READ.keySet()));
        assertThat(READ.values().stream().flatMap(Set::stream).filter(file -> !isIncluded(file)))
                .isEmpty();
    }

    /** Settings are read and services are found while the image is made. */
    @Test
    void everyFileOfOursIsIncluded() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            List<String> ours = files.filter(Files::isRegularFile)
                    .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> !file.equals("application.properties") && !file.startsWith("META-INF/services/"))
                    .toList();
            assertThat(ours).anyMatch(file -> file.startsWith("db/migration/"));
            assertThat(ours.stream().filter(file -> !isIncluded(file)))
                    .as("files that a native image would not have")
                    .isEmpty();
        }
    }

    private static boolean isIncluded(String file) {
        return included.stream().anyMatch(file::matches);
    }

    /** Whatever is reached must be there when the image is linked. */
    @Test
    void nothingIsReachedThatIsNotThere() throws IOException {
        assertThat(lacking())
                .as("classes that name what is not packaged")
                .containsExactly("dev.oncepay.dev.EmbeddedServers");
        JavaClass lacking = classes.get("dev.oncepay.dev.EmbeddedServers");
        assertThat(lacking.getDirectDependenciesToSelf().stream()
                        .map(Dependency::getOriginClass)
                        .filter(user -> !user.getName().startsWith(lacking.getName() + "$"))
                        .map(JavaClass::getSimpleName))
                .as("who uses it; in a native image NoEmbeddedServers is there in place of that one")
                .containsOnly("EmbeddedServersFactory");
        assertThat(classes.get("dev.oncepay.dev.NoEmbeddedServers").isAnnotatedWith(TargetClass.class))
                .isTrue();
    }

    /** What the compiler itself has is no lack. */
    private static Set<String> lacking() throws IOException {
        StringWriter said = new StringWriter();
        try (Stream<Path> libraries = Files.list(SOURCES.resolve("lib"));
                PrintWriter out = new PrintWriter(said)) {
            String path = libraries.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            ToolProvider.findFirst("jdeps")
                    .orElseThrow()
                    .run(out, out, "--missing-deps", "--multi-release", "17", "-cp", path, jar.toString());
        }
        assertThat(said.toString()).contains("not found");
        return said.toString()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(OURS) && !line.matches(".*(org\\.graalvm|com\\.oracle\\.svm)\\..*"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Calls that write or read, or make what does. */
    private static Predicate<JavaAccess<?>> of(Class<?> mapper) {
        return access -> assignableTo(mapper).test(access.getTargetOwner())
                && access.getTarget().getName().matches("(read|write|convert|valueTo|treeTo|update).*");
    }

    /** Named from our root on; a nested class counts as the one that it stands in. */
    private static Set<String> whoCalls(Predicate<JavaAccess<?>> wanted) {
        return classes.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(wanted)
                .map(access -> access.getOriginOwner()
                        .getName()
                        .substring(OURS.length())
                        .replaceAll("\\$.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
