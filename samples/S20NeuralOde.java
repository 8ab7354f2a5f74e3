import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.nn.Linear;
import dev.wengert.optim.Sgd;
import dev.wengert.optim.Step;
import dev.wengert.tensor.Tensor;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * A neural ordinary differential equation (R. T. Q. Chen and others, 2018): a network is the velocity of a point, and is fitted to a spiral
 * through all steps of a solver.
 *
 * <p>The solver is a loop, one operation on the tape. Its gradient keeps the state before each step. A loop of loops keeps the states before
 * the inner loops, and computes the states within them again, one inner loop at a time: for T steps in √T loops it holds about 2·√T states
 * where the plain loop holds T. A loop in Java holds all results of all operations of all steps.
 */
public final class S20NeuralOde {

    private static final Path PICTURE = Path.of("target", "neural-ode.png");
    private static final int OBSERVED = 64;
    private static final int AHEAD = 4;
    private static final double H = 0.05;

    private final Linear hidden;
    private final Linear last;
    private final List<Parameter> parameters = new ArrayList<>();

    private S20NeuralOde(SplittableRandom random) {
        hidden = new Linear("hidden", 2, 16, random);
        last = new Linear("last", 16, 2, random);
        parameters.addAll(hidden.parameters());
        parameters.addAll(last.parameters());
    }

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    private Variable velocity(Variable y) {
        return last.apply(hidden.apply(y).tanh());
    }

    /** A step of the midpoint method. */
    private Variable step(Variable y) {
        return y.add(velocity(y.add(velocity(y).mul(H / 2))).mul(H));
    }

    /** The states at as many times as there are rows, two steps apart: of a batch y [n, 2], [times, n, 2]. */
    private Variable solve(Variable y, Variable rows) {
        return Loops.scan((state, row) -> Loops.iterate(this::step, state, 2), y, rows);
    }

    static void run(PrintStream out) throws IOException {
        // Points of a spiral, and for each the next ones.
        Variable time = Variable.of(Tensor.arange(OBSERVED)).mul(2 * H);
        Variable radius = time.mul(-0.15).exp().mul(2);
        Variable spiral = Variable.stack(
                1, time.mul(2).cos().mul(radius), time.mul(2).sin().mul(radius));
        int n = OBSERVED - AHEAD;
        List<Variable> next = new ArrayList<>();
        for (int k = 1; k <= AHEAD; k++) {
            next.add(spiral.slice(0, k, k + n));
        }
        Variable targets = Variable.stack(0, next.toArray(new Variable[0]));

        S20NeuralOde ode = new S20NeuralOde(new SplittableRandom(1));
        Step training = new Sgd(0.3)
                .replayed(
                        in -> ode.solve(spiral.slice(0, 0, n), targets)
                                .sub(targets)
                                .square()
                                .mean(),
                        ode.parameters);
        for (int step = 0; step <= 4000; step++) {
            double loss = training.run();
            if (step % 1000 == 0) {
                out.println(String.format(Locale.ROOT, "step %4d: mean squared distance %.6f", step, loss));
            }
        }
        Variable path = ode.solve(spiral.slice(0, 0, 1), spiral.slice(0, 1, OBSERVED));
        Variable off = path.reshape(OBSERVED - 1, 2).sub(spiral.slice(0, 1, OBSERVED));
        out.println(String.format(
                Locale.ROOT,
                "from the first point alone, %d steps: at most %.3f off a spiral of radius 2",
                2 * (OBSERVED - 1),
                off.square().sum(1).sqrt().max().item()));
        ode.memory(out);
    }

    /** The numbers that a gradient through many steps holds, in three forms. */
    private void memory(PrintStream out) throws IOException {
        int[] roots = {10, 20, 40, 80};
        double[][] numbers = new double[4][roots.length];
        out.println("\nnumbers that the gradient holds");
        out.println("steps     loop in Java       scan   scan of scans");
        for (int i = 0; i < roots.length; i++) {
            int root = roots[i];
            int steps = root * root;
            numbers[0][i] = steps;
            numbers[1][i] = numbers(y -> {
                Variable state = y;
                for (int k = 0; k < steps; k++) {
                    state = step(state);
                }
                return state;
            });
            numbers[2][i] = numbers(y -> Loops.iterate(this::step, y, steps));
            // and those of one inner loop, which are computed again and again in the same place
            double inner = numbers(y -> Loops.iterate(this::step, y, root));
            numbers[3][i] = inner + numbers(y -> Loops.iterate(s -> Loops.iterate(this::step, s, root), y, root));
            out.println(String.format(
                    Locale.ROOT, "%5d %16.0f %10.0f %15.0f", steps, numbers[1][i], numbers[2][i], numbers[3][i]));
        }
        draw(numbers);
        out.println("picture: target/neural-ode.png");
    }

    /** How many numbers the results of all operations of a gradient have. */
    private double numbers(UnaryOperator<Variable> solver) {
        List<Variable> inputs = new ArrayList<>(List.of(Variable.of(Tensor.of(new double[][] {{2, 0}}))));
        parameters.forEach(p -> inputs.add(p.variable()));
        Variable loss = solver.apply(inputs.get(0)).square().sum();
        Tape tape = Tape.between(inputs, Autodiff.gradients(loss, inputs));
        return tape.steps().stream().mapToDouble(y -> y.shape().size()).sum();
    }

    private static void draw(double[][] numbers) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title("The gradient through a solver: numbers that are held")
                .xAxisTitle("steps")
                .build();
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setChartBackgroundColor(Color.WHITE);
        String[] names = {"", "loop in Java", "scan", "scan of scans"};
        Color[] colors = {null, new Color(0xb2182b), new Color(0x4393c3), new Color(0x2166ac)};
        for (int i = 1; i < names.length; i++) {
            chart.addSeries(names[i], numbers[0], numbers[i])
                    .setMarkerColor(colors[i])
                    .setLineColor(colors[i]);
        }
        Files.createDirectories(PICTURE.getParent());
        ChartEncoder.saveChart(chart, PICTURE.toString(), "png");
    }
}

/* What it prints:

step    0: mean squared distance 0.305368
step 1000: mean squared distance 0.000595
step 2000: mean squared distance 0.000399
step 3000: mean squared distance 0.000306
step 4000: mean squared distance 0.000251
from the first point alone, 126 steps: at most 0.170 off a spiral of radius 2

numbers that the gradient holds
steps     loop in Java       scan   scan of scans
  100            51122       1056             672
  400           204722       3456             832
 1600           819122      13056            1152
 6400          3276722      51456            1792
picture: target/neural-ode.png
*/
