import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;

/**
 * Is the rule of your operation right? A check does not ask whether two numbers agree to some tolerance. It bounds the
 * error of the difference quotient and the rounding of the rule's value. A larger difference is a mistake.
 */
public final class S11CheckYourOperation {

    private S11CheckYourOperation() {}

    /** {@code y = atan x}, with a rule that may be off by a factor. */
    public record Atan(double factor) implements CustomOp, ExactForm {

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(StrictMath::atan);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.div(x.get(0).square().add(1)).mul(factor);
        }

        /** The largest error of eval. Without it the check estimates. */
        @Override
        public double ulps() {
            return 1;
        }
    }

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Tensor x = Tensor.of(new double[][] {{0.3, -1.7, 2.5}, {0.9, 0.1, -0.4}});

        // The right one: the gradient, the forward mode that follows from it, and the second order.
        GradientReport right = GradientCheck.op(new Atan(1)).at(x).run();
        out.println("right:  " + right.verdict() + ", " + right.count(right.verdict()) + " comparisons");

        // One part in a million: most tolerances in use would not notice.
        GradientReport wrong = GradientCheck.op(new Atan(1 + 1e-6)).at(x).run();
        out.println("wrong:  " + wrong.verdict());

        // Inside a model, and behind a softmax that is saturated: the operation is named all the same, because every
        // operation is checked alone, too.
        GradientReport model = GradientCheck.of(v -> new Atan(1 + 1e-6)
                        .apply(v.sin())
                        .mul(50)
                        .softmax()
                        .log()
                        .sum())
                .at(x)
                .run();
        model.blames().forEach(blame -> out.println("model:  " + blame));

        // And the failure is reduced to a small input, as a program that fails on its own.
        out.println();
        out.print(model.reproducer());
    }
}

/* What it prints:

right:  PASS, 86 comparisons
wrong:  FAIL
model:  Atan (step %2 of the function, S11CheckYourOperation.lambda$run$0(S11CheckYourOperation.java:62)): vjp of Atan, input 0, element [0, 0]: it is not what differences give

// fails on its own; seed 24301
import dev.wengert.check.GradientCheck;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;

public class Reproducer {
    public static void main(String[] args) {
        GradientCheck.op(new S11CheckYourOperation.Atan(1.000001))
                .at(Tensor.of(Shape.of(1, 1), 1.0))
                .order(2)
                .seed(24301L)
                .run()
                .verify();
    }
}
*/
