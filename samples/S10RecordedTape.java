import static dev.wengert.autodiff.Autodiff.gradients;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A program that is recorded while it runs; then it is printed, compiled, and replayed on other numbers.
 *
 * <p>A tape is the list of the operations that lead from some variables to others, a line for each, in order. Its
 * gradient consists of operations, too, so it stands on the same tape. A recorded program can be run again without
 * the Java code that made it, in the same memory.
 */
public final class S10RecordedTape {

    private S10RecordedTape() {}

    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        // A small program: the sum of the squares of two numbers. A shape ends each line, [] for a single number.
        Tape squares = Tape.record(x -> x.mul(x).sum(), Tensor.of(3, 4));
        out.print(squares);

        // As pictures: for Graphviz (dot -Tsvg), and for Mermaid, which GitHub draws.
        out.print("\n" + squares.toDot());
        out.print("\n" + squares.toMermaid());

        // A step of training: the loss of a sample, and its gradient by the weights. The sample and its label are
        // inputs, and so are parameters, whose values are read at each run. On the tape, residual is p - y, and
        // matmulTN multiplies by x^T.
        Parameter w = new Parameter("w", Tensor.zeros(2, 2));
        Function<List<Variable>, List<Variable>> step = in -> {
            Variable logits = in.get(0).matmul(w.variable());
            Variable loss = logits.crossEntropyWithLabels(in.get(1), Reduction.SUM);
            return List.of(loss, gradients(loss, List.of(w.variable())).get(0));
        };
        Tape tape = Tape.record(step, List.of(Tensor.zeros(1, 2), Tensor.zeros(1)));
        out.print("\n" + tape);

        // All weights are 0, so both probabilities are 1/2, and the loss is log 2. The gradient is x^T(p - y).
        Plan plan = tape.compile();
        out.println("\nx = (1, 2), class 0");
        print(out, plan.run(Tensor.of(new double[][] {{1, 2}}), Tensor.of(0)));

        // Another sample, without running a line of the function above; and arrays in and out: nothing is allocated.
        double[] loss = new double[1];
        double[] gradient = new double[4];
        plan.set(0, new double[] {3, 1});
        plan.set(1, new double[] {1});
        plan.run();
        plan.get(0, loss);
        plan.get(1, gradient);
        out.println("\nx = (3, 1), class 1");
        print(out, List.of(Tensor.of(loss), Tensor.of(gradient)));

        // Another value of the parameter: with x = (1, 2) the logits become (log 3, 0), and the probabilities 3/4
        // and 1/4.
        w.set(Tensor.of(new double[][] {{StrictMath.log(3), 0}, {0, 0}}));
        out.println("\nx = (1, 2), class 0, other weights");
        print(out, plan.run(Tensor.of(new double[][] {{1, 2}}), Tensor.of(0)));

        // The library refuses programs that cannot be replayed. A decision by a value would be made once and for ever:
        out.println("\nrefused");
        refuse(out, () -> Tape.record(x -> x.value().get(0) > 0 ? x : x.neg(), Tensor.of(3, 4)));
        // A number that comes from elsewhere, here the label of a batch, would stay the first one. Recording twice
        // shows it.
        Iterator<Tensor> labels = List.of(Tensor.scalar(0), Tensor.scalar(1)).iterator();
        refuse(
                out,
                () -> Tape.record(
                        x -> x.crossEntropyWithLabels(Variable.of(labels.next())), Tensor.of(3, 4), Tensor.of(5, 6)));
        // Shapes are those of the recording.
        refuse(out, () -> squares.compile().run(Tensor.of(3, 4, 5)));
        // A replay makes the same checks of values as the operations do.
        refuse(out, () -> plan.run(Tensor.zeros(1, 2), Tensor.of(2)));
    }

    private static void print(PrintStream out, List<Tensor> lossAndGradient) {
        out.printf(Locale.ROOT, "%.8f%n%s%n", lossAndGradient.get(0).item(), lossAndGradient.get(1));
    }

    private static void refuse(PrintStream out, Runnable what) {
        try {
            what.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            out.println("- " + e.getMessage());
        }
    }
}

/* What it prints:

%0 = input [2]
%1 = mul(%0, %0)  [2]
%2 = sum(%1)  []
return %2

digraph tape {
  n0 [label="input [2]", shape=box];
  n1 [label="mul [2]", shape=ellipse];
  n0 -> n1;
  n0 -> n1;
  n2 [label="sum []", shape=ellipse];
  n1 -> n2;
  n3 [label="output 0", shape=doublecircle];
  n2 -> n3;
}

flowchart TD
  n0["input [2]"]
  n1(["mul [2]"])
  n0 --> n1
  n0 --> n1
  n2(["sum []"])
  n1 --> n2
  n3(("output 0"))
  n2 --> n3

%0 = input [1, 2]
%1 = input [1]
%2 = w [2, 2]
%10 = 1.0
%3 = matmul(%0, %2)  [1, 2]
%4 = oneHot[2](%1)  [1, 2]
%5 = crossEntropy(%3, %4)  [1, 1]
%6 = sum(%5)  []
%7 = residual(%3, %4)  [1, 2]
%8 = mul(%10, %7)  [1, 2]
%9 = matmulTN(%0, %8)  [2, 2]
return %6, %9

x = (1, 2), class 0
0.69314718
[[-0.5  0.5]
 [-1.   1. ]]

x = (3, 1), class 1
0.69314718
[ 1.5 -1.5  0.5 -0.5]

x = (1, 2), class 0, other weights
0.28768207
[[-0.25  0.25]
 [-0.5   0.5 ]]

refused
- value: a variable that is being recorded has no value yet, and a plan would freeze what is read here; use operations such as where, gt and maximum, or differentiate eagerly
- record: constant %4 differs between two recordings, 1.0 and 0.0 at position 0 of [2]; a plan would freeze it; pass what changes as an input
- run: shapes must be the recorded ones, got recorded [2] and input 0 [3]; record again for another shape
- crossEntropyWithLabels: every class must be a whole number in 0..1, got 2.0 at position 0
*/
