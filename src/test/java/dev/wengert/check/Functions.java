package dev.wengert.check;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** Random functions whose derivatives are known to many digits. */
final class Functions {

    private Functions() {}

    /** A function with the point at which it was recorded, and a direction. */
    record Function(Tape tape, double[] x, double[] direction) {

        static Function of(List<Variable> inputs, Variable y, RandomGenerator random) {
            Tape tape = Tape.between(inputs, List.of(y));
            double[] x = Program.point(tape);
            return new Function(tape, x, direction(x.length, random));
        }

        /** Along an element or, as often, along all of them. */
        private static double[] direction(int n, RandomGenerator random) {
            double[] direction = new double[n];
            if (random.nextBoolean()) {
                direction[random.nextInt(n)] = 1;
            } else {
                Arrays.setAll(direction, i -> random.nextGaussian());
            }
            return direction;
        }

        Program program() {
            return new Program(tape);
        }

        /** The derivative along the direction, as a program of the inputs. */
        Program tangent() {
            List<Variable> v = Program.split(direction, tape.inputs()).stream()
                    .map(Variable::of)
                    .toList();
            return new Program(Tape.between(tape.inputs(), tape.pushforward(v)));
        }

        Program gradient() {
            List<Variable> ones = tape.outputs().stream()
                    .map(y -> Variable.of(Tensor.ones(y.shape())))
                    .toList();
            return new Program(Tape.between(tape.inputs(), tape.pullback(ones)));
        }

        /** A program of the inputs, to many digits. */
        BigReal[] exact(Program program, int digits) {
            BigReal[] at = Arrays.stream(x).mapToObj(BigReal::of).toArray(BigReal[]::new);
            return program.evaluate(at, new BigArithmetic(digits));
        }

        @Override
        public String toString() {
            return tape + "\nat " + Arrays.toString(x) + " along " + Arrays.toString(direction);
        }
    }

    private static Variable normal(double scale, RandomGenerator random, int... extents) {
        return Variable.of(Tensor.normal(random, extents).map(v -> scale * v));
    }

    /** Softmax regression: the loss in its data, weights and biases. */
    static Function softmaxRegression(double scale, RandomGenerator random) {
        int n = 1 + random.nextInt(3);
        int d = 1 + random.nextInt(3);
        int q = 2 + random.nextInt(3);
        Variable x = normal(1, random, n, d);
        Variable w = normal(scale, random, d, q);
        Variable b = normal(scale, random, q);
        Variable logits = x.affine(w, b);
        Variable loss = random.nextBoolean()
                ? logits.crossEntropyWithLabels(
                        Variable.of(Tensor.random(random, n).map(v -> Math.floor(q * v))))
                : logits.crossEntropy(normal(1, random, n, q).softmax().detach());
        return Function.of(List.of(x, w, b), loss, random);
    }

    /** A tensor of results: poles, kinks, steps and oscillations as near as chance has it. */
    static Function composition(double scale, RandomGenerator random) {
        Variable x = normal(scale, random, 3);
        Variable w = normal(scale, random, 3);
        List<UnaryOperator<Variable>> functions = List.of(
                Variable::sin,
                Variable::tanh,
                Variable::exp,
                Variable::relu,
                Variable::abs,
                Variable::gelu,
                Variable::softplus,
                Variable::softmax,
                Variable::reciprocal,
                v -> v.square().add(0.01).log(),
                v -> v.pow(3),
                v -> v.maximum(w),
                v -> v.mul(w),
                v -> v.sub(w).clamp(-1, 1),
                v -> v.mul(10).sin().add(v),
                v -> v.square().sum().sqrt().mul(v),
                v -> v.square().add(1).reciprocal());
        Variable y = x;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Variable next = functions.get(random.nextInt(functions.size())).apply(y);
            y = Arrays.stream(next.value().toArray()).allMatch(v -> Math.abs(v) < 1e100) ? next : y;
        }
        return Function.of(List.of(x, w), y.add(x.mul(0)), random);
    }
}
