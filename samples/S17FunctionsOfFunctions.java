import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Implicit;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Functions of functions: a model made of layers as a function of all its parameters.
 *
 * <p>The loss of a network is computed from parameters. {@link ParameterFunction} makes it a function of one flat vector, so that it has a
 * Hessian, and so that it can be evaluated after a step that is itself differentiable. That is what meta-learning needs: MAML (C. Finn and
 * others, 2017) looks for weights from which one step of gradient descent on a few examples of a task gives a small loss on others. Its
 * gradient passes through the step.
 */
public final class S17FunctionsOfFunctions {

    private static final double RATE = 0.1;

    private S17FunctionsOfFunctions() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        SplittableRandom random = new SplittableRandom(1);
        Linear hidden = new Linear("hidden", 1, 8, random);
        Linear last = new Linear("last", 8, 1, random);
        List<Parameter> parameters = new ArrayList<>(hidden.parameters());
        parameters.addAll(last.parameters());
        UnaryOperator<Variable> model = x -> last.apply(hidden.apply(x).tanh());

        // Two tasks: a sine and a cosine, each with examples to adapt to and examples to be judged by.
        List<ParameterFunction> adapt = new ArrayList<>();
        List<ParameterFunction> judge = new ArrayList<>();
        for (double phase : new double[] {0, Math.PI / 2}) {
            adapt.add(ParameterFunction.of(() -> loss(model, random, phase, 5), parameters));
            judge.add(ParameterFunction.of(() -> loss(model, random, phase, 20), parameters));
        }
        ParameterFunction loss = adapt.get(0);
        Tensor point = loss.point();

        Tensor h = hessian(loss).apply(point);
        Variable difference = Variable.of(h).sub(Variable.of(h).transpose());
        out.println("The Hessian of " + loss.size() + " parameters has shape " + h.shape()
                + String.format(
                        Locale.ROOT,
                        "; it is symmetric to %.0e",
                        difference.abs().max().item()));

        // The loss of a task after one step, summed over the tasks, as a function of where the step begins.
        UnaryOperator<Variable> afterAStep = theta -> {
            Variable sum = Variable.of(0);
            for (int task = 0; task < adapt.size(); task++) {
                Variable g = grad(adapt.get(task)).apply(theta);
                sum = sum.add(judge.get(task).apply(theta.sub(g.mul(RATE))));
            }
            return sum;
        };
        Tensor theta = point;
        for (int step = 0; step <= 1000; step++) {
            if (step % 250 == 0) {
                double after = afterAStep.apply(Variable.of(theta)).item();
                out.println(String.format(Locale.ROOT, "MAML, step %4d: the loss after adapting is %.4f", step, after));
            }
            Variable g = Variable.of(grad(afterAStep).apply(theta));
            theta = Variable.of(theta).sub(g.mul(RATE)).value();
        }
        Parameter.setAll(loss.split(theta)); // the layers have the new weights

        // A root is a function, too: z with z·eᶻ = t, and its derivative z/(t(1 + z)).
        UnaryOperator<Variable> lambert = t -> Implicit.root(z -> z.mul(z.exp()).sub(t), Variable.of(1));
        double z = lambert.apply(Variable.of(2)).item();
        out.println(String.format(
                Locale.ROOT,
                "W(2) = %.12f, W'(2) = %.12f",
                z,
                grad(lambert).apply(Tensor.scalar(2)).item()));
        out.println(String.format(Locale.ROOT, "              z/(2(1 + z)) = %.12f", z / (2 * (1 + z))));
    }

    private static Variable loss(UnaryOperator<Variable> model, SplittableRandom random, double phase, int n) {
        Tensor x = Tensor.random(random, n, 1).map(v -> 6 * v - 3);
        Variable y = Variable.of(x).add(phase).sin();
        return model.apply(Variable.of(x)).sub(y).square().mean();
    }
}

/* What it prints:

The Hessian of 25 parameters has shape [25, 25]; it is symmetric to 4e-16
MAML, step    0: the loss after adapting is 0.5854
MAML, step  250: the loss after adapting is 0.2274
MAML, step  500: the loss after adapting is 0.1886
MAML, step  750: the loss after adapting is 0.1742
MAML, step 1000: the loss after adapting is 0.1668
W(2) = 0.852605502014, W'(2) = 0.230109837493
              z/(2(1 + z)) = 0.230109837493
*/
