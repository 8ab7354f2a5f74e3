import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.data.Table;
import dev.wengert.optim.Adam;
import dev.wengert.optim.NewtonCg;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The rate and the momentum of gradient descent, learned by a gradient that passes through twenty of its steps.
 *
 * <p>Where twenty steps lead is a function of the numbers that the optimiser is given: {@code update} is a step as a function of variables,
 * and so is the gradient inside it. So the loss at the end has a derivative by rate and momentum (D. Maclaurin and others, 2015), which
 * passes back through all steps. How far the loss is above its minimum is shown for usual numbers, for two that are learned, and for forty, a
 * rate and a momentum for each step (the first are printed). The model is softmax regression on iris, with a small penalty. Numbers that were
 * learned on one problem from one start are the best for it, and say little about others.
 */
public record S33LearnedRates(Variable x, Variable labels) {

    private static final int STEPS = 20;

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    /** Of weights [4, 3]: no bias. */
    private Variable loss(Variable w) {
        return x.matmul(w).crossEntropyWithLabels(labels).add(w.square().sum().mul(0.005));
    }

    /** The loss after all steps, a function of log(rate) and of the logit of the momentum: [2, 1], or [2, STEPS]. */
    private Variable after(Variable numbers) {
        Sgd sgd = new Sgd(1, 0.5);
        Variable all = numbers.broadcastTo(2, STEPS);
        List<Variable> rates = all.select(0, 0).exp().unstack(0);
        List<Variable> momenta = all.select(0, 1).sigmoid().unstack(0);
        Variable w = Variable.of(Tensor.zeros(4, 3));
        Variable buffer = Variable.of(sgd.initial(w.shape()).get(0));
        for (int step = 0; step < STEPS; step++) {
            Variable g = Autodiff.grad(this::loss).apply(w);
            List<Variable> next = sgd.update(w, g, List.of(buffer), List.of(rates.get(step), momenta.get(step)));
            w = next.get(0);
            buffer = next.get(1);
        }
        return loss(w);
    }

    static void run(PrintStream out) throws IOException {
        Table table = Csv.read(Path.of("samples", "data", "iris.csv"), 1);
        Variable raw = Variable.of(table.numbers(0, 4));
        Variable standard = raw.sub(raw.mean(0)).div(raw.std(0));
        S33LearnedRates model = new S33LearnedRates(standard, Variable.of(table.labels(4, 3)));
        double least = new NewtonCg().minimise(model::loss, Tensor.zeros(4, 3)).value();
        UnaryOperator<Variable> above = numbers -> model.after(numbers).sub(least);

        out.println(" rate  momentum  loss at the end, above its minimum");
        Variable numbers =
                Variable.of(Tensor.of(StrictMath.log(0.1), StrictMath.log(9))).reshape(2, 1);
        for (String what : List.of("usual", "learned", "learned for each step")) {
            int count = what.endsWith("step") ? STEPS : 1;
            Parameter learned =
                    new Parameter("numbers", numbers.broadcastTo(2, count).value());
            Step step = new Adam(Rate.cosine(0.05, 300))
                    .replayed(in -> above.apply(learned.variable()).log(), List.of(learned));
            for (int i = 0; i < 300 && !what.equals("usual"); i++) {
                step.run();
            }
            numbers = learned.variable();
            double rate = numbers.exp().value().get(0, 0);
            double momentum = numbers.sigmoid().value().get(1, 0);
            double end = above.apply(numbers).item();
            out.printf(Locale.ROOT, "%5.2f      %4.2f  %.1e: %s%n", rate, momentum, end, what);
        }
    }
}

/* What it prints:

 rate  momentum  loss at the end, above its minimum
 0.10      0.90  2.8e-02: usual
 2.81      0.19  4.8e-04: learned
 1.42      0.19  3.3e-12: learned for each step
*/
