import dev.wengert.autodiff.Variable;
import dev.wengert.check.Entry;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;

/**
 * A function has no derivative at a corner, and its rule has to answer all the same: for relu at 0 it says 0. That is
 * neither an error nor right. So a check reports the corner and the slopes on both of its sides.
 */
public final class S12Kinks {

    private S12Kinks() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // Two of three elements have a derivative; the third has two slopes.
        GradientReport relu = GradientCheck.of(x -> x.relu().sum())
                .at(Tensor.of(2, 0, -3))
                .order(1)
                .run();
        out.println("relu at (2, 0, -3): " + relu.verdict());
        print(out, relu);

        // A check where everything is a corner proves nothing, and says so.
        GradientReport abs =
                GradientCheck.of(Variable::abs).at(Tensor.scalar(0)).order(1).run();
        out.println("\n|x| at 0: " + abs.verdict());
        print(out, abs);

        // x = relu(x) - relu(-x) has the derivative 1 everywhere. Its parts do not at 0, and the rules say 0 there.
        GradientReport hidden = GradientCheck.of(
                        x -> x.relu().sub(x.neg().relu()).sum())
                .at(Tensor.of(0, 1))
                .order(1)
                .run();
        out.println("\nrelu(x) - relu(-x) at (0, 1): " + hidden.verdict());
        print(out, hidden);
    }

    private static void print(PrintStream out, GradientReport report) {
        for (Entry entry : report.entries()) {
            if (entry.path().equals("gradient")) {
                out.println("  " + entry.input() + "  rule " + entry.value() + "  " + entry.verdict());
                if (!entry.note().isEmpty()) {
                    out.println("    " + entry.note().replaceAll(" at S12Kinks[^,;]*", ""));
                }
            }
        }
    }
}

/* What it prints:

relu at (2, 0, -3): PASS
  x[1]  rule 0.0  KINK
    not differentiable: relu; one-sided slopes 0.0 and 1.0, and the rule's value lies between them
  x[0]  rule 1.0  PASS
  x[2]  rule 0.0  PASS

|x| at 0: KINK
  x  rule 0.0  KINK
    not differentiable: abs; one-sided slopes -1.0 and 1.0, and the rule's value lies between them

relu(x) - relu(-x) at (0, 1): PASS
  x[0]  rule 0.0  KINK
    at the kink of relu; the slopes from both sides are 1.0 and 1.0, and the rule's value follows its convention there
  x[1]  rule 1.0  PASS
*/
