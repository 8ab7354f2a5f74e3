package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CustomOpTest {

    /** x³, as in the Javadoc. */
    private record Cube() implements CustomOp {
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
            return g.mul(x.get(0).square().mul(3));
        }
    }

    /** s·x for a number s and a vector x; written as if shapes agreed. */
    private record Scaled() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.broadcast("Scaled", x[0], x[1]);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double s = x.get(0).item();
            return x.get(1).map(v -> s * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(1 - i));
        }
    }

    /** The inverse of a matrix of two rows; its rule uses its own output. */
    private record Inverse() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Tensor m = x.get(0);
            double a = m.get(0, 0);
            double b = m.get(0, 1);
            double c = m.get(1, 0);
            double d = m.get(1, 1);
            double det = a * d - b * c;
            return Tensor.of(new double[][] {{d / det, -b / det}, {-c / det, a / det}});
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return y.transpose().matmul(g).matmul(y.transpose()).neg();
        }
    }

    /** x where the second operand says so; a tangent cannot pass through what says so. */
    private record Chosen() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] values = x.get(0).toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] *= x.get(1).get(i);
            }
            return Tensor.of(values);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return i == 0 ? g.mul(x.get(1)) : null;
        }
    }

    private static Variable cube(Variable x) {
        return new Cube().apply(x);
    }

    @Nested
    class Derivatives {

        @Test
        void ofEveryOrderComeFromTheOneRule() {
            UnaryOperator<Variable> f = CustomOpTest::cube;
            double[] expected = {27, 27, 18, 6, 0, 0};
            for (double want : expected) {
                assertThat(f.apply(Variable.of(3)).item()).isEqualTo(want);
                f = Autodiff.grad(f);
            }
        }

        @Test
        void theJvpIsTheTransposeOfTheVjp() {
            Tensor x = Tensor.of(1, -2, 3);
            Tensor t = Tensor.of(10, 100, 1000);
            assertThat(Autodiff.jvp(CustomOpTest::cube, x, t)).isEqualTo(Tensor.of(30, 1200, 27000));
            assertThat(Autodiff.hvp(v -> cube(v).sum(), x, t)).isEqualTo(Tensor.of(60, -1200, 18000));
        }

        @Test
        void forwardOverForwardOverForward() {
            Variable one = Variable.of(1);
            UnaryOperator<Variable> third =
                    x -> Autodiff.jvp(u -> Autodiff.jvp(v -> Autodiff.jvp(CustomOpTest::cube, v, one), u, one), x, one);
            assertThat(third.apply(Variable.of(5)).item()).isEqualTo(6);
        }

        @Test
        void broadcastingIsUndoneInBothDirections() {
            Variable s = Variable.of(2);
            Variable x = Variable.of(Tensor.of(1, 10, 100));
            Variable y = new Scaled().apply(s, x);
            Tape tape = Tape.between(List.of(s, x), List.of(y));
            Variable g = Variable.of(Tensor.of(1, 2, 3));
            List<Variable> pulled = tape.pullback(List.of(g));
            assertThat(pulled.get(0).value()).isEqualTo(Tensor.scalar(321));
            assertThat(pulled.get(1).value()).isEqualTo(Tensor.of(2, 4, 6));
            List<Variable> pushed = tape.pushforward(List.of(Variable.of(1), g));
            assertThat(pushed.get(0).value()).isEqualTo(Tensor.of(1 + 2, 10 + 4, 100 + 6));
        }

        @Test
        void aRuleMayUseItsOwnOutput() {
            Tensor a = Tensor.of(new double[][] {{2, 1}, {1, 1}});
            Tensor t = Tensor.of(new double[][] {{1, 0}, {0, 0}});
            UnaryOperator<Variable> inverse = x -> new Inverse().apply(x);
            // d(A⁻¹) = −A⁻¹ T A⁻¹ and d²(A⁻¹) = 2 A⁻¹ T A⁻¹ T A⁻¹, with A⁻¹ = [[1, −1], [−1, 2]]
            assertThat(Autodiff.jvp(inverse, a, t)).isEqualTo(Tensor.of(new double[][] {{-1, 1}, {1, -1}}));
            Variable direction = Variable.of(t);
            Tensor second = Autodiff.jvp(x -> Autodiff.jvp(inverse, x, direction), a, t);
            assertThat(second).isEqualTo(Tensor.of(new double[][] {{2, -2}, {-2, 2}}));
        }

        @Test
        void noPerturbationPassesWhereThereIsNoRule() {
            Variable x = Variable.of(Tensor.of(1, 2));
            Variable mask = Variable.of(Tensor.of(0, 1));
            Tape tape = Tape.between(List.of(x, mask), List.of(new Chosen().apply(x, mask)));
            Variable ones = Variable.of(Tensor.ones(2));
            List<Variable> g = tape.pullback(List.of(ones));
            assertThat(g.get(0).value()).isEqualTo(Tensor.of(0, 1));
            assertThat(g.get(1).value()).isEqualTo(Tensor.zeros(2));
            assertThat(tape.pushforward(List.of(ones, ones)).get(0).value()).isEqualTo(Tensor.of(0, 1));
        }

        @Test
        void aRuleThatIsConstantInItsCotangentHasNoJvp() {
            CustomOp flat = new CustomOp() {
                @Override
                public Shape shape(Shape... x) {
                    return x[0];
                }

                @Override
                public Tensor eval(List<Tensor> x) {
                    return x.get(0).map(Math::rint);
                }

                @Override
                public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                    return Variable.of(Tensor.zeros(x.get(0).shape()));
                }
            };
            assertThat(Autodiff.jvp(x -> flat.apply(x), Tensor.of(1.25, 2), Tensor.ones(2)))
                    .isEqualTo(Tensor.zeros(2));
        }

        @Test
        void theRuleIsNotEvaluatedAtTheTangentWithoutNeed() {
            // at x = 0 the slope is infinite, and the cotangent from which the transpose starts is 0
            CustomOp root = new CustomOp() {
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
                    return g.div(y.mul(2));
                }
            };
            assertThat(Autodiff.jvp(x -> root.apply(x), Tensor.of(0, 4), Tensor.ones(2)))
                    .isEqualTo(Tensor.of(Double.POSITIVE_INFINITY, 0.25));
        }
    }

    @Nested
    class Errors {

        /** The identity with a rule that returns a constant shape. */
        private record Wrong(Shape cotangent, Shape tangent) implements CustomOp {
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
                return Variable.of(Tensor.zeros(cotangent)).mul(g.sum());
            }

            @Override
            public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
                return tangent == null ? CustomOp.super.jvp(i, t, y, x) : Variable.of(Tensor.zeros(tangent));
            }
        }

        @Test
        void aCotangentOfTheWrongShapeNamesItsOperation() {
            CustomOp wrong = new Wrong(Shape.of(2), null);
            String message = "vjp of Wrong, input 0: the cotangent must have the input's shape, or reduce to it,"
                    + " got cotangent [2] and input [3]";
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Autodiff.grad(x -> wrong.apply(x).sum()).apply(Tensor.ones(3)))
                    .withMessage(message);
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Autodiff.jvp(x -> wrong.apply(x), Tensor.ones(3), Tensor.ones(3)))
                    .withMessage(message);
        }

        @Test
        void aCotangentThatReducesToTheInputIsReduced() {
            CustomOp wide = new Wrong(Shape.of(5, 3), null);
            assertThat(Autodiff.grad(x -> wide.apply(x).sum()).apply(Tensor.ones(3)))
                    .isEqualTo(Tensor.zeros(3));
        }

        @Test
        void aTangentOfTheWrongShapeNamesItsOperation() {
            CustomOp wrong = new Wrong(Shape.of(3), Shape.of(2));
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> Autodiff.jvp(x -> wrong.apply(x), Tensor.ones(3), Tensor.ones(3)))
                    .withMessage("jvp of Wrong, input 0: the tangent must have the output's shape, or broadcast to it,"
                            + " got tangent [2] and output [3]");
        }

        /** Promises one shape and returns another. */
        private record Liar(boolean always) implements CustomOp {
            @Override
            public Shape shape(Shape... x) {
                return x[0];
            }

            @Override
            public Tensor eval(List<Tensor> x) {
                return always || x.get(0).get(0) > 0 ? Tensor.zeros(7) : x.get(0);
            }

            @Override
            public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                return g;
            }
        }

        @Test
        void aValueOfTheWrongShapeNamesItsOperation() {
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> new Liar(true).apply(Variable.of(Tensor.ones(3))))
                    .withMessage(
                            "Liar: eval must return the shape that shape() states," + " got value [7] and stated [3]");
        }

        @Test
        void aValueOfTheWrongShapeOnReplayNamesItsOperation() {
            Plan plan =
                    Tape.record(x -> new Liar(false).apply(x), Tensor.zeros(3)).compile();
            assertThatExceptionOfType(ShapeException.class)
                    .isThrownBy(() -> plan.run(Tensor.ones(3)))
                    .withMessage(
                            "Liar: eval must return the shape that shape() states," + " got value [7] and stated [3]");
            assertThat(plan.run(Tensor.zeros(3))).containsExactly(Tensor.zeros(3));
        }

        @Test
        void anOperationWithoutAClassNameHasALabel() {
            CustomOp anonymous = new CustomOp() {
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
                    return g;
                }
            };
            assertThat(anonymous.apply(Variable.of(2))).hasToString("Variable(CustomOp [])\n2.0");
            assertThat(new Cube().label()).isEqualTo("Cube");
        }

        @Test
        void aRuleThatAsksForAValueCannotBeRecorded() {
            CustomOp peeks = new CustomOp() {
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
                    return g.mul(2 * x.get(0).item());
                }
            };
            Derivative gradient = Autodiff.grad(x -> peeks.apply(x));
            assertThat(gradient.apply(Tensor.scalar(3)).item()).isEqualTo(6);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(gradient, Tensor.scalar(3)))
                    .withMessageStartingWith("value: a variable that is being recorded has no value yet");
        }
    }

    @Nested
    class Replay {

        @Test
        void valueGradientAndHessianProductAreThoseOfTheEagerRun() {
            SplittableRandom random = new SplittableRandom(7);
            UnaryOperator<Variable> f =
                    x -> cube(x.sin()).add(new Scaled().apply(x.sum(), x)).sum();
            Tensor example = Tensor.normal(random, 4);
            Variable direction = Variable.of(Tensor.normal(random, 4));
            List<UnaryOperator<Variable>> programs = List.of(
                    f, Autodiff.grad(f), x -> Autodiff.hvp(f, x, direction), x -> Autodiff.jvp(f, x, direction));
            for (UnaryOperator<Variable> program : programs) {
                Plan plan =
                        Tape.record(program, example, Tensor.normal(random, 4)).compile();
                for (int i = 0; i < 5; i++) {
                    Tensor x = Tensor.normal(random, 4);
                    assertThat(plan.run(x).get(0))
                            .isEqualTo(program.apply(Variable.of(x)).value());
                }
            }
        }

        /** Keeps what it is given, as it must not; what it kept must stay as it is. */
        private record Keeps(List<Tensor> seen) implements CustomOp {
            @Override
            public Shape shape(Shape... x) {
                return x[0];
            }

            @Override
            public Tensor eval(List<Tensor> x) {
                seen.add(x.get(0));
                return x.get(0);
            }

            @Override
            public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                return g;
            }
        }

        @Test
        void operandsAreSnapshotsOfThePlansBuffers() {
            Keeps keeps = new Keeps(new ArrayList<>());
            Plan plan = Tape.record(x -> keeps.apply(x.mul(2)).add(1).mul(3), Tensor.of(0, 0))
                    .compile();
            keeps.seen().clear();
            assertThat(plan.run(Tensor.of(1, 2))).containsExactly(Tensor.of(9, 15));
            assertThat(plan.run(Tensor.of(10, 20))).containsExactly(Tensor.of(63, 123));
            assertThat(keeps.seen()).containsExactly(Tensor.of(2, 4), Tensor.of(20, 40));
        }

        @Test
        void anOperationWithoutOperandsIsAConstant() {
            CustomOp two = new CustomOp() {
                @Override
                public Shape shape(Shape... x) {
                    return Shape.of();
                }

                @Override
                public Tensor eval(List<Tensor> x) {
                    return Tensor.scalar(2);
                }

                @Override
                public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                    throw new AssertionError();
                }
            };
            UnaryOperator<Variable> f = x -> x.mul(two.apply());
            assertThat(Autodiff.grad(f).apply(Tensor.scalar(5)).item()).isEqualTo(2);
            assertThat(Tape.record(f, Tensor.scalar(5)).compile().run(Tensor.scalar(7)))
                    .containsExactly(Tensor.scalar(14));
        }

        @Test
        void recordsAreComparedByTheirComponents() {
            record Power(int n) implements CustomOp {
                @Override
                public Shape shape(Shape... x) {
                    return x[0];
                }

                @Override
                public Tensor eval(List<Tensor> x) {
                    return x.get(0).map(v -> Math.pow(v, n));
                }

                @Override
                public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
                    return g.mul(x.get(0).pow(n - 1).mul(n));
                }
            }
            Tensor x = Tensor.scalar(1);
            assertThat(Tape.record(v -> new Power(2).apply(v), x, x).steps()).hasSize(1);
            int[] n = {1};
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.record(v -> new Power(n[0]++).apply(v), x, x))
                    .withMessage(
                            "record: step %1 differs between two recordings, Power [] and another Power []"
                                    + " (a record would compare its components); a plan would freeze it; pass what changes as an input");
        }
    }
}
