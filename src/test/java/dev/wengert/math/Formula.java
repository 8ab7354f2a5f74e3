package dev.wengert.math;

import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.SimplifyingArbitrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.hipparchus.special.Erf;
import org.hipparchus.util.FastMath;

/**
 * A formula in x and y, which this library and Hipparchus both can compute: the one by its operations, the other by Taylor coefficients
 * up to some order.
 */
sealed interface Formula {

    Variable of(Variable x, Variable y);

    DerivativeStructure of(DerivativeStructure x, DerivativeStructure y);

    /** The formulas that this one is made of. */
    List<Formula> parts();

    /** The same of other parts. */
    Formula with(List<Formula> parts);

    default int size() {
        return 1 + parts().stream().mapToInt(Formula::size).sum();
    }

    /** A point of the plane that a formula is to be differentiated at. */
    record At(Formula formula, double x, double y) {
        @Override
        public String toString() {
            return formula + " at x = " + x + ", y = " + y;
        }
    }

    /** x or y. */
    enum Leaf implements Formula {
        X,
        Y;

        @Override
        public Variable of(Variable x, Variable y) {
            return this == X ? x : y;
        }

        @Override
        public DerivativeStructure of(DerivativeStructure x, DerivativeStructure y) {
            return this == X ? x : y;
        }

        @Override
        public List<Formula> parts() {
            return List.of();
        }

        @Override
        public Formula with(List<Formula> parts) {
            return this;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A function of one formula. */
    record Apply(Unary function, Formula part) implements Formula {
        @Override
        public Variable of(Variable x, Variable y) {
            return function.ours.apply(part.of(x, y));
        }

        /** Null where a part is outside the domain of its function. */
        @Override
        public DerivativeStructure of(DerivativeStructure x, DerivativeStructure y) {
            DerivativeStructure z = part.of(x, y);
            return z == null || !isTame(z) || !function.domain.test(z.getValue()) ? null : function.theirs.apply(z);
        }

        @Override
        public List<Formula> parts() {
            return List.of(part);
        }

        @Override
        public Formula with(List<Formula> parts) {
            return new Apply(function, parts.get(0));
        }

        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT) + "(" + part + ")";
        }
    }

    /** A function of two formulas. */
    record Combine(Binary function, Formula left, Formula right) implements Formula {
        @Override
        public Variable of(Variable x, Variable y) {
            Variable a = left.of(x, y);
            Variable b = right.of(x, y);
            return switch (function) {
                case ADD -> a.add(b);
                case SUB -> a.sub(b);
                case MUL -> a.mul(b);
                case DIV -> a.div(b);
                case POW -> a.pow(b);
                case MAXIMUM -> a.maximum(b);
                case MINIMUM -> a.minimum(b);
                case WHERE -> Variable.where(a.gt(b), a, b.sin());
            };
        }

        @Override
        public DerivativeStructure of(DerivativeStructure x, DerivativeStructure y) {
            DerivativeStructure a = left.of(x, y);
            DerivativeStructure b = right.of(x, y);
            if (a == null || b == null || !isTame(a) || !isTame(b)) {
                return null;
            }
            double u = a.getValue();
            double v = b.getValue();
            boolean apart = Math.abs(u - v) > 1e-3;
            return switch (function) {
                case ADD -> a.add(b);
                case SUB -> a.subtract(b);
                case MUL -> a.multiply(b);
                case DIV -> Math.abs(v) < 0.3 ? null : a.divide(b);
                case POW -> u < 0.3 || Math.abs(v) > 3 ? null : a.pow(b);
                case MAXIMUM -> !apart ? null : u > v ? a : b;
                case MINIMUM -> !apart ? null : u < v ? a : b;
                case WHERE -> !apart ? null : u > v ? a : b.sin();
            };
        }

        @Override
        public List<Formula> parts() {
            return List.of(left, right);
        }

