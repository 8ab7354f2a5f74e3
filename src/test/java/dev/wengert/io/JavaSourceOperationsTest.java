package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Sample;
import dev.wengert.autodiff.op.Samples;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the library, on every line of {@link Samples}: its value and its derivatives have the same bits in Java, or it is refused by
 * name.
 */
class JavaSourceOperationsTest {

    /** The operations without a form in Java: decompositions and solvers, and those of users. */
    private static final Set<String> WITHOUT_A_FORM = Set.of(
            "Cholesky",
            "CustomOp",
            "Determinant",
            "Eigh",
            "Gaps",
            "Independent",
            "LeastSquaresOp",
            "QrOp",
            "Solve",
            "SvdOp",
            "TriangularSolve");

    private record Case(Sample sample, Tape tape, String name) {}

    /** The value, and the cotangents of the operands that may be perturbed. */
    private static List<Variable> valueAndPullback(Sample s, List<Variable> x) {
        Variable y = s.f().apply(x);
        List<Variable> from = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            if (!s.inert().contains(i)) {
                from.add(x.get(i));
            }
        }
        List<Variable> all = new ArrayList<>(List.of(y));
        if (!from.isEmpty()) {
            double[] g = new double[y.shape().size()];
            Arrays.setAll(g, i -> 1 - 0.25 * (i % 5));
            Variable cotangent = Variable.of(Tensor.of(g).reshape(y.shape()));
            all.addAll(Tape.between(from, List.of(y)).pullback(List.of(cotangent)));
        }
        return all;
    }

    private static Set<String> operations(Tape tape) {
        Set<String> names = new TreeSet<>();
        for (int k = 0; k < tape.steps().size(); k++) {
            names.add(name(tape.op(k)));
        }
        return names;
    }

    private static String name(Op op) {
        if (op instanceof CustomOp) {
            return "CustomOp";
        }
        return op instanceof Enum<?>
                ? ((Enum<?>) op).getDeclaringClass().getSimpleName()
                : op.getClass().getSimpleName();
    }

    @Test
    void everyOperationHasTheSameBitsOrIsRefused() throws Throwable {
        List<Case> cases = new ArrayList<>();
        Map<String, JavaSource> sources = new LinkedHashMap<>();
        Set<String> refused = new TreeSet<>();
        Set<String> exported = new TreeSet<>();
        for (Sample s : Samples.all()) {
            Tape tape = Tape.record(x -> valueAndPullback(s, x), s.x());
            Tape unrolled = tape.unrolled();
            Set<String> without = operations(unrolled).stream()
                    .filter(WITHOUT_A_FORM::contains)
                    .collect(Collectors.toCollection(TreeSet::new));
            String name = "p.Program" + cases.size();
            try {
                sources.put(name, JavaSource.of(tape, name));
                cases.add(new Case(s, tape, name));
                assertThat(without).as("%s", s).isEmpty();
                exported.addAll(operations(unrolled));
            } catch (IllegalArgumentException e) {
                assertThat(e)
                        .as("%s", s)
                        .hasMessageStartingWith("javaSource: every operation must have a form in Java, got ");
                assertThat(without).as("%s: %s", s, e.getMessage()).isNotEmpty();
                refused.addAll(without);
            }
        }
        JavaPrograms programs = JavaPrograms.compile(sources.values());
        List<String> different = new ArrayList<>();
        for (Case c : cases) {
            Plan plan = c.tape.compile();
            for (List<Tensor> x : List.of(c.sample.x(), withNan(c.sample))) {
                if (!sameBits(plan, programs, c.name, x)) {
                    different.add(c.sample + " at " + x + "\n" + c.tape);
                }
            }
        }
        assertThat(different).isEmpty();
        assertThat(refused).isEqualTo(new TreeSet<>(WITHOUT_A_FORM));
        assertThat(exported.stream().filter(WITHOUT_A_FORM::contains)).isEmpty();
        assertThat(exported).hasSizeGreaterThan(50);
    }

    /** The operands, with a NaN as the first element of each that may be perturbed. */
    private static List<Tensor> withNan(Sample s) {
        List<Tensor> x = new ArrayList<>(s.x());
        for (int i = 0; i < x.size(); i++) {
            double[] elements = x.get(i).toArray();
            boolean lambda = s.op().filter(op -> op == SoftmaxOp.REAL_SOFT_MAX).isPresent() && i == 1;
            if (!s.inert().contains(i) && !lambda && elements.length > 0) {
                elements[0] = Double.NaN;
                x.set(i, Tensor.of(elements).reshape(x.get(i).shape()));
            }
        }
        return x;
    }

    private static boolean sameBits(Plan plan, JavaPrograms programs, String name, List<Tensor> x) throws Throwable {
        List<Tensor> want = plan.run(x.toArray(Tensor[]::new));
        double[][] got = programs.run(name, x);
        boolean same = got.length == want.size();
        for (int i = 0; same && i < got.length; i++) {
            same = Arrays.equals(got[i], want.get(i).toArray());
        }
        return same;
    }
}
