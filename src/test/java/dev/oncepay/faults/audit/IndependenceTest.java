package dev.oncepay.faults.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The auditor judges from outside. */
@AnalyzeClasses(packages = "dev.oncepay.faults.audit")
class IndependenceTest {
    @ArchTest
    static final ArchRule THE_AUDITOR_KNOWS_NOTHING_OF_THE_SERVICE = classes()
            .that()
            .haveSimpleNameNotEndingWith("Test")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.oncepay.faults.audit", "java..", "com.fasterxml.jackson..")
            .because("a mistake that the service and its auditor share would not be found");
}
