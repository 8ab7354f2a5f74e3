package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Eigen;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Qr;
import dev.wengert.autodiff.Svd;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear algebra beside Hipparchus, and its backward errors: how far the matrices are for which the results are exact. */
class LinearAlgebraTest {

    private static final double U = 0x1p-53;

    private static Tensor matrix(int n, ToDoubleBiFunction<Integer, Integer> f) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                rows[i][j] = f.applyAsDouble(i, j);
            }
        }
        return Tensor.of(rows);
    }

    private static Tensor random(int n, int q) {
        return Tensor.normal(new SplittableRandom(n), n, q);
    }

    /** Hilbert matrices, random ones, graded ones, and one that is nearly singular. */
    static Stream<Tensor> matrices() {
        return Stream.of(
                matrix(2, (i, j) -> 1.0 / (i + j + 1)),
                matrix(12, (i, j) -> 1.0 / (i + j + 1)),
                random(1, 1),
                random(31, 31),
                random(33, 33),
                random(64, 64),
                random(150, 150),
                matrix(40, (i, j) -> (i == j ? 2 : 1.0 / (1 + i + j)) * Math.pow(10, -i / 4.0)),
                matrix(5, (i, j) -> i < 4 ? entry(i, j) : entry(0, j) + entry(1, j) + (j == 2 ? 1e-12 : 0)));
    }

    private static double entry(int i, int j) {
        return 1.0 / (1 + (7 * i + 3 * j) % 11);
    }

    private static double norm(RealMatrix m) {
        return m.getNormInfty();
    }

    private static RealMatrix real(Tensor t) {
        int n = t.shape().extent(0);
        int q = t.shape().extent(1);
        RealMatrix m = new Array2DRowRealMatrix(n, q);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < q; j++) {
                m.setEntry(i, j, t.get(i, j));
            }
        }
        return m;
    }

    /** A solution is exact for a matrix close by: {@code ‖AX − B‖ ≤ n·u·(‖A‖‖X‖ + ‖B‖)}. */
    @ParameterizedTest
    @MethodSource("matrices")
    void solutionsAreExactForMatricesCloseBy(Tensor a) {
        int n = a.shape().extent(0);
        Tensor b = random(n, 3);
        RealMatrix m = real(a);
        RealMatrix x = real(Variable.of(a).solve(Variable.of(b)).value());
        double size = norm(m) * norm(x) + norm(real(b));
        assertThat(norm(m.multiply(x).subtract(real(b)))).isLessThanOrEqualTo(n * U * size);
        RealMatrix t = real(new Solve(true, new Factored.Memory())
                .apply(Variable.of(a), Variable.of(b))
                .value());
        size = norm(m.transpose()) * norm(t) + norm(real(b));
        assertThat(norm(m.transpose().multiply(t).subtract(real(b)))).isLessThanOrEqualTo(n * U * size);
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void solutionsWithTrianglesAreExactForTrianglesCloseBy(Tensor a) {
        int n = a.shape().extent(0);
        Variable b = Variable.of(random(n, 3));
        for (boolean upper : new boolean[] {false, true}) {
            Variable t = upper ? Variable.of(a).triu() : Variable.of(a).tril();
            Variable x = Variable.of(a).triangularSolve(b, upper);
            double size = norm(real(t.value())) * norm(real(x.value())) + norm(real(b.value()));
            assertThat(distance(t.matmul(x), b)).isLessThanOrEqualTo(n * U * size);
        }
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void inversesLeaveSmallResiduals(Tensor a) {
        int n = a.shape().extent(0);
        Variable x = Variable.of(a).inverse();
        assertThat(distance(Variable.of(a).matmul(x), Variable.of(Tensor.eye(n))))
                .isLessThanOrEqualTo(n * U * norm(real(a)) * norm(real(x.value())));
    }

    /** The residual of least squares is orthogonal to the columns. */
    @ParameterizedTest
    @MethodSource("matrices")
    void residualsOfLeastSquaresAreOrthogonal(Tensor square) {
        int m = square.shape().extent(0);
        Variable a = Variable.of(square).slice(-1, 0, (m + 1) / 2);
        Variable b = Variable.of(random(m, 3));
        Variable x = a.lstsq(b);
        Variable products = a.transpose().matmul(b.sub(a.matmul(x)));
        double size = norm(real(a.value())) * norm(real(x.value())) + norm(real(b.value()));
        assertThat(norm(real(products.value())))
                .isLessThanOrEqualTo(m * U * norm(real(a.value()).transpose()) * size);
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void factorsOfCholeskyAreExactForMatricesCloseBy(Tensor a) {
        int n = a.shape().extent(0);
        RealMatrix m = real(a).multiply(real(a).transpose());
        double scale = norm(m);
        IntStream.range(0, n).forEach(i -> m.addToEntry(i, i, 1e-10 * scale));
        Tensor positive = Tensor.of(m.getData());
        RealMatrix l = real(Variable.of(positive).cholesky().value());
        assertThat(norm(l.multiply(l.transpose()).subtract(m))).isLessThanOrEqualTo(2 * n * U * scale);
        RealMatrix other = new CholeskyDecomposition(m, 1e-9, 0).getL();
        double condition = scale * norm(new LUDecomposition(m, 0).getSolver().getInverse());
        assertThat(norm(l.subtract(other))).isLessThanOrEqualTo(4 * n * U * condition * norm(other));
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                assertThat(l.getEntry(i, j)).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("matrices")
    void determinantsAreThoseOfMatricesCloseBy(Tensor a) {
        double exact = determinant(a).doubleValue();
        double condition =
                norm(real(a)) * norm(new LUDecomposition(real(a), 0).getSolver().getInverse());
        int n = a.shape().extent(0);
        double allowed = n * U * condition;
        assertThat(Variable.of(a).det().item()).isCloseTo(exact, within(Math.abs(exact) * allowed));
        double log = Math.log(Math.abs(exact));
        assertThat(Variable.of(a).logDet().item()).isCloseTo(log, within(allowed + 4 * U * Math.abs(log)));
    }

    /** By elimination in 80 digits. */
    private static BigDecimal determinant(Tensor t) {
        int n = t.shape().extent(0);
        MathContext digits = new MathContext(80);
        BigDecimal[][] a = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = new BigDecimal(t.get(i, j));
            }
        }
        BigDecimal det = BigDecimal.ONE;
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int i = c + 1; i < n; i++) {
                pivot = a[i][c].abs().compareTo(a[pivot][c].abs()) > 0 ? i : pivot;
            }
            BigDecimal[] row = a[pivot];
            a[pivot] = a[c];
            a[c] = row;
            det = det.multiply(pivot == c ? row[c] : row[c].negate(), digits);
            for (int i = c + 1; i < n; i++) {
                BigDecimal factor = a[i][c].divide(row[c], digits);
                for (int j = c; j < n; j++) {
                    a[i][j] = a[i][j].subtract(factor.multiply(row[j], digits), digits);
                }
            }
        }
        return det;
    }

    @Test
    void aWeightHasTheSameGradientForAStackAsForItsRows() {
        SplittableRandom random = new SplittableRandom(5);
        Tensor x = Tensor.of(Shape.of(4, 8, 3), random.doubles(96, -1, 1).toArray());
        Tensor w = Tensor.of(Shape.of(3, 5), random.doubles(15, -1, 1).toArray());
        Variable b = Variable.of(Tensor.zeros(5));
        List<BinaryOperator<Variable>> products = List.of(
                Variable::matmul,
                (rows, weight) -> rows.affine(weight, b),
                (rows, weight) -> new MatMul(false, true).apply(rows, weight.transpose()));
        for (BinaryOperator<Variable> product : products) {
            Variable stack = Variable.of(x);
            Tensor ofStack = Autodiff.grad(
                            (Variable v) -> product.apply(stack, v).square().sum())
                    .apply(w);
            Variable rows = stack.reshape(32, 3);
            Tensor ofRows = Autodiff.grad(
                            (Variable v) -> product.apply(rows, v).square().sum())
                    .apply(w);
            assertThat(ofStack).isEqualTo(ofRows);
        }
    }

    @Test
    void determinantsBeyondTheRangeOfTheirFactors() {
        Variable a = Variable.of(matrix(4, (i, j) -> i != j ? 0 : i < 2 ? 1e200 : 1e-200));
        assertThat(a.det().item()).isCloseTo(1, within(1e-15));
        assertThat(Variable.of(matrix(3, (i, j) -> i == j ? 1e200 : 0)).det().item())
                .isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Variable.of(matrix(3, (i, j) -> i == j ? 1e-200 : 0)).det().item())
                .isZero();
        assertThat(Variable.of(matrix(2, (i, j) -> 1)).det().item()).isZero();
        assertThat(Variable.of(matrix(2, (i, j) -> 1)).logDet().item()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Variable.of(Tensor.zeros(0, 0)).det().item()).isEqualTo(1);
    }

    @Test
    void whatHasNoSolutionIsNamed() {
        Variable indefinite = Variable.of(Tensor.of(new double[][][] {{{1, 0}, {0, 1}}, {{1, 2}, {2, 1}}}));
        assertThatThrownBy(indefinite::cholesky)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("cholesky: the matrix must be positive definite, got pivot -3.0 in row 1 of matrix 1");
        Variable singular = Variable.of(Tensor.of(new double[][] {{1, 2}, {2, 4}}));
        assertThatThrownBy(() -> singular.solve(Variable.of(Tensor.of(1, 2))))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("solve: the matrix must not be singular, got pivot 0 in row 1");
        assertThatThrownBy(singular::inverse)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("solve: the matrix must not be singular, got pivot 0 in row 1");
        Variable triangle = Variable.of(Tensor.of(new double[][] {{1, 2}, {2, 0}}));
        assertThatThrownBy(() -> triangle.triangularSolve(Variable.of(Tensor.of(1, 2)), false))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("triangularSolve: the diagonal must have no 0, got one in row 1");
    }

    @Test
    void rightSidesAreVectorsMatricesOrStacks() {
        Variable a = Variable.of(Tensor.of(new double[][] {{2, 0}, {1, 4}}));
        assertThat(a.solve(Variable.of(Tensor.of(2, 9))).value()).isEqualTo(Tensor.of(1, 2));
        assertThat(a.triangularSolve(Variable.of(Tensor.of(2, 9)), false).value())
                .isEqualTo(Tensor.of(1, 2));
        Variable stack = Variable.of(Tensor.of(new double[][][] {{{2}, {9}}, {{4}, {18}}}));
        assertThat(a.solve(stack).value()).isEqualTo(Tensor.of(new double[][][] {{{1}, {2}}, {{2}, {4}}}));
        assertThat(Variable.of(Tensor.ones(3, 1, 2, 2))
                        .add(Variable.of(Tensor.eye(2)))
                        .solve(Variable.of(Tensor.ones(5, 2, 7)))
                        .shape())
                .isEqualTo(Shape.of(3, 5, 2, 7));
    }

    /** The likelihood of a Gaussian process: the factors are those of one matrix, for the value and for the gradient. */
    private static final Function<List<Variable>, List<Variable>> LIKELIHOOD = x -> {
        Variable a = x.get(0);
        Variable y = x.get(1);
        Variable loss = a.solve(y).mul(y).sum().add(a.logDet());
        List<Variable> g = Autodiff.gradients(loss, x);
        return List.of(loss, g.get(0), g.get(1));
    };

    @Test
    void aReplayHasTheBitsOfAnEagerRun() {
        Tensor a = Variable.of(random(40, 40))
                .matmul(Variable.of(random(40, 40)).transpose())
                .add(Variable.of(Tensor.eye(40)))
                .value();
        Tensor y = random(40, 2);
        Plan plan = Tape.record(LIKELIHOOD, List.of(Tensor.eye(40), Tensor.zeros(40, 2)), List.of(a, y))
                .compile();
        List<Tensor> eager = LIKELIHOOD.apply(List.of(Variable.of(a), Variable.of(y))).stream()
                .map(Variable::value)
                .toList();
        assertThat(plan.run(a, y)).isEqualTo(eager);
        assertThat(plan.run(a, y)).isEqualTo(eager);
    }

    /** Outside of plans, the rules of an operation have its memory, and a memory computes the factors of an array once. */
    @Test
    void rulesHaveTheFactorsOfTheirOperation() {
        Variable a = Variable.of(random(4, 4));
        Variable b = Variable.of(random(4, 2));
        for (Variable y : List.of(a.solve(b), a.lstsq(b), a.det(), a.logDet())) {
            Factored.Memory memory = ((Factored) y.op().orElseThrow()).memory();
            List<Variable> g = Autodiff.gradients(y.sum(), List.of(a));
            assertThat(Tape.between(List.of(a), g).steps().stream()
                            .map(step -> step.op().orElseThrow())
                            .filter(Factored.class::isInstance)
                            .map(op -> ((Factored) op).memory()))
                    .isNotEmpty()
                    .allMatch(of -> of == memory);
        }
        Factored.Memory memory = new Factored.Memory();
        double[] array = a.value().toArray();
        double[] factors = memory.of(Factored.Kind.LU, array, a.shape());
        assertThat(memory.of(Factored.Kind.LU, array, a.shape())).isSameAs(factors);
        assertThat(memory.of(Factored.Kind.LU, array.clone(), a.shape())).isNotSameAs(factors);
    }

    @Test
    void theCheckerPassesWhatIsRight() {
        Tensor a = Tensor.of(new double[][] {{3, 0.5, -0.25}, {0.25, 2, 0.5}, {-0.5, 0.75, 4}});
        Tensor b = random(3, 2);
        Variable weights = Variable.of(random(3, 3));
        List<Function<List<Variable>, Variable>> functions = List.of(
                x -> x.get(0).cholesky().mul(weights).sum(),
                x -> x.get(0).solve(x.get(1)).square().sum(),
                x -> x.get(0).triangularSolve(x.get(1), true).square().sum(),
                x -> x.get(0).lstsq(x.get(1)).square().sum(),
                x -> x.get(0).inverse().mul(weights).sum(),
                x -> x.get(0).det(),
                x -> x.get(0).logDet());
        for (Function<List<Variable>, Variable> f : functions) {
            assertThat(GradientCheck.ofAll(f).order(2).at(a, b).run().verdict()).isEqualTo(Verdict.PASS);
        }
    }

    // ---- least squares ----

    /** The linear problems of NIST's Statistical Reference Datasets, and the digits that the solution and its deviations must have. */
    @ParameterizedTest
    @CsvSource({
        "Norris, 13, 13",
        "Pontius, 13, 13",
        "NoInt1, 14, 15",
        "NoInt2, 15, 15",
        "Filip, 7.5, 7.5",
        "Longley, 14, 12",
        "Wampler1, 15, 15",
        "Wampler2, 13, 15",
        "Wampler3, 15, 14",
        "Wampler4, 15, 14",
        "Wampler5, 15, 14"
    })
    void theRegressionsOfNist(String name, double digits, double ofDeviations) throws IOException {
        List<double[]> certified = new ArrayList<>();
        List<double[]> data = new ArrayList<>();
        try (InputStream file = getClass().getResourceAsStream("/dev/wengert/nist/" + name + ".dat")) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            for (int k = 0; k < lines.size(); k++) {
                String line = lines.get(k).strip();
                if (line.matches("B\\d+ +[-+.\\dE]+ +[-+.\\dE]+")) {
                    certified.add(numbers(line.substring(line.indexOf(' '))));
                } else if (k >= 60 && line.matches("[-+.\\dE ]+")) {
                    data.add(numbers(line));
                }
            }
        }
        int m = data.size();
        int n = certified.size();
        double[][] a = new double[m][n];
        double[] b = new double[m];
        for (int i = 0; i < m; i++) {
            b[i] = data.get(i)[0];
            for (int j = 0; j < n; j++) {
                double x = data.get(i)[1];
                a[i][j] = name.startsWith("NoInt")
                        ? x
                        : name.equals("Longley")
                                ? j == 0 ? 1 : data.get(i)[j]
                                : new BigDecimal(x).pow(j).doubleValue(); // rounded once
            }
        }
        Variable matrix = Variable.of(Tensor.of(a));
        Variable right = Variable.of(Tensor.of(b));
        Variable x = matrix.lstsq(right);
        double variance = right.sub(matrix.matmul(x)).square().sum().item() / (m - n);
        Tensor inverse =
                matrix.lstsq(Variable.of(Tensor.eye(m))).square().sum(1).value();
        for (int j = 0; j < n; j++) {
            assertThat(lre(x.value().get(j), certified.get(j)[0]))
                    .as("%s, %d", name, j)
                    .isGreaterThanOrEqualTo(digits);
            assertThat(lre(Math.sqrt(variance * inverse.get(j)), certified.get(j)[1]))
                    .as("deviation of %s, %d", name, j)
                    .isGreaterThanOrEqualTo(ofDeviations);
        }
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** The number of digits that agree. */
    private static double lre(double v, double certified) {
        return v == certified ? 16 : -Math.log10(Math.abs(v - certified) / (certified == 0 ? 1 : Math.abs(certified)));
    }

    @Test
    void leastSquaresRefuseWhatHasNoSingleSolution() {
        Variable dependent = Variable.of(Tensor.of(new double[][] {{1, 2, 3}, {1, 2, 4}, {1, 2, 5}, {2, 4, 7}}));
        assertThatThrownBy(() -> dependent.lstsq(Variable.of(Tensor.ones(4))))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("lstsq: the columns must be independent, got column 1 as a combination of those before it");
        assertThat(Variable.of(Tensor.zeros(3, 0))
                        .lstsq(Variable.of(Tensor.ones(3)))
                        .shape())
                .isEqualTo(Shape.of(0));
    }

    // ---- eigenvalues ----

    @ParameterizedTest
    @MethodSource("matrices")
    void decompositionsAreExactForMatricesCloseBy(Tensor t) {
        int n = t.shape().extent(0);
        Variable q = Variable.of(t);
        Variable a = q.add(q.transpose());
        Eigen eigen = a.eigh();
        Variable v = eigen.vectors();
        RealMatrix product =
                real(v.matmul(eigen.values().diag()).matmul(v.transpose()).value());
        assertThat(norm(product.subtract(real(a.value())))).isLessThanOrEqualTo(4 * n * U * norm(real(a.value())));
        RealMatrix identity = real(v.transpose().matmul(v).value());
        assertThat(norm(identity.subtract(real(Tensor.eye(n))))).isLessThanOrEqualTo(8 * n * U);
        double[] expected = new EigenDecompositionSymmetric(real(a.value())).getEigenvalues();
        double[] values = eigen.values().value().toArray();
        for (int k = 0; k < n; k++) {
            assertThat(values[k]).isCloseTo(expected[n - 1 - k], within(16 * n * U * norm(real(a.value()))));
        }
    }

    @Test
    void whatIsNotSquareHasNoEigenvalues() {
        Variable a = Variable.of(Tensor.zeros(4, 3));
        assertThatThrownBy(a::eigh)
                .isInstanceOf(ShapeException.class)
                .hasMessage("eigh: the matrix must be square, got operand [4, 3]");
        assertThat(Variable.of(Tensor.full(Shape.of(2, 2), Double.NaN))
                        .eigh()
                        .values()
                        .value()
                        .toArray())
                .containsOnly(Double.NaN);
    }

    /** Where values are equal, the gradient of values is right, and what needs vectors is refused. */
    @Test
    void equalEigenvalues() {
        Tensor a = Tensor.of(new double[][] {{2, 0, 0}, {0, 2, 0}, {0, 0, 5}});
        UnaryOperator<Variable> exponentials = x -> x.eigh().values().exp().sum();
        double e = Math.exp(2);
        Tensor gradient = Autodiff.grad(exponentials).apply(a);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double expected = i != j ? 0 : i < 2 ? e : Math.exp(5);
                assertThat(gradient.get(i, j)).isCloseTo(expected, within(1e-13));
            }
        }
        assertThat(GradientCheck.of(exponentials).order(1).at(a).run().verdict())
                .isNotEqualTo(Verdict.FAIL);
        Tensor tangent = Autodiff.jvp(x -> x.eigh().vectors(), a, Tensor.ones(3, 3));
        assertThat(tangent.toArray()).contains(Double.NaN);
        String equal =
                "eigh: derivatives of eigenvectors, and second derivatives of eigenvalues, need different eigenvalues,"
                        + " got 2.0 twice";
        Derivative ofVectors = Autodiff.grad(x -> x.eigh().vectors().sum());
        assertThatThrownBy(() -> ofVectors.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(equal);
        Derivative second =
                Autodiff.grad(x -> Autodiff.grad(exponentials).apply(x).square().sum());
        assertThatThrownBy(() -> second.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(equal);
    }

    @Test
    void derivativesOfEigenvaluesAndVectors() {
        Tensor a = random(3, 3);
        Variable weights = Variable.of(random(9, 1)).reshape(3, 3);
        assertThat(GradientCheck.of(x -> {
                            Eigen eigen = x.eigh();
                            return eigen.vectors()
                                    .mul(eigen.values().expandDims(-2))
                                    .mul(weights)
                                    .sum();
                        })
                        .order(2)
                        .at(a)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    // ---- orthogonal factors and singular values ----

    /** The matrices, and others that are rectangular, of low rank, or graded by columns. */
    static Stream<Tensor> rectangles() {
        return Stream.concat(
                matrices(),
                Stream.of(
                        random(64, 20),
                        random(20, 64),
                        random(5, 1),
                        random(1, 5),
                        Variable.of(random(9, 2))
                                .matmul(Variable.of(random(2, 7)))
                                .value(),
                        matrix(40, (i, j) -> (i == j ? 2 : 1.0 / (1 + i + j)) * Math.pow(10, -j / 4.0))));
    }

    /** Matrices whose squares are beyond the range of doubles. */
    static Stream<Tensor> extremes() {
        return Stream.of(
                matrix(6, (i, j) -> 1e200 * entry(i, j)),
                matrix(6, (i, j) -> 1e-200 * entry(i, j)),
                matrix(4, (i, j) -> entry(i, j) * Math.pow(10, -90 * j)),
                Tensor.of(new double[][] {{5e-190, 9e-190}, {-4e248, 8e248}, {-1e-70, -3e-71}}));
    }

    /** The smallest doubles have few digits, and factors of them have all. */
    @ParameterizedTest
    @ValueSource(doubles = {0x1p-1060, 0x1p-1074})
    void factorsOfTheSmallestNumbersAreOrthonormal(double smallest) {
        Tensor digits = Tensor.of(new double[][] {{-1, 2}, {-2, -1}, {1, 2}});
        Variable a = Variable.of(digits.map(x -> x * smallest));
        assertThat(skewness(a.qr().q())).isLessThanOrEqualTo(12 * U);
        assertThat(skewness(a.svd().u())).isLessThanOrEqualTo(12 * U);
        assertThat(skewness(a.svd().vt())).isLessThanOrEqualTo(12 * U);
        Variable beside = Variable.concat(1, Variable.of(Tensor.of(new double[][] {{1}, {2}, {-1}})), a);
        assertThat(skewness(beside.qr().q())).isLessThanOrEqualTo(12 * U);
        assertThat(skewness(beside.svd().u())).isLessThanOrEqualTo(12 * U);
        assertThat(skewness(beside.svd().vt())).isLessThanOrEqualTo(12 * U);
    }

    private static double distance(Variable a, Variable b) {
        return norm(real(a.sub(b).value()));
    }

    /** How far columns are from orthonormal. */
    private static double skewness(Variable q) {
        return distance(
                q.transpose().matmul(q), Variable.of(Tensor.eye(q.shape().extent(1))));
    }

    @ParameterizedTest
    @MethodSource({"rectangles", "extremes"})
    void orthogonalFactorsAreExactForMatricesCloseBy(Tensor t) {
        Variable a = Variable.of(t);
        int m = t.shape().extent(0);
        int n = t.shape().extent(1);
        int k = Math.min(m, n);
        int most = Math.max(m, n);
        Qr qr = a.qr();
        assertThat(qr.q().shape()).isEqualTo(Shape.of(m, k));
        assertThat(qr.r().shape()).isEqualTo(Shape.of(k, n));
        double size = norm(real(t));
        assertThat(distance(qr.q().matmul(qr.r()), a)).isLessThanOrEqualTo(2 * most * U * size);
        assertThat(skewness(qr.q())).isLessThanOrEqualTo(4 * most * U);
        RealMatrix r = real(qr.r().value());
        for (int i = 0; i < k; i++) {
            assertThat(r.getEntry(i, i)).isNotNegative();
            for (int j = 0; j < i; j++) {
                assertThat(r.getEntry(i, j)).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rectangles")
    void theFactorsOfHipparchusAreNoBetter(Tensor t) {
        Variable a = Variable.of(t);
        int most = Math.max(t.shape().extent(0), t.shape().extent(1));
        double size = norm(real(t));
        QRDecomposition qr = new QRDecomposition(real(t), 0);
        RealMatrix product = qr.getQ().multiply(qr.getR());
        double error = distance(a.qr().q().matmul(a.qr().r()), a);
        assertThat(error).isLessThanOrEqualTo(4 * norm(product.subtract(real(t))) + 4 * U * size);
        SingularValueDecomposition svd = new SingularValueDecomposition(real(t));
        product = svd.getU().multiply(svd.getS()).multiply(svd.getVT());
        Svd ours = a.svd();
        error = distance(ours.u().mul(ours.s()).matmul(ours.vt()), a);
        assertThat(error).isLessThanOrEqualTo(4 * norm(product.subtract(real(t))) + 4 * U * size);
        double[] expected = svd.getSingularValues();
        double[] s = ours.s().value().toArray();
        for (int i = 0; i < s.length; i++) {
            assertThat(s[i]).isCloseTo(expected[i], within(16 * most * U * s[0]));
        }
    }

    @ParameterizedTest
    @MethodSource({"rectangles", "extremes"})
    void singularFactorsAreExactForMatricesCloseBy(Tensor t) {
        Variable a = Variable.of(t);
        int m = t.shape().extent(0);
        int n = t.shape().extent(1);
        int k = Math.min(m, n);
        Svd svd = a.svd();
        assertThat(svd.u().shape()).isEqualTo(Shape.of(m, k));
        assertThat(svd.vt().shape()).isEqualTo(Shape.of(k, n));
        double size = norm(real(t));
        int most = Math.max(m, n);
        assertThat(distance(svd.u().mul(svd.s()).matmul(svd.vt()), a)).isLessThanOrEqualTo(2 * most * U * size);
        assertThat(skewness(svd.u())).isLessThanOrEqualTo(4 * most * U);
        assertThat(skewness(svd.vt().transpose())).isLessThanOrEqualTo(4 * most * U);
        double[] s = svd.s().value().toArray();
        assertThat(a.singularValues().value().toArray()).isEqualTo(s);
        for (int i = 0; i < k; i++) {
            assertThat(s[i]).isBetween(0.0, i == 0 ? s[0] : s[i - 1]);
        }
        Tensor longer = m >= n ? svd.u().value() : svd.vt().transpose().value();
        for (int i = 0; i < k; i++) {
            double[] column = real(longer).getColumn(i);
            assertThat(Arrays.stream(column).max().orElseThrow())
                    .isEqualTo(Arrays.stream(column).map(Math::abs).max().orElseThrow());
        }
    }

    /** By mpmath, in 60 digits, from the elements as doubles. */
    @Test
    void theSingularValuesOfAMatrixOfHilbert() {
        double[] expected = {
            1.6959389969219494359,
            0.29812521131693071067,
            0.026212843578119050945,
            0.0014676881177418471388,
            0.0000543694336975089627,
            1.2943320918741792919e-6,
            1.7988737460063012302e-8,
            1.1115389694888081586e-10
        };
        double[] s = Variable.of(matrix(8, (i, j) -> 1.0 / (i + j + 1)))
                .singularValues()
                .value()
                .toArray();
        for (int k = 0; k < 8; k++) {
            assertThat(s[k]).isCloseTo(expected[k], within(2 * U * expected[0]));
        }
        assertThat(s[7]).isCloseTo(expected[7], within(1e-7 * expected[7]));
    }

    /** Columns whose scales differ cost no digits: the values are as accurate as those of the matrix without the scales allow. */
    @Test
    void smallSingularValuesOfGradedColumns() {
        Tensor a = matrix(3, (i, j) -> (i == j ? 2 : 1) * Math.pow(2, -100 * j));
        double[] s = Variable.of(a).singularValues().value().toArray();
        double product = s[0] * s[1] * s[2];
        assertThat(product).isCloseTo(0x1p-298, within(8 * U * 0x1p-298)); // the determinant
        assertThat(s[0]).isCloseTo(Math.sqrt(6), within(4 * U)); // the length of the first column
    }

    @Test
    void matricesWithoutRowsWithoutRankAndWithoutNumbers() {
        Svd none = Variable.of(Tensor.zeros(2, 3, 0)).svd();
        assertThat(none.u().shape()).isEqualTo(Shape.of(2, 3, 0));
        assertThat(none.s().shape()).isEqualTo(Shape.of(2, 0));
        assertThat(none.vt().shape()).isEqualTo(Shape.of(2, 0, 0));
        assertThat(Variable.of(Tensor.zeros(0, 3)).qr().r().shape()).isEqualTo(Shape.of(0, 3));
        Svd zero = Variable.of(Tensor.zeros(4, 3)).svd();
        assertThat(zero.s().value()).isEqualTo(Tensor.zeros(3));
        assertThat(skewness(zero.u())).isZero();
        assertThat(skewness(zero.vt())).isZero();
        assertThat(skewness(Variable.of(Tensor.zeros(4, 3)).qr().q())).isZero();
        assertThat(Variable.of(Tensor.of(new double[][] {{-3}})).svd())
                .extracting(
                        svd -> List.of(svd.u().item(), svd.s().item(), svd.vt().item()))
                .isEqualTo(List.of(1.0, 3.0, -1.0));
        Variable nan = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, Double.POSITIVE_INFINITY}}));
        for (Variable y : List.of(
                nan.qr().q(),
                nan.qr().r(),
                nan.svd().u(),
                nan.singularValues(),
                nan.svd().vt())) {
            assertThat(y.value().toArray()).containsOnly(Double.NaN);
        }
        assertThatThrownBy(() -> Variable.of(Tensor.of(1, 2)).qr())
                .isInstanceOf(ShapeException.class)
                .hasMessage("qr: the matrix must have at least two axes, got operand [2]");
        assertThatThrownBy(() -> Variable.of(Tensor.of(1, 2)).svd())
                .isInstanceOf(ShapeException.class)
                .hasMessage("svd: the matrix must have at least two axes, got operand [2]");
    }

    /** A number that depends on every element of a variable. */
    private static Variable weighted(Variable y) {
        return y.mul(Variable.of(
                        Tensor.normal(new SplittableRandom(5), y.shape().toArray())))
                .sum();
    }

    static Stream<UnaryOperator<Variable>> factors() {
        return Stream.of(
                x -> weighted(x.qr().q()),
                x -> weighted(x.qr().r()),
                x -> weighted(x.qr().q()).mul(weighted(x.qr().r().square())),
                x -> weighted(x.singularValues()),
                x -> weighted(x.svd().u()),
                x -> weighted(x.svd().vt()),
                x -> weighted(x.svd().u().matmul(x.svd().u().transpose())),
                x -> {
                    Svd svd = x.svd();
                    return weighted(svd.u().mul(svd.s().expandDims(-2)).exp()).mul(weighted(svd.vt()));
                });
    }

    /** Of square and wide matrices some derivatives are exactly 0, and differences beside them are inconclusive. */
    @ParameterizedTest
    @MethodSource("factors")
    void derivativesOfFactors(UnaryOperator<Variable> f) {
        for (Tensor a : List.of(random(4, 2), Tensor.normal(new SplittableRandom(7), 2, 3, 2))) {
            assertThat(GradientCheck.of(f).order(3).at(a).run().verdict()).isEqualTo(Verdict.PASS);
        }
        for (Tensor a : List.of(random(3, 3), random(2, 4))) {
            assertThat(GradientCheck.of(f).order(2).at(a).run().verdict()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @ParameterizedTest
    @MethodSource("factors")
    void aReplayOfFactorsHasTheBitsOfAnEagerRun(UnaryOperator<Variable> f) {
        Derivative gradient = Autodiff.grad(f);
        Function<List<Variable>, List<Variable>> both = x -> List.of(f.apply(x.get(0)), gradient.apply(x.get(0)));
        Plan plan =
                Tape.record(both, List.of(random(4, 3)), List.of(random(4, 3))).compile();
        Tensor other = Tensor.normal(new SplittableRandom(8), 4, 3);
        List<Tensor> eager = both.apply(List.of(Variable.of(other))).stream()
                .map(Variable::value)
                .toList();
        assertThat(plan.run(other)).isEqualTo(eager);
        assertThat(plan.run(other)).isEqualTo(eager);
    }

    /** The derivatives are those of a matrix near 1, times a power of two. */
    @ParameterizedTest
    @ValueSource(ints = {-660, 660})
    void derivativesOfVectorsOfLargeAndSmallMatrices(int exponent) {
        double scale = Math.scalb(1.0, exponent);
        for (UnaryOperator<Variable> f :
                List.<UnaryOperator<Variable>>of(x -> weighted(x.svd().u()), x -> weighted(x.qr().q()))) {
            Tensor a = random(4, 3);
            Tensor large = Variable.of(a).mul(scale).value();
            Variable gradient = Variable.of(Autodiff.grad(f).apply(large));
            assertThat(gradient.mul(scale).value()).isEqualTo(Autodiff.grad(f).apply(a));
        }
    }

    private static final String DIFFERENT =
            "svd: derivatives of singular vectors, and second derivatives of singular values, need different singular values other than 0, got ";

    /** A function whose derivatives are not exactly 0, beside which differences could tell nothing. */
    private static UnaryOperator<Variable> dense(UnaryOperator<Variable> f) {
        return x -> f.apply(x).add(weighted(x).mul(0.5).exp());
    }

    /** Where values are equal, the gradient of values is right, and what needs vectors is refused. */
    @Test
    void equalSingularValues() {
        Tensor a = Tensor.of(new double[][] {{0, -2, 0}, {2, 0, 0}, {0, 0, 5}, {0, 0, 0}});
        UnaryOperator<Variable> norm = x -> x.singularValues().square().sum();
        Tensor gradient = Autodiff.grad(norm).apply(a);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(gradient.get(i, j)).isCloseTo(2 * a.get(i, j), within(1e-14));
            }
        }
        assertThat(GradientCheck.of(dense(x -> x.singularValues().exp().sum()))
                        .order(1)
                        .at(a)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(Autodiff.jvp(x -> x.svd().u(), a, Tensor.ones(4, 3)).toArray())
                .contains(Double.NaN);
        Derivative ofVectors = Autodiff.grad(x -> x.svd().vt().sum());
        assertThatThrownBy(() -> ofVectors.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(DIFFERENT + "2.0 twice");
        Derivative second =
                Autodiff.grad(x -> Autodiff.grad(norm).apply(x).square().sum());
        assertThatThrownBy(() -> second.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(DIFFERENT + "2.0 twice");
    }

    /** A value of 0 is at the kink of a size: its derivative is 0, and vectors have none. */
    @Test
    void singularValuesOfZero() {
        Tensor a = Tensor.of(new double[][] {{0, 3}, {0, 0}});
        assertThat(Autodiff.grad(x -> x.singularValues().sum()).apply(a)).isEqualTo(Tensor.of(new double[][] {
            {0, 1}, {0, 0}
        }));
        assertThat(Autodiff.jvp(x -> x.singularValues(), a, Tensor.ones(2, 2))).isEqualTo(Tensor.of(1, 0));
        assertThat(Autodiff.jvp(x -> x.svd().u(), a, Tensor.ones(2, 2)).toArray())
                .containsOnly(Double.NaN);
        Derivative ofVectors = Autodiff.grad(x -> x.svd().u().sum());
        assertThatThrownBy(() -> ofVectors.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(DIFFERENT + "0.0");
    }

    /** Dependent columns have factors, and no derivatives of them; columns behind as many as there are rows may depend. */
    @Test
    void orthogonalFactorsOfDependentColumns() {
        Tensor a = Tensor.of(new double[][] {{1, 2, 3}, {1, 2, 4}, {1, 2, 5}, {2, 4, 7}});
        assertThat(Variable.of(a).qr().r().value().get(1, 1)).isBetween(0.0, 1e-15);
        String dependent = "qr: derivatives need independent columns, got column 1 as a combination of those before it";
        Derivative gradient = Autodiff.grad(x -> x.qr().r().sum());
        assertThatThrownBy(() -> gradient.apply(a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(dependent);
        assertThatThrownBy(() -> Autodiff.jvp(x -> x.qr().q(), a, a))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(dependent);
        Tensor stack = Tensor.of(new double[][][] {{{1, 0}, {0, 1}}, {{1, 2}, {2, 4}}});
        assertThatThrownBy(() -> gradient.apply(stack))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(dependent + " of matrix 1");
        Tensor wide = Tensor.of(new double[][] {{1, 2, 1}, {0, 1, 0}});
        assertThat(gradient.apply(wide).shape()).isEqualTo(wide.shape());
    }
}
