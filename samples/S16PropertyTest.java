import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Classifications;
import dev.wengert.jqwik.Logits;
import dev.wengert.jqwik.Targets;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Arrays;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A property test of your own: a statement about every batch, tried on difficult batches. Logits
 * come in every scale, tied, nearly certain, far from 0; and a case that fails shrinks to a simple one that still
 * fails. This class is a test like any other in your IDE and in Maven; below it is run by hand, to show its output.
 */
public class S16PropertyTest {

    @Provide
    Arbitrary<Classification> batches() {
        return Classifications.of(Logits.upTo(4, 6), Targets.ONE_HOT);
    }

    /** Each p - y sums to 0, as both p and y sum to 1; give or take (q + 16) roundings of each entry (MATH.md 9). */
    @Property
    void theGradientOfARowSumsToZero(@ForAll("batches") Classification c) {
        Variable targets = Variable.of(c.targets());
        Tensor gradient =
                Autodiff.grad(o -> o.crossEntropy(targets).mul(c.rows())).apply(c.logits());
        for (int i = 0; i < c.rows(); i++) {
            double[] g = gradient.row(i).toArray();
            double sum = Arrays.stream(g).sum();
            double size = Arrays.stream(g).map(Math::abs).sum();
            check(Math.abs(sum) <= (2 * c.classes() + 16) * 0x1p-53 * size, c);
        }
    }

    @Provide
    Arbitrary<Classification> small() {
        return Classifications.of(Logits.upTo(2, 3).atLeast(2), Targets.SIGNED);
    }

    /** A gradient check is a property, too: it throws where a rule is wrong. */
    @Property(tries = 5)
    void theDerivativesAreRight(@ForAll("small") Classification c) {
        Variable targets = Variable.of(c.targets());
        GradientCheck.of(o -> o.crossEntropy(targets)).at(c.logits()).run().verify();
    }

    /** The loss as it stands in textbooks. */
    static class Textbook {

        @Provide
        Arbitrary<Classification> batches() {
            return new S16PropertyTest().batches();
        }

        @Property(seed = "1", afterFailure = AfterFailureMode.RANDOM_SEED)
        void isFinite(@ForAll("batches") Classification c) {
            Variable p = Variable.of(c.logits()).softmax();
            Variable loss = p.log().mul(Variable.of(c.targets())).sum().neg();
            check(Double.isFinite(loss.item()), c);
        }
    }

    private static void check(boolean holds, Classification c) {
        if (!holds) {
            throw new AssertionError("does not hold for " + c);
        }
    }

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        for (Class<?> test : new Class<?>[] {S16PropertyTest.class, Textbook.class}) {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(test))
                                    .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                                    .build(),
                            listener);
            TestExecutionSummary summary = listener.getSummary();
            out.println(test.getSimpleName() + ": " + summary.getTestsSucceededCount() + " hold");
            summary.getFailures()
                    .forEach(failure -> out.println(failure.getTestIdentifier().getDisplayName() + " "
                            + failure.getException().getMessage()));
        }
    }
}

/* What it prints:

S16PropertyTest: 2 hold
Textbook: 0 hold
isFinite does not hold for logits {{0.0, 746.0}} and targets {{1.0, 0.0}}
*/
