package dev.wengert;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Sweep;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;

/** What the compiler does not check of the design: the arrows between packages, and what no class may use or hold. */
class ArchitectureTest {
    /** The packages, each with those that it may use. A class anywhere else is an error. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("kernel", Set.of()),
            Map.entry("message", Set.of()),
            Map.entry("tensor", Set.of("message", "kernel")),
            Map.entry("precise", Set.of("message", "tensor")),
            // the operations are made of variables, and the methods of variables apply operations
            Map.entry(
                    "autodiff", Set.of("message", "kernel", "tensor", "autodiff.op", "autodiff.plan", "autodiff.loop")),
            Map.entry("autodiff.op", Set.of("message", "kernel", "tensor", "autodiff")),
            // kernels and shapes, and no variable
            Map.entry("autodiff.plan", Set.of("message", "kernel", "tensor", "autodiff.op")),
            // programs that run programs
            Map.entry("autodiff.loop", Set.of("message", "tensor", "autodiff", "autodiff.op", "autodiff.plan")),
            Map.entry(
                    "accuracy",
                    Set.of("message", "kernel", "tensor", "autodiff", "autodiff.op", "autodiff.loop", "precise")),
            Map.entry("check", Set.of("message", "tensor", "autodiff", "accuracy", "precise")),
            Map.entry("jqwik", Set.of("message", "tensor")),
            Map.entry("nn", Set.of("message", "tensor", "autodiff", "autodiff.op", "functional")),
            Map.entry("functional", Set.of("message", "tensor", "autodiff", "autodiff.loop", "accuracy")),
            // cosines and powers of schedules; what must be finite
            Map.entry("optim", Set.of("message", "kernel", "tensor", "autodiff", "autodiff.op", "functional", "nn")),
            Map.entry("data", Set.of("message", "tensor")),
            Map.entry("train", Set.of("message", "tensor", "autodiff", "check", "nn", "optim", "data", "io")),
            // the forms of operations in Java and in other formats
            Map.entry("io", Set.of("message", "kernel", "tensor", "autodiff", "autodiff.op", "nn", "data")));

    /** The packages that the module does not export. */
    private static final String[] HIDDEN = {
        "dev.wengert.kernel..",
        "dev.wengert.message..",
        "dev.wengert..internal..",
        "dev.wengert.autodiff.op..",
        "dev.wengert.autodiff.plan..",
        "dev.wengert.autodiff.loop..",
        "dev.wengert.accuracy.."
    };

    /** The methods of Math whose result the specification fixes to the last bit. */
    private static final String EXACT = "abs|ceil|copySign|floor|floorDiv|floorMod|fma|getExponent|max|min|multiplyFull"
            + "|multiplyHigh|next(After|Down|Up)|rint|round|scalb|signum|sqrt|ulp|[a-z]+Exact";

    /** Where kernels may use StrictMath: Elementary hands arguments beyond 2³⁰ to it. */
    private static final Map<String, String> STRICT = Map.of("Elementary", "sin|cos|tan");

    private static final JavaClasses ALL =
            new ClassFileImporter().importPaths(Path.of("target", "classes"), Path.of("target", "test-classes"));
    private static final JavaClasses TESTS = ALL.that(describe(
            "are tests",
            type -> type.getSource().orElseThrow().getUri().getPath().contains("/test-classes/")));
    private static final JavaClasses MAIN = ALL.that(describe("are no tests", type -> !TESTS.contain(type.getName())));

    /** On 17 and 25, interpreted and compiled, the library computes the same bits. */
    private static final ArchRule EXACT_MATH = noClasses()
            .should()
            .accessTargetWhere(describe(
                    "the target is a method of Math that may differ in the last bit",
                    access -> owner(access, Math.class)
                            && !access.getTarget().getName().matches(EXACT)));

    /** Without the instruction, Math.fma takes microseconds. */
    private static final ArchRule ONE_FMA = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.wengert.kernel.Fma")
            .should()
            .accessTargetWhere(describe(
                    "the target is a fused multiply-add that only kernel.Fma may use",
                    access -> (owner(access, Math.class) || owner(access, StrictMath.class))
                            && access.getTarget().getName().equals("fma")));

    /** Kernels have elementary functions of their own; elsewhere StrictMath serves bounds and starting values. */
    private static final ArchRule OWN_FUNCTIONS = noClasses()
            .that()
            .resideInAPackage("dev.wengert.kernel..")
            .or(describe("is the fault below", type -> type.isEquivalentTo(Inexact.class)))
            .should()
            .accessTargetWhere(describe(
                    "the target is a method of StrictMath that kernel.Elementary has",
                    access -> owner(access, StrictMath.class)
                            && !access.getTarget()
                                    .getName()
                                    .matches(STRICT.getOrDefault(
                                            access.getOriginOwner().getSimpleName(), ""))));