        @Override
        public Formula with(List<Formula> parts) {
            return new Combine(function, parts.get(0), parts.get(1));
        }

        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT) + "(" + left + ", " + right + ")";
        }
    }

    /** Of a size at which rounding stays far below what a wrong rule does. */
    private static boolean isTame(DerivativeStructure z) {
        for (double derivative : z.getAllDerivatives()) {
            if (!(Math.abs(derivative) < 1e4)) {
                return false;
            }
        }
        return true;
    }

    enum Binary {
        ADD,
        SUB,
        MUL,
        DIV,
        POW,
        MAXIMUM,
        MINIMUM,
        WHERE
    }

    /** Each with the place where it is smooth and tame. */
    enum Unary {
        NEG(Variable::neg, z -> z.negate(), z -> true),
        EXP(Variable::exp, z -> z.exp(), z -> z < 3),
        EXPM1(Variable::expm1, z -> z.expm1(), z -> z < 3),
        LOG(Variable::log, z -> z.log(), z -> z > 0.3),
        LOG1P(Variable::log1p, z -> z.log1p(), z -> z > -0.7),
        SQRT(Variable::sqrt, z -> z.sqrt(), z -> z > 0.3),
        SQUARE(Variable::square, z -> z.multiply(z), z -> true),
        RECIPROCAL(Variable::reciprocal, z -> z.reciprocal(), z -> Math.abs(z) > 0.3),
        SIN(Variable::sin, z -> z.sin(), z -> true),
        COS(Variable::cos, z -> z.cos(), z -> true),
        TANH(Variable::tanh, z -> z.tanh(), z -> true),
        SIGMOID(Variable::sigmoid, z -> z.negate().exp().add(1).reciprocal(), z -> Math.abs(z) < 20),
        SOFTPLUS(Variable::softplus, z -> z.exp().log1p(), z -> Math.abs(z) < 20),
        ERF(Variable::erf, z -> erf(z), z -> true),
        GELU(
                Variable::gelu,
                z -> z.multiply(erf(z.divide(FastMath.sqrt(2))).add(1)).multiply(0.5),
                z -> true),
        ELU(z -> z.elu(1.5), z -> z.getValue() > 0 ? z : z.expm1().multiply(1.5), z -> Math.abs(z) > 1e-3),
        LEAKY_RELU(z -> z.leakyRelu(0.1), z -> z.getValue() > 0 ? z : z.multiply(0.1), z -> Math.abs(z) > 1e-3),
        RELU(Variable::relu, z -> z.getValue() > 0 ? z : z.multiply(0), z -> Math.abs(z) > 1e-3),
        ABS(Variable::abs, z -> z.abs(), z -> Math.abs(z) > 1e-3),
        SIGN(z -> z.sign().add(z), z -> z.add(Math.signum(z.getValue())), z -> Math.abs(z) > 1e-3),
        CLAMP(
                z -> z.clamp(-1, 1),
                z -> Math.abs(z.getValue()) < 1 ? z : z.multiply(0).add(Math.signum(z.getValue())),
                z -> Math.abs(Math.abs(z) - 1) > 1e-3),
        CUBE(z -> z.pow(3), z -> z.pow(3), z -> true),
        POW_2_5(z -> z.pow(2.5), z -> z.pow(2.5), z -> z > 0.3),
        POW_MINUS_1_5(z -> z.pow(-1.5), z -> z.pow(-1.5), z -> z > 0.3),
        TIMES(z -> z.mul(2.5), z -> z.multiply(2.5), z -> true),
        PLUS(z -> z.add(0.75), z -> z.add(0.75), z -> true),
        MINUS(z -> z.sub(1.25), z -> z.subtract(1.25), z -> true),
        FROM(z -> z.rsub(0.5), z -> z.negate().add(0.5), z -> true),
        OVER(z -> z.div(3), z -> z.divide(3), z -> true),
        UNDER(z -> z.rdiv(2), z -> z.reciprocal().multiply(2), z -> Math.abs(z) > 0.3),
        DETACHED(z -> z.detach().mul(z), z -> z.multiply(z.getValue()), z -> true);

        private final UnaryOperator<Variable> ours;
        private final UnaryOperator<DerivativeStructure> theirs;
        private final DoublePredicate domain;

        Unary(UnaryOperator<Variable> ours, UnaryOperator<DerivativeStructure> theirs, DoublePredicate domain) {
            this.ours = ours;
            this.theirs = theirs;
            this.domain = domain;
        }

        /** Its derivatives are 2/√π·exp(−z²) times Hermite polynomials, up to the fourth. */
        private static DerivativeStructure erf(DerivativeStructure z) {
            double v = z.getValue();
            double g = 2 / FastMath.sqrt(FastMath.PI) * FastMath.exp(-v * v);
            return z.compose(Erf.erf(v), g, -2 * v * g, (4 * v * v - 2) * g, (12 * v - 8 * v * v * v) * g);
        }
    }

    /** Formulas at points where they are tame, which shrink to their parts. */
    final class Arbitrary extends SimplifyingArbitrary<At> {

        private static final Doubles COORDINATES = Doubles.between(-3, 3);
        private final int depth;

        Arbitrary(int depth) {
            this.depth = depth;
        }

        @Override
        public At draw(RandomGenerator random) {
            while (true) {
                Formula formula = draw(depth, random);
                At at = new At(formula, COORDINATES.draw(random), COORDINATES.draw(random));
                if (isInDomain(at)) {
                    return at;
                }
            }
        }

        private static Formula draw(int depth, RandomGenerator random) {
            if (depth == 0 || random.nextInt(8) == 0) {
                return random.nextBoolean() ? Leaf.X : Leaf.Y;
            } else if (random.nextInt(5) < 3) {
                return new Apply(Unary.values()[random.nextInt(Unary.values().length)], draw(depth - 1, random));
            }
            Binary function = Binary.values()[random.nextInt(Binary.values().length)];
            return new Combine(function, draw(depth - 1, random), draw(depth - 1, random));
        }

        private static boolean isInDomain(At at) {
            DerivativeStructure value = HipparchusOracleProperties.oracle(at);
            return value != null && isTame(value);
        }

        @Override
        public Stream<At> simpler(At at) {
            Stream<At> formulas = simpler(at.formula).map(f -> new At(f, at.x, at.y));
            Stream<At> x = COORDINATES.simpler(at.x).map(v -> new At(at.formula, v, at.y));
            Stream<At> y = COORDINATES.simpler(at.y).map(v -> new At(at.formula, at.x, v));
            return Stream.of(formulas, x, y).flatMap(s -> s).filter(Arbitrary::isInDomain);
        }

        private static Stream<Formula> simpler(Formula f) {
            Stream<Formula> inside = Stream.iterate(0, i -> i < f.parts().size(), i -> i + 1)
                    .flatMap(i -> simpler(f.parts().get(i)).map(part -> {
                        List<Formula> parts = new ArrayList<>(f.parts());
                        parts.set(i, part);
                        return f.with(parts);
                    }));
            return Stream.concat(f.parts().stream(), inside);
        }

        @Override
        public long[] complexity(At at) {
            return new long[] {
                at.formula.size(), COORDINATES.complexity(at.x)[0] + COORDINATES.complexity(at.y)[0]
            };
        }
    }
}
