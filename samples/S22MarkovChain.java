import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.functional.Implicit;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * A Markov chain: sampled, and solved.
 *
 * <p>The weather is sunny, cloudy or rainy, and tomorrow's depends on today's. A scan samples a long chain: its carry is the state, and each
 * step draws the next one by a key of its own. How often each state occurs comes near to the stationary distribution p with p = pP, which
 * {@link Implicit#fixedPoint} finds. No derivative passes through what is drawn. But p is a smooth function of the transition matrix, and so
 * is what is earned on average: its gradient says which transition matters most.
 */
public final class S22MarkovChain {

    private static final int DAYS = 100_000;
    private static final List<String> WEATHER = List.of("sunny", "cloudy", "rainy");

    /** The logits of tomorrow's weather, a row for each weather today. */
    private static final Tensor LOGITS = Tensor.of(new double[][] {{2, 1, -1}, {0.5, 1, 0.5}, {-0.5, 1.5, 1}});

    /** What a day earns, by its weather. */
    private static final Variable EARNED = Variable.of(Tensor.of(10, 6, -4));

    private static final Variable START = Variable.of(Tensor.of(1, 0, 0));

    private S22MarkovChain() {}

    public static void main(String[] args) {
        run(System.out);
    }

    /** The states of all days, from a sunny one on. */
    private static Variable sample(Variable logits, Variable key) {
        Variable days = Variable.of(Tensor.arange(DAYS));
        return Loops.scan(
                (state, day) -> logits.gather(state).categorical(Variable.foldKey(key, day)), Variable.of(0), days);
    }

    /** The distribution that a day more does not change. */
    private static Variable stationary(Variable logits) {
        Variable transitions = logits.softmax();
        // Divided by its sum, which is 1: else a multiple of p would be a solution as well, and the derivative would be
        // none.
        return Implicit.fixedPoint(p -> p.div(p.sum()).matmul(transitions), START);
    }

    /** The distribution after some days. */
    private static Variable after(int days, Variable logits) {
        Variable transitions = logits.softmax();
        return Loops.iterate(p -> p.matmul(transitions), START, days);
    }

    static void run(PrintStream out) {
        Variable logits = Variable.of(LOGITS);
        Variable states = sample(logits, Variable.of(Key.of(1).tensor()));
        Tensor often = states.oneHot(3).mean(0).value();
        Tensor solved = stationary(logits).value();
        out.println("share of days  sampled   stationary");
        for (int i = 0; i < 3; i++) {
            out.println(String.format(Locale.ROOT, "%-12s %9.4f %12.9f", WEATHER.get(i), often.get(i), solved.get(i)));
        }
        out.println(String.format(
                Locale.ROOT,
                "earned a day %9.4f %12.9f",
                states.oneHot(3).mul(EARNED).sum(1).mean().item(),
                stationary(logits).mul(EARNED).sum().item()));

        out.println("\nthe gradient of what is earned, in the logits: today's weather by rows, tomorrow's by columns");
        Tensor gradient = Autodiff.grad(l -> stationary(l).mul(EARNED).sum()).apply(LOGITS);
        for (int i = 0; i < 3; i++) {
            out.print(String.format(Locale.ROOT, "%-8s", WEATHER.get(i)));
            for (int j = 0; j < 3; j++) {
                out.print(String.format(Locale.ROOT, " %9.6f", gradient.get(i, j)));
            }
            out.println();
        }

        // Through a loop of many days it is the same. The checker confirms the gradient of a shorter one.
        Tensor through = Autodiff.grad(l -> after(60, l).mul(EARNED).sum()).apply(LOGITS);
        double difference =
                Variable.of(through).sub(Variable.of(gradient)).abs().max().item();
        out.println("through 60 days of a loop it is the same, to 1e-12: " + (difference < 1e-12));
        out.println("the checker says of 20 days: "
                + GradientCheck.of((Variable l) -> after(20, l).mul(EARNED).sum())
                        .at(LOGITS)
                        .run()
                        .verdict());
    }
}

/* What it prints:

share of days  sampled   stationary
sunny           0.4170  0.416868448
cloudy          0.3962  0.394703659
rainy           0.1868  0.188427893
earned a day    5.8003  5.783194863

the gradient of what is earned, in the logits: today's weather by rows, tomorrow's by columns
sunny     1.239962 -0.918135 -0.321827
cloudy    1.397745  0.038668 -1.436412
rainy     0.240335  0.401560 -0.641895
through 60 days of a loop it is the same, to 1e-12: true
the checker says of 20 days: PASS
*/
