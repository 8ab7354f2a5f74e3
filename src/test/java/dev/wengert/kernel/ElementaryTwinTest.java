package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** An array goes through the same steps as its elements, whatever serves. */
@Tag("provider")
class ElementaryTwinTest {

    /** A loop and the function of one number that it stands for. */
    record Pair(String name, Loop loop, DoubleUnaryOperator function) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A function of an array. */
    interface Loop {
        void apply(double[] x, double[] y, int n);
    }

    static final List<Pair> PAIRS = List.of(
            new Pair("exp", Elementwise::exp, Elementary::exp),
            new Pair("log", Elementwise::log, Elementary::log),
            new Pair("sin", Elementwise::sin, Elementary::sin),
            new Pair("cos", Elementwise::cos, Elementary::cos),
            new Pair("tanh", Elementwise::tanh, Elementary::tanh),
            new Pair("sech2", Elementwise::sech2, Elementary::sech2),
            new Pair("sigmoid", Elementwise::sigmoid, Elementary::sigmoid));

    private static final double[] SPECIAL = {
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        -Double.MAX_VALUE,
        Double.MAX_VALUE,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        -41,
        41,
        -700,
        700,
        -709,
        709,
        710,
        -746,
        0x1p30,
        -0x1.0000001p30,
        0x1p-54,
        1,
        -1,
        Elementary.NO_TURN,
        Math.nextUp(Elementary.NO_TURN),
        -Elementary.NO_TURN,
        Math.nextDown(-Elementary.NO_TURN),
        Elementary.ONE_TURN,
        Math.nextUp(Elementary.ONE_TURN),
        -Elementary.ONE_TURN,
        Math.nextDown(-Elementary.ONE_TURN)
    };

    @ParameterizedTest
    @FieldSource("PAIRS")
    void everyLength(Pair pair) {
        RandomGenerator random = new SplittableRandom(1);
        for (int n = 0; n < 100; n++) {
            double[] x = random.doubles(n, -50, 50).toArray();
            compare(pair, x);
            compare(pair, Arrays.stream(x).map(Math::abs).toArray());
        }
    }

    @ParameterizedTest
    @FieldSource("PAIRS")
    void specialValuesInEveryLane(Pair pair) {
        RandomGenerator random = new SplittableRandom(2);
        for (double special : SPECIAL) {
            for (int lane = 0; lane < 16; lane++) {
                double[] x = random.doubles(43, 0.01, 5).toArray();
                x[lane] = special;
                x[16 + lane] = special;
                compare(pair, x);
            }
        }
    }

    /** All scales, tails, and multiples of what the arguments are reduced by. */
    @ParameterizedTest
    @FieldSource("PAIRS")
    void manyValues(Pair pair) {
        RandomGenerator random = new SplittableRandom(3);
        double[] x = new double[30_000];
        for (int i = 0; i < x.length; i++) {
            double sign = random.nextBoolean() ? 1 : -1;
            x[i] = switch (i / 10_000) {
                case 0 -> sign * Math.scalb(1 + random.nextDouble(), random.nextInt(-60, 10));
                case 1 -> random.nextInt(-800, 800) * (i % 2 == 0 ? Math.log(2) : Math.PI) / 2;
                default -> random.nextDouble(0, 750);
            };
        }
        compare(pair, x);
    }

    @Test
    void exponentialsOfSoftmax() {
        RandomGenerator random = new SplittableRandom(4);
        for (int q = 1; q < 70; q++) {
            for (double scale : new double[] {0.1, 10, 300}) {
                double[] o = random.doubles(q + 1, -scale, scale).toArray();
                if (q % 3 == 0) {
                    o[random.nextInt(q)] = Double.NEGATIVE_INFINITY;
                }
                double m = Arrays.stream(o, 0, q).max().getAsDouble();
                double[] expected = Arrays.stream(o, 0, q)
                        .map(x -> x == Double.NEGATIVE_INFINITY ? 0 : Elementary.expOfDifference(x, m))
                        .toArray();
                double[] w = new double[SoftmaxRows.width(q) + 1];
                SoftmaxRows.weights(o, w, 1, q);
                assertThat(Arrays.copyOf(w, q)).containsExactly(expected);
                assertThat(w[SoftmaxRows.width(q)]).isZero();
            }
        }
    }

    /** Compares bits, but for the many kinds of NaN. */
    private static void compare(Pair pair, double[] x) {
        int n = x.length;
        double[] expected = Arrays.stream(x).map(pair.function()).toArray();
        double[] y = new double[n + 1];
        pair.loop().apply(x, y, n);
        assertThat(y[n]).isZero();
        assertThat(Arrays.copyOf(y, n)).containsExactly(expected);
        double[] inPlace = x.clone();
        pair.loop().apply(inPlace, inPlace, n);
        assertThat(inPlace).containsExactly(expected);
    }
}
