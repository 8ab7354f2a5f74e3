package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Svd;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules of linear algebra as people get them wrong: a right one passes at order 2, and each wrong one is named. */
class WrongLinearAlgebraTest {

    private static final Tensor A = Tensor.of(new double[][] {{3, 0.5, -0.25}, {0.25, 2, 0.5}, {-0.5, 0.75, 4}});
    private static final Tensor B = Tensor.normal(new SplittableRandom(4), 3, 2);

    /** What is done wrong. */
    enum Fault {
        NONE,
        /** The cotangent of the solution with A instead of Aᵀ. */
        SOLVED_UNTRANSPOSED,
        /** The outer product the other way round. */
        OUTER_TRANSPOSED,
        /** The sign of the cotangent of the matrix. */
        SIGN_LOST,
        /** The whole lower triangle instead of one with a halved diagonal. */
        DIAGONAL_NOT_HALVED,
        /** A gradient of the lower triangle alone, of a function that reads both. */
        NOT_SYMMETRISED,
        /** The inverse instead of its transpose. */
        INVERSE_UNTRANSPOSED,
        /** The lower triangle, without its copy above the diagonal. */
        NOT_COPIED,
        /** Only what lies in the space of the left vectors. */
        REST_LOST,
        /** The differences of squares of singular values the other way round. */
        GAPS_TRANSPOSED
    }

    private record Solution(Fault fault) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[1];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).solve(Variable.of(x.get(1))).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable a = x.get(0);
            Variable right = (fault == Fault.SOLVED_UNTRANSPOSED ? a : a.transpose()).solve(g);
            if (i == 1) {
                return right;
            }
            Variable outer =
                    fault == Fault.OUTER_TRANSPOSED ? y.matmul(right.transpose()) : right.matmul(y.transpose());
            return fault == Fault.SIGN_LOST ? outer : outer.neg();
        }
    }

    private record Factor(Fault fault) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).cholesky().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable m = y.transpose().matmul(g);
            Variable lower = m.tril()
                    .add(m.tril(fault == Fault.DIAGONAL_NOT_HALVED ? 0 : -1))
                    .mul(0.5);
            Variable inner = fault == Fault.NOT_SYMMETRISED
                    ? lower
                    : lower.add(lower.transpose()).mul(0.5);
            Variable left = y.transpose().triangularSolve(inner, true);
            return y.transpose().triangularSolve(left.transpose(), true).transpose();
        }
    }

    private record LogDeterminant(Fault fault) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).logDet().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable inverse = x.get(0).inverse();
            return g.mul(fault == Fault.INVERSE_UNTRANSPOSED ? inverse : inverse.transpose());
        }
    }

    /** The triangle of orthogonal factors. */
    private record Triangle(Fault fault) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of(x[0].extent(1), x[0].extent(1));
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).qr().r().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable m = y.matmul(g.triu().transpose());
            Variable copied = fault == Fault.NOT_COPIED
                    ? m.tril()
                    : m.tril().add(m.tril(-1).transpose());
            Variable left = x.get(0).qr().q().matmul(copied);
            return y.triangularSolve(left.transpose(), true).transpose();
        }
    }

    private record LeftVectors(Fault fault) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).svd().u().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Svd svd = x.get(0).svd();
            Variable s = svd.s().expandDims(-2);
            Variable squares = s.square();
            Variable gaps = squares.sub(squares.transpose()).add(Variable.of(Tensor.eye(2)));
            gaps = fault == Fault.GAPS_TRANSPOSED ? gaps.transpose() : gaps;
            Variable inner = y.transpose().matmul(g);
            Variable within = y.matmul(inner.sub(inner.transpose()).mul(s).div(gaps));
            Variable rest = g.sub(y.matmul(inner)).div(s);
            return (fault == Fault.REST_LOST ? within : within.add(rest)).matmul(svd.vt());
        }
    }

    private static void judge(boolean right, GradientCheck check, String operation) {
        GradientReport report = check.order(2).run();
        if (right) {
            assertThat(report.verdict()).as("%s", report).isNotEqualTo(Verdict.FAIL);
        } else {
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(report.blames().get(0).operation()).isEqualTo(operation);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "SOLVED_UNTRANSPOSED", "OUTER_TRANSPOSED", "SIGN_LOST"})
    void solutions(Fault fault) {
        judge(
                fault == Fault.NONE,
                GradientCheck.ofAll(x -> new Solution(fault)
                                .apply(x.get(0), x.get(1))
                                .square()
                                .sum())
                        .at(A, B),
                "Solution");
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "DIAGONAL_NOT_HALVED", "NOT_SYMMETRISED"})
    void factors(Fault fault) {
        judge(
                fault == Fault.NONE,
                GradientCheck.of(x ->
                                new Factor(fault).apply(x).square().square().sum())
                        .at(A),
                "Factor");
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "INVERSE_UNTRANSPOSED"})
    void determinants(Fault fault) {
        judge(
                fault == Fault.NONE,
                GradientCheck.of(x -> new LogDeterminant(fault).apply(x)).at(A),
                "LogDeterminant");
    }

    private static final Tensor TALL = Tensor.normal(new SplittableRandom(6), 4, 2);

    @ParameterizedTest
    @EnumSource(names = {"NONE", "NOT_COPIED"})
    void orthogonalFactors(Fault fault) {
        judge(
                fault == Fault.NONE,
                GradientCheck.of(x ->
                                new Triangle(fault).apply(x).square().square().sum())
                        .at(TALL),
                "Triangle");
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "REST_LOST", "GAPS_TRANSPOSED"})
    void singularVectors(Fault fault) {
        judge(
                fault == Fault.NONE,
                GradientCheck.of(x -> new LeftVectors(fault)
                                .apply(x)
                                .square()
                                .square()
                                .sum())
                        .at(TALL),
                "LeftVectors");
    }
}
