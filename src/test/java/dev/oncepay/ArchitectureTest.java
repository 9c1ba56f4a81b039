package dev.oncepay;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import com.tngtech.archunit.lang.syntax.elements.GivenMethodsConjunction;
import dev.oncepay.idempotency.Idempotent;
import dev.oncepay.idempotency.StoredAnswer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.groups.UniAwait;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and the ways of writing an endpoint wrongly that must not compile into a release. */
@AnalyzeClasses(packages = "dev.oncepay", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.oncepay.";
    private static final String CHARGES = ROOT + "charges..";
    private static final String ORDERS = ROOT + "orders..";
    private static final String IDEMPOTENCY = ROOT + "idempotency..";
    private static final String ACQUIRER = ROOT + "acquirer..";
    private static final String SANDBOX = ROOT + "sandbox..";
    private static final String PROBLEM = ROOT + "problem..";
    private static final String SECURITY = ROOT + "security..";
    private static final String STORE = ROOT + "store..";
    private static final String DEV = ROOT + "dev..";
    private static final String PLAYGROUND = ROOT + "playground..";
    private static final String START = ROOT + "start..";
    private static final String OPENAPI = ROOT + "openapi..";
    private static final String BENCH = ROOT + "bench..";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** On the annotation of an annotation: {@code @POST} is {@code @HttpMethod("POST")}. */
    private static final DescribedPredicate<JavaAnnotation<?>> WRITES = DescribedPredicate.describe(
            "an HTTP method that writes",
            annotation -> annotation.getRawType().isEquivalentTo(HttpMethod.class)
                    && annotation
                            .get("value")
                            .filter(method -> !READING.contains(method))
                            .isPresent());

    @ArchTest
    static final ArchRule CHARGES_KNOW_ALL_BELOW_THEM = onlyKnows(
                    CHARGES, ORDERS, IDEMPOTENCY, ACQUIRER, PROBLEM, SECURITY, STORE)
            .because("charges are the top: orders → idempotency → problem, security, store; and the acquirer");

    @ArchTest
    static final ArchRule ORDERS_DO_NOT_KNOW_CHARGES = onlyKnows(ORDERS, IDEMPOTENCY, PROBLEM, SECURITY, STORE)
            .because("an order is understood without the ways to pay it");

    @ArchTest
    static final ArchRule IDEMPOTENCY_KNOWS_NO_FEATURE = onlyKnows(IDEMPOTENCY, PROBLEM, SECURITY, STORE)
            .because("the guard guards any effect, so a new endpoint changes nothing in it");

    @ArchTest
    static final ArchRule ACQUIRER_KNOWS_NO_FEATURE = onlyKnows(ACQUIRER, STORE)
            .because("the card network is a port: another one is put in its place without touching charges");

    @ArchTest
    static final ArchRule SECURITY_KNOWS_PROBLEMS_ONLY =
            onlyKnows(SECURITY, PROBLEM).because("who is calling is decided before anything else is looked at");

    @ArchTest
    static final ArchRule PROBLEMS_KNOW_NO_FEATURE = onlyKnows(PROBLEM, STORE)
            .because("a feature says which problem it has; the catalogue does not know features");

    @ArchTest
    static final ArchRule STORE_KNOWS_NOTHING =
            onlyKnows(STORE).because("the ways to Postgres are below everything that uses them");

    @ArchTest
    static final ArchRule SANDBOX_SHARES_NOTHING_WITH_THE_SERVICE = onlyKnows(SANDBOX, PROBLEM, STORE)
            .because("it is the other side of the acquirer's wire: a shared class would hide a mistake on the wire");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_SANDBOX = noClasses()
            .that()
            .resideOutsideOfPackage(SANDBOX)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SANDBOX)
            .because("the service must work against any acquirer, so it may only talk HTTP to this one");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_DEV = noClasses()
            .that()
            .resideOutsideOfPackage(DEV)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(DEV)
            .because("what helps in dev and test is not in a production build");

    @ArchTest
    static final ArchRule BENCH_STANDS_ALONE =
            onlyKnows(BENCH).because("what everything is measured against must not become faster or slower with it");

    @ArchTest
    static final ArchRule PLAYGROUND_STANDS_ALONE =
            onlyKnows(PLAYGROUND).because("the page is a client like any other: what it shows, it has asked by HTTP");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_START = noClasses()
            .that()
            .resideOutsideOfPackage(START)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(START)
            .because("start puts the parts together; a part that knows it cannot be understood alone");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_DESCRIPTION = noClasses()
            .that()
            .resideOutsideOfPackage(OPENAPI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(OPENAPI)
            .because("the description is made of the code at build time; code that knew it could not be described");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + "(*)..")
            .should()
            .beFreeOfCycles()
            .because("arrows that go one way can be read one package at a time");

    @ArchTest
    static final ArchRule NO_UTILS = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helpers?)(\\$.*)?")
            .because("a class is named for what it is; such a name collects what nobody found a place for");

    @ArchTest
    static final ArchRule NO_SLEEP = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.oncepay.start.Database") // before there is an event loop
            .should()
            .accessTargetWhere(accessed(Thread.class, "sleep|join").or(accessed(TimeUnit.class, "sleep")))
            .because("a thread that sleeps is one event loop less; wait for a signal or a Vert.x timer");

    @ArchTest
    static final ArchRule NO_BLOCKING_AWAIT = noClasses()
            .should()
            .accessTargetWhere(accessed(Uni.class, "await|awaitUsing|subscribeAsCompletionStage")
                    .or(accessed(UniAwait.class, ".*"))
                    .or(accessed(Future.class, "get|join|resultNow"))
                    .or(accessed(CountDownLatch.class, "await"))
                    .or(accessed(Object.class, "wait").and(target(nameMatching("wait")))))
            .because("requests run on event loops: one that blocks stops all that share it, and may wait for itself");

    @ArchTest
    static final ArchRule LEASES_AND_LIFETIMES_GO_BY_POSTGRES = noClasses()
            .that()
            .resideInAPackage(IDEMPOTENCY)
            // measures a minute by two clocks of its own, so that one that stood still does not make it longer
            .and()
            .haveNameNotMatching(".*\\.RememberedAnswers(\\$.*)?")
            .should()
            .accessTargetWhere(accessed(System.class, "currentTimeMillis")
                    .or(accessed(java.time.Instant.class, "now"))
                    .or(accessed(java.time.Clock.class, ".*")))
            .because("instances' clocks disagree: Postgres's is one for all, and a process measures durations only");

    @ArchTest
    static final ArchRule WRITING_ENDPOINTS_ARE_GUARDED = writingEndpoints()
            .should(beAnnotatedWith(Idempotent.class))
            .because("an endpoint that writes and is not guarded charges twice at the first retry");

    @ArchTest
    static final ArchRule WRITING_ENDPOINTS_ANSWER_THROUGH_THE_GUARD = writingEndpoints()
            .should(returnUniOfStoredAnswer())
            .because("only Guard makes a StoredAnswer, so what returns one has written its record");

    @ArchTest
    static final ArchRule WRITING_ENDPOINTS_OUTLIVE_THEIR_CLIENT = writingEndpoints()
            .should(beCancellableFalse())
            .because("a client that hangs up must not stop, in the middle, what was begun");

    @ArchTest
    static final ArchRule ONLY_WRITING_ENDPOINTS_ARE_GUARDED = methods()
            .that()
            .areAnnotatedWith(Idempotent.class)
            .and()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(jakarta.ws.rs.Path.class)
            .should(beOfAWritingMethod())
            .because("on a GET the header is ignored");

    @ArchTest
    static final ArchRule THE_GUARD_IS_SET_METHOD_BY_METHOD = noClasses()
            .should()
            .beAnnotatedWith(Idempotent.class)
            .because("the filter and the body's reader look for the annotation on the method");

    @ArchTest
    static final ArchRule EMBEDDED_SERVERS_BELONG_TO_DEV = noClasses()
            .that()
            .resideOutsideOfPackage(DEV)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.zonky..", "redis.embedded..")
            .because("they are not in the production jar: a class that needs them would not load");

    @ArchTest
    static final ArchRule TRANSACTIONS_ARE_OPENED_BY_STORE = noClasses()
            .that()
            .resideOutsideOfPackage(STORE)
            .should()
            .accessTargetWhere(accessed(
                    io.quarkus.hibernate.reactive.panache.Panache.class,
                    "withTransaction|withSession|withStatelessSession|withStatelessTransaction"))
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                    "io\\.quarkus\\.hibernate\\.reactive\\.panache\\.common\\.(WithTransaction|WithSession.*|runtime\\..*)")
            .because("Postgres bounds every wait and reads every failure; a transaction opened past it does neither");

    @ArchTest
    static final ArchRule CONFIGURATION_IS_AN_INTERFACE_PER_FEATURE = classes()
            .that()
            .areAnnotatedWith(io.smallrye.config.ConfigMapping.class)
            .should()
            .beInterfaces()
            .andShould()
            .haveSimpleNameEndingWith("Config")
            .because("all settings of a feature are found, with their defaults and reasons, in one file");

    @Test
    void onlyTheIdempotencyPackageNamesItsTable() throws IOException {
        assertThat(sourcesThatSay("idempotency_record"))
                .as("all the record's SQL is in one place, so what it promises can be read there")
                .isNotEmpty()
                .allMatch(source -> source.startsWith("idempotency/"));
    }

    @Test
    void onlyTheSandboxNamesItsTables() throws IOException {
        assertThat(sourcesThatSay("sandbox_"))
                .as("the sandbox is the other side of the wire: its tables are not the service's to look into")
                .isNotEmpty()
                .allMatch(source -> source.startsWith("sandbox/"));
    }

    private static List<String> sourcesThatSay(String word) throws IOException {
        Path root = Path.of("src/main/java/dev/oncepay");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> says(file, word))
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }
    }

    private static boolean says(Path file, String word) {
        try {
            return Files.readString(file).contains(word);
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    /** Of our own packages; the libraries are anybody's. */
    private static ClassesShouldConjunction onlyKnows(String self, String... below) {
        String[] allowed = Stream.concat(Stream.of(self), Stream.of(below)).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(self)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.oncepay..").and(resideOutsideOfPackages(allowed)));
    }

    private static DescribedPredicate<JavaAccess<?>> accessed(Class<?> type, String method) {
        return target(owner(assignableTo(type))).and(target(nameMatching(method)));
    }

    /** The sandbox plays somebody else's service, and dev and bench are not in production. */
    private static GivenMethodsConjunction writingEndpoints() {
        return methods()
                .that()
                .areMetaAnnotatedWith(WRITES)
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages(SANDBOX, DEV, BENCH);
    }

    private static ArchCondition<JavaMethod> beOfAWritingMethod() {
        return condition("be of a writing method", method -> method.getAnnotations().stream()
                .anyMatch(annotation ->
                        annotation.getRawType().getAnnotations().stream().anyMatch(WRITES)));
    }

    private static ArchCondition<JavaMethod> returnUniOfStoredAnswer() {
        return condition(
                "return Uni<StoredAnswer>",
                method -> method.getReturnType() instanceof JavaParameterizedType type
                        && type.toErasure().isEquivalentTo(Uni.class)
                        && type.getActualTypeArguments().get(0).toErasure().isEquivalentTo(StoredAnswer.class));
    }

    private static ArchCondition<JavaMethod> beCancellableFalse() {
        return condition("be @Cancellable(false)", method -> method.tryGetAnnotationOfType(Cancellable.class)
                .filter(cancellable -> !cancellable.value())
                .isPresent());
    }

    private static ArchCondition<JavaMethod> condition(String what, Predicate<JavaMethod> holds) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        method, holds.test(method), method.getFullName() + " does not " + what));
            }
        };
    }
}
