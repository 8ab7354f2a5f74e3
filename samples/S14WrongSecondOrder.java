import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.Entry;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;

/**
 * A gradient can be right and its derivative wrong, if a rule treats a variable as a constant. Frameworks have shipped
 * that, even in softmax cross-entropy. So the second order is checked unless you say otherwise.
 */
public final class S14WrongSecondOrder {

    private S14WrongSecondOrder() {}

    /** {@code y = x^2}, whose rule 2x hides one of its x behind a detach. */
    public record Square() implements CustomOp, ExactForm {

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).add(x.get(0).detach()));
        }

        @Override
        public double ulps() {
            return 0.5;
        }
    }

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        GradientCheck check = GradientCheck.of(x -> new Square().apply(x).sum()).at(Tensor.of(3));

        GradientReport first = check.order(1).run();
        out.println("order 1: " + first.verdict());

        GradientReport second = check.run();
        out.println("order 2: " + second.verdict());
        for (Entry e : second.entries()) {
            if (e.path().equals("gradient") || e.path().equals("jvp of vjp")) {
                out.println("  " + e.path() + ": rule " + e.value() + ", function " + (float) e.reference());
            }
        }
        second.blames().forEach(blame -> out.println("  " + blame));
    }
}

/* What it prints:

order 1: PASS
order 2: FAIL
  jvp of vjp: rule 1.0, function 2.0
  gradient: rule 6.0, function 6.0
  Square (step %1 of the function, S14WrongSecondOrder.lambda$run$0(S14WrongSecondOrder.java:49)): jvp of vjp of Square, input 0, element [0] twice: it is not what differences give
*/
