package dev.wengert.check.detection;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The acceptance rules of other gradient checkers, with their steps and tolerances, on our derivatives. Each also does what its library
 * offers for the second order.
 */
enum PeerRules {
    /** {@code gradcheck} and {@code gradgradcheck}: every entry, eps 1e-6, atol 1e-5, rtol 1e-3. */
    PYTORCH_SLOW("PyTorch slow") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            VectorFunction first = vectorFunction(f);
            return slow(first, x) && slow(gradient(first, x.size()), with(x, normal(first.apply(x), random)));
        }

        private boolean slow(VectorFunction f, List<Variable> x) {
            List<Variable> y = f.apply(x);
            Tape tape = Tape.between(x, y);
            double[][] numerical = new double[size(x)][];
            Arrays.setAll(numerical, k -> central(f, x, unit(size(x), k), 1e-6));
            for (int c = 0; c < size(y); c++) {
                double[] analytical = Graphs.values(tape.pullback(Graphs.split(unit(size(y), c), y)));
                for (int k = 0; k < analytical.length; k++) {
                    if (!close(analytical[k], numerical[k][c], 1e-5, 1e-3)) {
                        return false;
                    }
                }
            }
            return zeroForZero(tape);
        }
    },
    /** {@code fast_mode=True}: one random projection for each input and output. */
    PYTORCH_FAST("PyTorch fast") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            VectorFunction first = vectorFunction(f);
            return fast(first, x, random)
                    && fast(gradient(first, x.size()), with(x, normal(first.apply(x), random)), random);
        }

        private boolean fast(VectorFunction f, List<Variable> x, RandomGenerator random) {
            List<Variable> y = f.apply(x);
            Tape tape = Tape.between(x, y);
            List<Variable> u = x.stream().map(v -> uniformUnit(v, random)).toList();
            for (int j = 0; j < y.size(); j++) {
                List<Variable> v = zeros(y);
                v.set(j, uniformUnit(y.get(j), random));
                List<Variable> rows = tape.pullback(v);
                for (int i = 0; i < x.size(); i++) {
                    List<Variable> direction = zeros(x);
                    direction.set(i, u.get(i));
                    double[] column = central(f, x, Graphs.values(direction), 1e-6);
                    double analytical = dot(Graphs.values(List.of(rows.get(i))), Graphs.values(List.of(u.get(i))));
                    double numerical = dot(column, Graphs.values(v));
                    double atol = 1e-5 * sum(u.get(i)) * sum(v.get(j));
                    if (!close(analytical, numerical, atol, 1e-3)) {
                        return false;
                    }
                }
            }
            return zeroForZero(tape);
        }
    },
    /** {@code check_grads(order=2)}: random directions, eps 1e-4, tolerances 1e-5 times the size of the array. */
    JAX("JAX") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            return accepts(vectorFunction(f), x, 2, random);
        }

        private boolean accepts(VectorFunction f, List<Variable> x, int order, RandomGenerator random) {
            List<Variable> y = f.apply(x);
            double[] t = Graphs.values(normal(x, random));
            double[] u = Graphs.values(normal(y, random));
            double[] numerical = central(f, x, t, 1e-4);
            List<Variable> tangents = jvp(f).apply(with(x, Graphs.split(t, x)));
            if (!closeArrays(tangents, numerical)) {
                return false;
            }
            double inner = dot(t, Graphs.values(Tape.between(x, y).pullback(Graphs.split(u, y))));
            if (!closeOrEqual(inner, dot(numerical, u), 1e-5)) {
                return false;
            }
            VectorFunction pair = p -> {
                List<Variable> both = new ArrayList<>(f.apply(p.subList(0, x.size())));
                both.addAll(jvp(f).apply(p));
                return both;
            };
            VectorFunction pulled = p -> {
                List<Variable> z = f.apply(p);
                return Tape.between(p, z).pullback(z);
            };
            return order == 1
                    || accepts(pair, with(x, copies(x)), order - 1, random) && accepts(pulled, x, order - 1, random);
        }

        private boolean closeArrays(List<Variable> actual, double[] desired) {
            int at = 0;
            for (Variable v : actual) {
                for (double a : v.value().toArray()) {
                    if (!closeOrEqual(a, desired[at++], 1e-5 * v.shape().size())) {
                        return false;
                    }
                }
            }
            return true;
        }

        private boolean closeOrEqual(double actual, double desired, double tolerance) {
            return Double.compare(actual, desired) == 0 || close(actual, desired, tolerance, tolerance);
        }
    },
    /** {@code check_grads} of autograd, to its order 2: random directions, eps 1e-6, 1e-6 absolute or relative. */
    HIPS("HIPS autograd") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            return accepts(vectorFunction(f), x, 2, random);
        }

        private boolean accepts(VectorFunction f, List<Variable> x, int order, RandomGenerator random) {
            List<Variable> y = f.apply(x);
            double[] t = Graphs.values(normal(x, random));
            double[] u = Graphs.values(normal(y, random));
            double[] v = Graphs.values(normal(y, random));
            double[] numerical = central(f, x, t, 0.5e-6);
            double[] tangent = Graphs.values(jvp(f).apply(with(x, Graphs.split(t, x))));
            double[] cotangent = Graphs.values(Tape.between(x, y).pullback(Graphs.split(u, y)));
            return near(dot(tangent, v), dot(numerical, v))
                    && near(dot(cotangent, t), dot(numerical, u))
                    && (order == 1
                            || accepts(jvp(f), with(x, normal(x, random)), order - 1, random)
                                    && accepts(gradient(f, x.size()), with(x, normal(y, random)), order - 1, random));
        }

        private boolean near(double a, double b) {
            return Math.abs(a - b) < 1e-6 || Math.abs(a - b) / Math.abs(a + b) < 1e-6;
        }
    },
    /** {@code expect_ad}: every entry of gradient, Hessian and its gradient, 1e-4, 1e-4 (at least 1e-3) and 1e-2. */
    STAN("Stan") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            double[] at = Graphs.values(x);
            VectorFunction p = vectorFunction(f);
            if (!Arrays.stream(at).allMatch(Double::isFinite) || !Double.isFinite(Graphs.values(p.apply(x))[0])) {
                return true;
            }
            VectorFunction g = gradient(p, x.size());
            Function<List<Variable>, double[]> gradient = v -> Graphs.values(g.apply(with(v, ones(p.apply(v)))));
            double[] forward = forwardGradient(p, x);
            double[] reverse = gradient.apply(x);
            for (int k = 0; k < at.length; k++) {
                double h = Math.pow(Math.ulp(1.0), 1.0 / 7) * Math.max(1, Math.abs(at[k]));
                double numerical = sixth(p, x, k, h);
                if (!near(numerical, reverse[k], 1e-4, 1e-8) || !near(numerical, forward[k], 1e-4, 1e-8)) {
                    return false;
                }
            }
            return hessian(x, at, gradient, g, p) && third(x, at, g, p);
        }

        private double[] forwardGradient(VectorFunction p, List<Variable> x) {
            double[] result = new double[size(x)];
            Arrays.setAll(result, k -> Graphs.values(jvp(p).apply(with(x, Graphs.split(unit(size(x), k), x))))[0]);
            return result;
        }

        /** Six values on a line, de Levie's weights. */
        private double sixth(VectorFunction p, List<Variable> x, int k, double h) {
            int[] steps = {3, 2, 1, -3, -2, -1};
            int[] weights = {1, -9, 45, -1, 9, -45};
            double sum = 0;
            for (int j = 0; j < steps.length; j++) {
                sum += weights[j] * Graphs.values(p.apply(moved(x, unit(size(x), k), h * steps[j])))[0];
            }
            return sum / (60 * h);
        }

        private boolean hessian(
                List<Variable> x,
                double[] at,
                Function<List<Variable>, double[]> gradient,
                VectorFunction g,
                VectorFunction p) {
            int n = at.length;
            double[][] slope = new double[n][];
            double[][] exact = matrix(g, p, x);
            Arrays.setAll(slope, k -> {
                double h = Math.pow(Math.ulp(1.0), 1.0 / 7) * Math.max(1, Math.abs(at[k]));
                double[] plus = gradient.apply(moved(x, unit(n, k), h));
                double[] minus = gradient.apply(moved(x, unit(n, k), -h));
                double[] column = new double[n];
                Arrays.setAll(column, c -> (plus[c] - minus[c]) / (2 * h));
                return column;
            });
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (!near((slope[i][j] + slope[j][i]) / 2, exact[i][j], 1e-4, 1e-3)) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** The Hessian, column by column. */
        private double[][] matrix(VectorFunction g, VectorFunction p, List<Variable> x) {
            Tape tape = Tape.between(x, g.apply(with(x, ones(p.apply(x)))));
            double[][] matrix = new double[size(x)][];
            Arrays.setAll(matrix, k -> Graphs.values(tape.pushforward(Graphs.split(unit(size(x), k), x))));
            return matrix;
        }

        private boolean third(List<Variable> x, double[] at, VectorFunction g, VectorFunction p) {
            int n = at.length;
            for (int k = 0; k < n; k++) {
                double h = Math.pow(Math.ulp(1.0), 1.0 / 7) * Math.max(1, Math.abs(at[k]));
                double[] e = unit(n, k);
                double[][] far = matrix(g, p, moved(x, e, 2 * h));
                double[][] near = matrix(g, p, moved(x, e, h));
                double[][] back = matrix(g, p, moved(x, e, -h));
                double[][] farBack = matrix(g, p, moved(x, e, -2 * h));
                Tape gradient = Tape.between(x, g.apply(with(x, ones(p.apply(x)))));
                Tape column = Tape.between(x, gradient.pushforward(Graphs.split(e, x)));
                for (int i = 0; i < n; i++) {
                    double[] exact = Graphs.values(column.pushforward(Graphs.split(unit(n, i), x)));
                    for (int j = 0; j < n; j++) {
                        double slope = (8 * (near[i][j] - back[i][j]) - far[i][j] + farBack[i][j]) / (12 * h);
                        if (!near(slope, exact[j], 1e-2, 1e-4)) {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        private boolean near(double a, double b, double relative, double absolute) {
            return Double.compare(a, b) == 0
                    || Math.abs(a - b) <= Math.max(relative * 0.5 * (Math.abs(a) + Math.abs(b)), absolute);
        }
    },
    /** {@code GradCheckUtil.checkGradients}: every entry, eps 1e-5, relative 1e-5 unless the difference is below 1e-6. */
    SAMEDIFF("SameDiff") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            VectorFunction p = vectorFunction(f);
            List<Variable> y = p.apply(x);
            double[] analytic = Graphs.values(Tape.between(x, y).pullback(ones(y)));
            for (int k = 0; k < analytic.length; k++) {
                double numerical = central(p, x, unit(analytic.length, k), 1e-5)[0];
                if (!Double.isFinite(numerical) || !Double.isFinite(analytic[k])) {
                    return false;
                }
                double difference = Math.abs(analytic[k] - numerical);
                double relative = difference == 0 ? 0 : difference / (Math.abs(analytic[k]) + Math.abs(numerical));
                if (relative > 1e-5 && !(difference < 1e-6)) {
                    return false;
                }
            }
            return true;
        }
    },
    /** {@code taylor_test} of pyadjoint: rates of the remainders over four halved steps, above 1.9 and, with the Hessian, above 2.9. */
    TAYLOR("Taylor rate") {
        @Override
        boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random) {
            VectorFunction p = vectorFunction(f);
            double[] h = Graphs.values(x.stream().map(v -> uniform(v, random)).toList());
            List<Variable> y = p.apply(x);
            double here = Graphs.values(y)[0];
            List<Variable> g = Tape.between(x, y).pullback(ones(y));
            double slope = dot(Graphs.values(g), h);
            double curvature = dot(Graphs.values(Tape.between(x, g).pushforward(Graphs.split(h, x))), h);
            double before = Double.NaN;
            double before2 = Double.NaN;
            for (int k = 0; k < 4; k++) {
                double eps = 0.01 / (1 << k);
                double change = Graphs.values(p.apply(moved(x, h, eps)))[0] - here;
                double first = Math.abs(change - eps * slope);
                double second = Math.abs(change - eps * slope - 0.5 * eps * eps * curvature);
                if (k > 0 && !(rate(before, first) > 1.9 && rate(before2, second) > 2.9)) {
                    return false;
                }
                before = first;
                before2 = second;
            }
            return true;
        }

        private double rate(double before, double now) {
            return Math.log(before / now) / Math.log(2);
        }
    };

    /** A function of several variables with several results. */
    private interface VectorFunction extends Function<List<Variable>, List<Variable>> {}

    private final String title;

    PeerRules(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Whether the rule takes the derivatives of a function at a point to be right. */
    abstract boolean accepts(Function<List<Variable>, Variable> f, List<Variable> x, RandomGenerator random);

    private static VectorFunction vectorFunction(Function<List<Variable>, Variable> f) {
        return x -> List.of(f.apply(x));
    }

    /** {@code (x, t) ↦ Jt}. */
    private static VectorFunction jvp(VectorFunction f) {
        return p -> {
            List<Variable> x = p.subList(0, p.size() / 2);
            return Tape.between(x, f.apply(x)).pushforward(p.subList(p.size() / 2, p.size()));
        };
    }

    /** {@code (x, u) ↦ Jᵀu}, where x are so many variables. */
    private static VectorFunction gradient(VectorFunction f, int inputs) {
        return p -> {
            List<Variable> x = p.subList(0, inputs);
            return Tape.between(x, f.apply(x)).pullback(p.subList(inputs, p.size()));
        };
    }

    private static List<Variable> with(List<Variable> a, List<Variable> b) {
        List<Variable> both = new ArrayList<>(a);
        both.addAll(b);
        return both;
    }

    private static List<Variable> copies(List<Variable> x) {
        return x.stream().map(v -> Variable.of(v.value())).toList();
    }

    private static List<Variable> zeros(List<Variable> like) {
        return new ArrayList<>(
                like.stream().map(v -> Variable.of(Tensor.zeros(v.shape()))).toList());
    }

    private static List<Variable> ones(List<Variable> like) {
        return like.stream().map(v -> Variable.of(Tensor.ones(v.shape()))).toList();
    }

    private static List<Variable> normal(List<Variable> like, RandomGenerator random) {
        return like.stream()
                .map(v -> Variable.of(Tensor.normal(random, v.shape().toArray())))
                .toList();
    }

    private static Variable uniform(Variable like, RandomGenerator random) {
        return Variable.of(Tensor.random(random, like.shape().toArray()));
    }

    private static Variable uniformUnit(Variable like, RandomGenerator random) {
        Tensor u = uniform(like, random).value();
        double norm = Math.sqrt(dot(u.toArray(), u.toArray()));
        return Variable.of(u.map(v -> v / norm));
    }

    private static int size(List<Variable> x) {
        return x.stream().mapToInt(v -> v.shape().size()).sum();
    }

    private static double[] unit(int n, int k) {
        double[] unit = new double[n];
        unit[k] = 1;
        return unit;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(k -> a[k] * b[k]).sum();
    }

    private static double sum(Variable v) {
        return Arrays.stream(v.value().toArray()).sum();
    }

    private static List<Variable> moved(List<Variable> x, double[] direction, double h) {
        double[] moved = Graphs.values(x);
        Arrays.setAll(moved, k -> moved[k] + h * direction[k]);
        return Graphs.split(moved, x);
    }

    /** Central differences with the step h along a direction. */
    private static double[] central(VectorFunction f, List<Variable> x, double[] direction, double h) {
        double[] plus = Graphs.values(f.apply(moved(x, direction, h)));
        double[] minus = Graphs.values(f.apply(moved(x, direction, -h)));
        double[] slope = new double[plus.length];
        Arrays.setAll(slope, c -> (plus[c] - minus[c]) / (2 * h));
        return slope;
    }

    /** {@code |a − b| ≤ atol + rtol·|b|}. */
    private static boolean close(double a, double b, double atol, double rtol) {
        return a == b || Math.abs(a - b) <= atol + rtol * Math.abs(b);
    }

    /** PyTorch wants the gradient for a cotangent of zeros to be zeros. */
    private static boolean zeroForZero(Tape tape) {
        return Arrays.stream(Graphs.values(tape.pullback(zeros(tape.outputs()))))
                .allMatch(v -> v == 0);
    }
}
