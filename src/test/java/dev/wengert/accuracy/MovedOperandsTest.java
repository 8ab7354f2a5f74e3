package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Elu;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.PairOp;
import dev.wengert.autodiff.op.Pairwise;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Power;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.VariablePower;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operands that move by any amount, over kinks, jumps and turning points, move the result by no more than its bound. */
class MovedOperandsTest {

    private static final Shape ONE = Shape.of(1);

    static Stream<Primitive> operations() {
        PiecewiseLinear steep = new PiecewiseLinear(PiecewiseLinear.Kind.LEAKY_RELU, -5, 0);
        PiecewiseLinear clamp = new PiecewiseLinear(PiecewiseLinear.Kind.CLAMP, -0.5, 0.25);
        List<Primitive> all = new ArrayList<>(List.of(
                steep,
                clamp,
                PiecewiseLinear.ABS,
                PiecewiseLinear.RELU,
                new Slope(steep),
                new Slope(clamp),
                new Slope(PiecewiseLinear.ABS),
                new Slope(PiecewiseLinear.RELU),
                new Elu(2, 0),
                new Elu(2, 1),
                new Elu(2, 2),
                new Elu(0.5, 1),
                new Power(3),
                new Power(0.5),
                new Power(-1),
                new Power(1 / 3.0 - 1, 1e-17),
                NumberOp.rdiv(3),
                NumberOp.mul(3),
                new VariablePower(0, 0),
                new VariablePower(1, 0),
                new VariablePower(0, 1),
                new VariablePower(1, 1),
                Flat.SIGN,
                Flat.FLOOR,
                Flat.CEIL,
                Flat.ROUND,
                Flat.TRUNC,
                Gate.GATE));
        all.addAll(Arrays.asList(UnaryOp.values()));
        all.addAll(Arrays.asList(BinaryOp.values()));
        all.addAll(Arrays.asList(PairOp.values()));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void theBoundHolds(Primitive op) {
        SplittableRandom random = new SplittableRandom(5);
        int operands = op instanceof Pairwise ? 2 : 1;
        boolean beyondOne = op == UnaryOp.ACOSH || op == UnaryOp.ACOSH_SLOPE;
        int finite = 0;
        for (int trial = 0; trial < 3000; trial++) {
            double[][] x = new double[operands][1];
            double[][] dx = new double[operands][1];
            for (int i = 0; i < operands; i++) {
                x[i][0] = random.nextInt(8) == 0 ? 0 : random.nextGaussian() * Math.scalb(1.0, random.nextInt(24) - 18);
                x[i][0] = beyondOne ? 1 + Math.abs(x[i][0]) : x[i][0];
                dx[i][0] = random.nextInt(6) == 0 ? 0 : Math.scalb(random.nextDouble(), random.nextInt(40) - 38);
            }
            Shape[] s = new Shape[operands];
            Arrays.fill(s, ONE);
            double[] y = Kernel.of(op).eval(ONE, x, s);
            double bound = Bounds.of(op, y, ONE, x, dx, s)[0];
            finite += Double.isFinite(bound) ? 1 : 0;
            for (int k = 0; k < 20; k++) {
                double[][] moved = new double[operands][1];
                for (int i = 0; i < operands; i++) {
                    double to = x[i][0] + (k < 3 ? k - 1 : random.nextDouble(-1, 1)) * dx[i][0];
                    moved[i][0] = Math.abs(to - x[i][0]) <= dx[i][0] ? to : Math.nextAfter(to, x[i][0]);
                }
                double z = Kernel.of(op).eval(ONE, moved, s)[0];
                if (Double.isFinite(y[0]) && Double.isFinite(z)) {
                    double slack = 4 * (Math.ulp(y[0]) + Math.ulp(z)); // of the kernel at the other point
                    assertThat(Math.abs(z - y[0]))
                            .as("%s at %s ± %s", op, Arrays.deepToString(x), Arrays.deepToString(dx))
                            .isLessThanOrEqualTo(bound + slack);
                }
            }
        }
        assertThat(finite).isGreaterThan(300);
    }
}