    /** Randomness is passed in, as a RandomGenerator or a seed. */
    private static final ArchRule RANDOMNESS_IS_PASSED_IN = noClasses()
            .that(not(describe(
                    "are handed a Random by jqwik",
                    type -> type.getName().equals("dev.wengert.jqwik.SimplifyingArbitrary"))))
            .should()
            .dependOnClassesThat(belongToAnyOf(Random.class, ThreadLocalRandom.class, RandomGeneratorFactory.class))
            .orShould()
            .accessTargetWhere(describe(
                    "the target chooses an algorithm or a seed",
                    access -> owner(access, RandomGenerator.class)
                                    && access.getTarget().getName().matches("of|getDefault")
                            || owner(access, SplittableRandom.class)
                                    && access.getTarget().getFullName().endsWith("<init>()")));

    /** Nothing in the process but its arguments can change a result. */
    private static final ArchRule NO_STATIC_STATE = noFields()
            .that()
            .areStatic()
            .and(not(describe(
                    "is the key that Tensor hands over", // written once, before anything can read it
                    field -> field.getFullName().equals("dev.wengert.tensor.internal.TensorArrays.published"))))
            .should()
            .notBeFinal()
            .orShould()
            .haveRawType(resideInAnyPackage("java.util.concurrent..").or(assignableTo(ThreadLocal.class)))
            .orShould(be(describe(
                    "a container in a class that starts by making a mutable one",
                    ArchitectureTest::isMutableContainer)));

    /** A mask read as a number is right eagerly and wrong on replay. Op.eval has arrays or tensors, not variables. */
    private static final ArchRule RULES_DO_NOT_READ_VALUES = noClasses()
            .that()
            .areAssignableTo(Op.class)
            .should()
            .accessTargetWhere(describe(
                    "the target is the value of a variable",
                    access -> owner(access, Variable.class)
                            && access.getTarget().getName().matches("value|item|tensor")));

    private static final ArchRule RECORDS_WITHOUT_ARRAYS = noFields()
            .that()
            .areDeclaredInClassesThat()
            .areRecords()
            .and()
            .areDeclaredInClassesThat()
            .areNotPrivate()
            .should()
            .haveRawType(describe("an array", JavaClass::isArray));

    @Test
    void arrowsRunOneWay() {
        LayeredArchitecture arrows = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .ensureAllClassesAreContainedInArchitecture();
        for (String layer : ARROWS.keySet()) {
            // optional: it need not exist yet; where it does, its arrows hold
            arrows = arrows.optionalLayer(layer)
                    .definedBy("dev.wengert." + layer + (layer.equals("autodiff") ? "" : ".."));
        }
        for (Map.Entry<String, Set<String>> arrow : ARROWS.entrySet()) {
            LayeredArchitecture.LayerDependencySpecification layer = arrows.whereLayer(arrow.getKey());
            arrows = arrow.getValue().isEmpty()
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(arrow.getValue().toArray(new String[0]));
        }
        arrows.check(MAIN);
    }

    @Test
    void rawArraysStayInTensorAutodiffAccuracyDataAndIo() {
        // data and io: readers fill arrays that are too large to copy
        classes()
                .that()
                .resideInAPackage("dev.wengert.tensor.internal..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(
                        "dev.wengert.tensor..",
                        "dev.wengert.autodiff..",
                        "dev.wengert.accuracy..",
                        "dev.wengert.data..",
                        "dev.wengert.io..")
                .check(MAIN);
    }

    @Test
    void theModuleNeedsJavaBaseAlone() throws IOException {
        assertThat(module().requires())
                .filteredOn(needed -> !needed.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactly("java.base");
        assertThat(module().requires())
                .filteredOn(needed -> needed.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("de.siegmar.fastcsv", "dev.ludovic.netlib.blas", "net.jqwik.api");
    }

    @Test
    void fastCsvStaysInOneClass() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.wengert.data.Records")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar..")
                .check(MAIN);
    }

