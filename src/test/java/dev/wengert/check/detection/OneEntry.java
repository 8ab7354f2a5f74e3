package dev.wengert.check.detection;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.Verdict;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A linear layer with softmax and cross-entropy, 60 parameters, in whose gradient one entry is wrong by a factor.
 *
 * @param verdict what the checker said
 * @param fooled the rules that accepted it
 */
record OneEntry(Verdict verdict, Set<PeerRules> fooled) {

    private static final int SAMPLES = 8;
    private static final int FEATURES = 5;
    private static final int CLASSES = 10;

    /** The identity, which passes one entry times a factor. */
    private record Wrong(int entry, double factor) implements CustomOp, ExactForm {

        private Variable spoiled(Variable v) {
            double[] ones = new double[v.shape().size()];
            Arrays.fill(ones, 1);
            ones[entry] = factor;
            return v.mul(Variable.of(Tensor.of(v.shape(), ones)));
        }

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return spoiled(g);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return spoiled(t);
        }

        @Override
        public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
            return x.get(0);
        }

        @Override
        public double ulps() {
            return 0;
        }
    }

    /** Draws the data, the parameters and the wrong entry from a seed, and checks. */
    static OneEntry of(long seed, double factor, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        Variable data = Variable.of(Tensor.normal(random, SAMPLES, FEATURES));
        Variable labels = Variable.of(Tensor.random(random, SAMPLES).map(v -> Math.floor(CLASSES * v)));
        Tensor w = Tensor.normal(random, FEATURES, CLASSES).map(v -> scale / Math.sqrt(FEATURES) * v);
        Tensor b = Tensor.normal(random, CLASSES).map(v -> scale / Math.sqrt(FEATURES) * v);
        int entry = random.nextInt((FEATURES + 1) * CLASSES);
        int weights = FEATURES * CLASSES;
        Model model = new Model(
                "one entry",
                scale,
                x -> {
                    Variable weight = entry < weights ? new Wrong(entry, factor).apply(x.get(0)) : x.get(0);
                    Variable bias = entry < weights ? x.get(1) : new Wrong(entry - weights, factor).apply(x.get(1));
                    return data.affine(weight, bias).crossEntropyWithLabels(labels);
                },
                List.of(w, b));
        return new OneEntry(Outcome.of(model, 1).verdict(), Trial.accepting(model));
    }
}
