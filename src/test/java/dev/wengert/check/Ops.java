package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Custom operations, right and wrong ones, for the checker's own tests. */
public final class Ops {

    private Ops() {}

    /** {@code x³}, whose derivative is off by a factor. */
    public record Cube(double factor) implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square().mul(3 * factor));
        }

        @Override
        public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
            return Arrays.stream(x.get(0)).map(v -> a.mul(v, a.mul(v, v))).toArray(BigReal[]::new);
        }

        @Override
        public double ulps() {
            return 1;
        }
    }

    /** x³ with a rule that reads the value of x; wrong in second order only. */
    public record FrozenRule() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(Variable.of(x.get(0).value().map(v -> 3 * v * v)));
        }
    }

    /** {@code x³} with a right derivative of which the derivative is wrong: half of it is held fixed. */
    public record FrozenCube() implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).mul(x.get(0).detach()).mul(3));
        }

        @Override
        public double ulps() {
            return 1;
        }
    }

    /** {@code sin x}, right in reverse mode and wrong in forward mode. */
    public record ForwardSine() implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(StrictMath::sin);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).cos());
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return t.mul(x.get(0).cos()).neg();
        }

        @Override
        public double ulps() {
            return 1;
        }
    }

    /** The identity, through which no rule passes anything. */
    public record Blocked() implements CustomOp {
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
            return null;
        }
    }

    /** The identity with a vjp that adds 1 to the cotangent. */
    public record Offset() implements CustomOp {
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
            return g.add(1);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return t;
        }
    }

    /** {@code √x} whose vjp throws below 1. */
    public record Throwing() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(Math::sqrt);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            throw new ArithmeticException("no derivative here");
        }
    }

    /** The identity with a vjp that turns a NaN into 0. */
    public record Swallowing() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable v = x.get(0);
            return g.mul(Variable.where(v.eq(v), v.mul(2), Variable.of(0)));
        }
    }
}