    @Test
    void jqwikStaysInItsPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.wengert.jqwik")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.jqwik..", "org.junit..")
                .check(MAIN);
    }

    @Test
    void theModuleExportsWhatIsNotInternal() throws IOException {
        Stream<String> open = MAIN.that(not(resideInAnyPackage(HIDDEN))).stream()
                .map(JavaClass::getPackageName)
                .distinct();
        assertThat(module().exports())
                .allMatch(export -> !export.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrderElementsOf(open.toList());
        assertThat(module().opens()).isEmpty();
    }

    @Test
    void samplesUseWhatTheModuleExports() {
        // they are compiled inside the module and run on the class path: nothing else would stop them
        noClasses()
                .that()
                .resideInAPackage("")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HIDDEN)
                .check(TESTS);
    }

    @Test
    void theCoreUsesNeitherReflectionNorLogging() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.wengert.tensor..", "dev.wengert.autodiff..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.lang.reflect..", "java.util.logging..")
                        .or(belongToAnyOf(System.Logger.class)))
                .orShould()
                .accessTargetWhere(describe(
                        "the target is a door to reflection",
                        access -> owner(access, Class.class)
                                && access.getTarget()
                                        .getName()
                                        .matches("forName|get(Declared)?(Method|Field|Constructor)s?")))
                .check(MAIN);
    }

    @Test
    void mathIsExact() {
        EXACT_MATH.check(MAIN);
    }

    @Test
    void onlyOneClassUsesTheFusedMultiplyAddOfMath() {
        ONE_FMA.check(MAIN);
    }

    @Test
    void elementaryFunctionsAreOwn() {
        OWN_FUNCTIONS.check(MAIN);
    }

    @Test
    void randomnessIsPassedIn() {
        RANDOMNESS_IS_PASSED_IN.check(MAIN);
    }

    @Test
    void nothingStaticIsMutable() {
        NO_STATIC_STATE.check(MAIN);
    }

    /** What an operation wants of a sweep it says by its hooks: a sweep that knew one by name would treat it otherwise than others. */
    @Test
    void theSweepsKnowNoOperation() {
        noClasses()
                .that()
                .areAssignableTo(Sweep.class)
                .should()
                .dependOnClassesThat(assignableTo(Primitive.class).or(assignableTo(CustomOp.class)))
                .check(MAIN);
    }

    @Test
    void rulesDoNotReadValues() {
        RULES_DO_NOT_READ_VALUES.check(MAIN);
    }

    @Test
    void recordsHoldNoArrays() {
        // they would compare by reference, and the accessor would hand them out
        RECORDS_WITHOUT_ARRAYS.check(MAIN);
    }

    @Test
    void nothingPrints() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    }

    @Test
    void everyTestIsInAClassThatSurefireRuns() {
        classes()
                .that(describe(
                        "have tests",
                        type -> type.getAllMethods().stream()
                                .anyMatch(method -> method.isMetaAnnotatedWith(Testable.class))))
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should()
                .haveNameMatching("[^$]*(Test|Properties)(\\$.*)?")
                .check(TESTS);
    }

    @ParameterizedTest
    @MethodSource
    void theRulesAboveFindFaults(ArchRule rule, Class<?> fault, int count) {
        assertThat(rule.evaluate(ALL.that(belongToAnyOf(fault)))
                        .getFailureReport()
                        .getDetails())
                .hasSize(count);
    }

    static Stream<Arguments> theRulesAboveFindFaults() {
        return Stream.of(
                Arguments.of(EXACT_MATH, Inexact.class, 3),
                Arguments.of(ONE_FMA, Inexact.class, 1),
                Arguments.of(OWN_FUNCTIONS, Inexact.class, 1),
                Arguments.of(RANDOMNESS_IS_PASSED_IN, Unseeded.class, 3),
                Arguments.of(NO_STATIC_STATE, Stateful.class, 3),
                Arguments.of(RULES_DO_NOT_READ_VALUES, Peeking.class, 1),
                Arguments.of(RECORDS_WITHOUT_ARRAYS, Shared.class, 1));
    }

    static final class Inexact {
        static final DoubleUnaryOperator REFERENCE = Math::exp;
        static final DoubleUnaryOperator LAMBDA = x -> Math.tanh(x);

        static double call(double x) {
            return Math.fma(x, x, Math.pow(x, 3)) + StrictMath.sin(Math.PI);
        }
    }

    static final class Unseeded {
        static int draw() {
            return new SplittableRandom().nextInt() + new SplittableRandom(1).nextInt();
        }

        static RandomGenerator choose() {
            return RandomGenerator.getDefault();
        }

        static RandomGenerator old() {
            return new Random(1);
        }
    }

    static final class Stateful {
        static final AtomicLong COUNT = new AtomicLong();
        static final Map<String, String> CACHE = new HashMap<>();
        static int calls;
    }

    record Peeking() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return x.get(0).item() > 0 ? g : null;
        }
    }

    record Shared(double[] values) {}

    private static boolean owner(JavaAccess<?> access, Class<?> type) {
        return access.getTargetOwner().isEquivalentTo(type);
    }

    private static boolean isMutableContainer(JavaField field) {
        return isContainer(field.getRawType())
                && field.getOwner().getStaticInitializer().stream()
                        .flatMap(start -> start.getConstructorCallsFromSelf().stream())
                        .anyMatch(call -> isContainer(call.getTargetOwner()));
    }

    private static boolean isContainer(JavaClass type) {
        return type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    }

    private static ModuleDescriptor module() throws IOException {
        try (InputStream descriptor = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
            return ModuleDescriptor.read(descriptor);
        }
    }
}
