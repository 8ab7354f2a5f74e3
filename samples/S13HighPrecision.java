import dev.wengert.autodiff.Variable;
import dev.wengert.check.Entry;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Some derivatives are too small for differences of doubles. The loss of a confident model is 4e-18; change a logit a
 * little, and the change is lost in rounding. Then the check evaluates the same program with a hundred digits.
 */
public final class S13HighPrecision {

    private S13HighPrecision() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Variable cat = Variable.of(Tensor.of(1, 0));
        Tensor o = Tensor.of(40, 0);
        GradientCheck check =
                GradientCheck.of(v -> v.crossEntropy(cat).add(1)).at(o).order(1);

        // In doubles: the loss is 1 to all of its digits, wherever we look.
        GradientReport doubles = check.highPrecision(0).run();
        out.println("doubles alone: " + doubles.verdict());
        print(out, doubles);

        // With a hundred digits: 1 + 4.2e-18, and both derivatives.
        GradientReport digits = check.run();
        out.println("\nwith more digits: " + digits.verdict());
        print(out, digits);
    }

    private static void print(PrintStream out, GradientReport report) {
        for (Entry e : report.entries()) {
            if (e.path().equals("gradient")) {
                out.printf(
                        Locale.ROOT,
                        "  %s  rule %.6e  reference %.6e  bound %.0e  %s%n",
                        e.input(),
                        e.value(),
                        e.reference(),
                        e.bound(),
                        e.verdict());
            }
        }
    }
}

/* What it prints:

doubles alone: INCONCLUSIVE
  x[0]  rule -4.248354e-18  reference 0.000000e+00  bound 7e-16  INCONCLUSIVE
  x[1]  rule 4.248354e-18  reference 0.000000e+00  bound 1e-14  INCONCLUSIVE

with more digits: PASS
  x[0]  rule -4.248354e-18  reference -4.248354e-18  bound 1e-32  PASS
  x[1]  rule 4.248354e-18  reference 4.248354e-18  bound 1e-32  PASS
*/
