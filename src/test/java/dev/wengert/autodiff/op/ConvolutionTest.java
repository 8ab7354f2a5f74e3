package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions and pooling beside PyTorch, whose numbers convolutions.py has copied, and beside plain loops. */
class ConvolutionTest {

    private static final double ULPS = 16;

    /** The calls of PyTorch, as those of variables. */
    private static final Map<String, BinaryOperator<Variable>> CALLS = Map.ofEntries(
            Map.entry("Conv2d(2,3,(3, 3),1,0,1,1,True)", (x, w) -> x.conv2d(w)),
            Map.entry("Conv2d(2,4,(3, 2),2,1,1,2,True)", (x, w) -> x.conv2d(w, 2, 1, 1, 2)),
            Map.entry("Conv2d(1,2,(3, 3),1,2,2,1,False)", (x, w) -> x.conv2d(w, 1, 2, 2, 1)),
            Map.entry("Conv2d(3,3,(1, 1),1,0,1,3,True)", (x, w) -> x.conv2d(w, 1, 0, 1, 3)),
            Map.entry(
                    "Conv2d(2,2,(2, 3),(2, 1),(1, 0),(1, 2),1,True)",
                    (x, w) -> x.conv2d(w, new int[] {2, 1}, new int[] {1, 0}, new int[] {1, 2}, 1)),
            Map.entry("Conv2d(4,4,(3, 3),2,1,1,4,False)", (x, w) -> x.conv2d(w, 2, 1, 1, 4)),
            Map.entry("Conv2d(1,1,3,padding='same')", (x, w) -> x.convSame2d(w)),
            Map.entry("Conv1d(2,3,3,2,1)", (x, w) -> x.conv1d(w, 2, 1)),
            Map.entry("MaxPool2d(2,2,0,1,ceil_mode=False)", (x, w) -> x.maxPool2d(2)),
            Map.entry("MaxPool2d(3,2,1,1,ceil_mode=False)", (x, w) -> x.maxPool2d(3, 2, 1)),
            Map.entry("MaxPool2d(2,1,0,2,ceil_mode=False)", (x, w) -> x.maxPool2d(2, 1, 0, 2, false)),
            Map.entry("MaxPool2d(2,2,0,1,ceil_mode=True)", (x, w) -> x.maxPool2d(2, 2, 0, 1, true)),
            Map.entry("AvgPool2d(2,2,0,False,True)", (x, w) -> x.avgPool2d(2)),
            Map.entry("AvgPool2d(3,2,1,False,True)", (x, w) -> x.avgPool2d(3, 2, 1)),
            Map.entry("AvgPool2d(3,2,1,False,False)", (x, w) -> x.avgPool2d(3, 2, 1, false, false)),
            Map.entry("AvgPool2d(2,2,0,True,True)", (x, w) -> x.avgPool2d(2, 2, 0, true, true)));

    private record Reference(String call, Map<String, Tensor> parts) {

        /** The variables of a case: the input, and the weight and bias if it has them. */
        List<String> names() {
            return Stream.of("x", "weight", "bias").filter(parts::containsKey).toList();
        }

        List<Variable> variables(String prefix) {
            return names().stream()
                    .map(name -> Variable.of(parts.get(prefix + name)))
                    .toList();
        }

        Variable apply(List<Variable> v) {
            Variable y = CALLS.get(call).apply(v.get(0), v.size() > 1 ? v.get(1) : null);
            if (v.size() < 3) {
                return y;
            }
            return y.add(
                    y.shape().rank() == 3 ? v.get(2).reshape(-1, 1) : v.get(2).reshape(-1, 1, 1));
        }

        @Override
        public String toString() {
            return call;
        }
    }

    static Stream<Reference> references() throws IOException {
        Map<String, Map<String, Tensor>> cases = new LinkedHashMap<>();
        try (InputStream in = ConvolutionTest.class.getResourceAsStream("convolutions.csv")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(";"))
                    .forEach(cells -> cases.computeIfAbsent(cells[0], call -> new LinkedHashMap<>())
                            .put(cells[1], tensor(cells[2], cells[3])));
        }
        return cases.entrySet().stream().map(e -> new Reference(e.getKey(), e.getValue()));
    }

    private static Tensor tensor(String shape, String numbers) {
        return Tensor.of(
                Shape.of(Arrays.stream(shape.split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray()),
                Arrays.stream(numbers.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }

    @Test
    void everyCallHasReferences() throws IOException {
        assertThat(references().map(Reference::call)).containsExactlyInAnyOrderElementsOf(CALLS.keySet());
    }

    @ParameterizedTest
    @MethodSource("references")
    void valuesAndDerivativesAreThoseOfPyTorch(Reference r) {
        List<Variable> x = r.variables("");
        requireClose("output", r.apply(x).value(), r.parts.get("output"));
        Variable cotangent = Variable.of(r.parts.get("cotangent"));
        Variable y = r.apply(x);
        List<Variable> gradients = Autodiff.gradients(y.mul(cotangent).sum(), x);
        Tape tape = Tape.between(x, List.of(y));
        requireClose(
                "tangent", tape.pushforward(r.variables("direction ")).get(0).value(), r.parts.get("tangent"));
        List<Variable> directions = r.variables("direction ");
        Variable slope = IntStream.range(0, x.size())
                .mapToObj(i -> gradients.get(i).mul(directions.get(i)).sum())
                .reduce(Variable::add)
                .orElseThrow();
        List<Variable> products = Autodiff.gradients(slope, x);
        for (int i = 0; i < x.size(); i++) {
            String name = r.names().get(i);
            requireClose("gradient of " + name, gradients.get(i).value(), r.parts.get("gradients " + name));
            Tensor hvp = r.parts.get("hvp " + name);
            if (hvp != null) {
                requireClose(
                        "Hessian-vector product of " + name, products.get(i).value(), hvp);
            }
        }
    }

    private static void requireClose(String what, Tensor got, Tensor want) {
        assertThat(got.shape()).as(what).isEqualTo(want.shape());
        double unit =
                Math.ulp(Arrays.stream(want.toArray()).map(Math::abs).max().orElse(0));
        for (int i = 0; i < want.shape().size(); i++) {
            assertThat(Math.abs(got.toArray()[i] - want.toArray()[i]))
                    .as("%s, element %d: %s instead of %s", what, i, got, want)
                    .isLessThanOrEqualTo(ULPS * unit);
        }
    }

    // ---- transposed convolutions by the definition that PyTorch documents: transposed.py ----

    private record Transposed(int[] stride, int[] padding, int[] more, int groups, int[] dilation, List<Tensor> parts) {

        Variable apply(List<Variable> v) {
            Variable x = v.get(0);
            Variable w = v.get(1);
            return x.shape().rank() == 4
                    ? x.convTranspose2d(w, stride, padding, more, groups, dilation)
                    : x.convTranspose1d(w, stride[0], padding[0], more[0], groups, dilation[0]);
        }

        @Override
        public String toString() {
            return String.format(
                    "%s by %s, stride %s, padding %s, outputPadding %s, groups %d, dilation %s",
                    parts.get(0).shape(),
                    parts.get(1).shape(),
                    Arrays.toString(stride),
                    Arrays.toString(padding),
                    Arrays.toString(more),
                    groups,
                    Arrays.toString(dilation));
        }
    }

    private static int[] whole(String numbers) {
        return Arrays.stream(numbers.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    static Stream<Transposed> transposed() throws IOException {
        try (InputStream in = ConvolutionTest.class.getResourceAsStream("transposed.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.split(";"))
                            .map(c -> new Transposed(
                                    whole(c[0]),
                                    whole(c[1]),
                                    whole(c[2]),
                                    whole(c[3])[0],
                                    whole(c[4]),
                                    IntStream.range(0, 6)
                                            .mapToObj(i -> tensor(c[5 + 2 * i], c[6 + 2 * i]))
                                            .toList()))
                            .toList()
                            .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("transposed")
    void transposedConvolutionsAreThoseOfTheDefinition(Transposed t) {
        List<Variable> x = t.parts.subList(0, 2).stream().map(Variable::of).toList();
        Variable y = t.apply(x);
        assertThat(y.value()).isEqualTo(t.parts.get(3));
        List<Variable> gradients =
                Autodiff.gradients(y.mul(Variable.of(t.parts.get(2))).sum(), x);
        assertThat(gradients.get(0).value()).isEqualTo(t.parts.get(4));
        assertThat(gradients.get(1).value()).isEqualTo(t.parts.get(5));
    }

    // ---- padding that keeps the extents ----

    @Test
    void anOddNumberOfZerosHasOneMoreBehind() {
        SplittableRandom random = new SplittableRandom(9);
        Variable signal = Variable.of(Tensor.of(1, 2, 3)).reshape(1, 1, 3);
        Variable two = Variable.of(Tensor.of(10, 1)).reshape(1, 1, 2);
        assertThat(signal.convSame1d(two).flatten().value()).isEqualTo(Tensor.of(12, 23, 30));
        assertThat(signal.convSame1d(two, 2, 1).flatten().value()).isEqualTo(Tensor.of(2, 13, 20));
        Variable x = random(random, 2, 4, 5, 6);
        for (int rows = 1; rows <= 4; rows++) {
            for (int columns = 1; columns <= 4; columns++) {
                for (int dilation = 1; dilation <= 3; dilation++) {
                    int h = dilation * (rows - 1);
                    int w = dilation * (columns - 1);
                    Variable kernel = random(random, 6, 2, rows, columns);
                    Variable padded = x.pad(2, h / 2, h - h / 2).pad(3, w / 2, w - w / 2);
                    assertThat(x.convSame2d(kernel, dilation, 2).value())
                            .as("kernel [%d, %d], dilation %d", rows, columns, dilation)
                            .isEqualTo(padded.conv2d(kernel, 1, 0, dilation, 2).value());
                }
            }
        }
    }

    // ---- plain loops, adjoints and replay ----

    /** A random geometry with few elements, often with a kernel at the edge of what fits. */
    private static Geometry geometry(SplittableRandom random) {
        int[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(4)};
        int[] dilation = {1 + random.nextInt(3), 1 + random.nextInt(3)};
        int[] padding = {random.nextInt(3), random.nextInt(4)};
        int[] image = new int[2];
        for (int d = 0; d < 2; d++) {
            int least = dilation[d] * (kernel[d] - 1) + 1 - 2 * padding[d];
            image[d] = Math.max(1, least + random.nextInt(4));
        }
        return new Geometry(
                image[0],
                image[1],
                kernel[0],
                kernel[1],
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                padding[0],
                padding[1],
                dilation[0],
                dilation[1],
                1 + random.nextInt(3));
    }

    private static Variable random(SplittableRandom random, int... extents) {
        Shape shape = Shape.of(extents);
        return Variable.of(Tensor.of(
                shape,
                random.ints(shape.size(), -8, 9).mapToDouble(i -> i / 4.0).toArray()));
    }

    /** The elements are quarters, so that sums of their products are exact. Some batches are taken in several parts. */
    @Test
    void randomGeometriesAreThoseOfPlainLoops() {
        SplittableRandom random = new SplittableRandom(1);
        for (int trial = 0; trial < 300; trial++) {
            Geometry g = geometry(random);
            int batch = trial % 50 == 0 ? 70 : random.nextInt(3);
            int in = g.groups() * (1 + random.nextInt(2));
            int out = g.groups() * (1 + random.nextInt(2));
            Variable x = random(random, batch, in, g.h(), g.w());
            Variable y = random(random, batch, out, g.outH(), g.outW());
            Variable w = random(random, out, in / g.groups(), g.kernelH(), g.kernelW());
            for (Convolution.Kind kind : Convolution.Kind.values()) {
                Variable left = kind == Convolution.Kind.IMAGE ? y : x;
                Variable right = kind == Convolution.Kind.WEIGHT ? y : w;
                Tensor result = new Convolution(kind, g).apply(left, right).value();
                Shape shape = (kind == Convolution.Kind.IMAGE ? x : kind == Convolution.Kind.OUTPUT ? y : w).shape();
                assertThat(result)
                        .as("%s of %s", kind, g)
                        .isEqualTo(
                                Naive.tensor(shape, i -> Naive.convolution(kind, g, left.value(), right.value(), i)));
            }
        }
    }

    /** The three operations are one trilinear form, also where the matrix of elements is made part by part. */
    @Test
    void threeOperationsAreOneForm() {
        SplittableRandom random = new SplittableRandom(2);
        List<Geometry> geometries = new ArrayList<>();
        for (int trial = 0; trial < 100; trial++) {
            geometries.add(geometry(random));
        }
        geometries.add(new Geometry(150, 170, 3, 3, 1, 1, 1, 1, 1, 1, 2));
        geometries.add(new Geometry(1, 70_000, 1, 5, 1, 1, 0, 2, 1, 1, 1));
        geometries.add(new Geometry(400, 401, 5, 5, 2, 3, 2, 0, 2, 1, 1));
        for (Geometry g : geometries) {
            Variable x = random(random, 2, 2 * g.groups(), g.h(), g.w());
            Variable y = random(random, 2, 3 * g.groups(), g.outH(), g.outW());
            Variable w = random(random, 3 * g.groups(), 2, g.kernelH(), g.kernelW());
            double form = new Convolution(Convolution.Kind.OUTPUT, g)
                    .apply(x, w)
                    .mul(y)
                    .sum()
                    .item();
            assertThat(new Convolution(Convolution.Kind.IMAGE, g)
                            .apply(y, w)
                            .mul(x)
                            .sum()
                            .item())
                    .as("%s", g)
                    .isEqualTo(form);
            assertThat(new Convolution(Convolution.Kind.WEIGHT, g)
                            .apply(x, y)
                            .mul(w)
                            .sum()
                            .item())
                    .as("%s", g)
                    .isEqualTo(form);
        }
    }

    /** A large image, part by part, is what its windows give. */
    @Test
    void largeImageIsTheProductOfItsWindows() {
        SplittableRandom random = new SplittableRandom(3);
        Variable x = random(random, 1, 2, 300, 200);
        Variable w = random(random, 3, 2, 3, 3);
        Variable windows = x.windows(2, 3, 1).windows(3, 3, 1); // [1, 2, 298, 198, 3, 3]
        Variable product = windows.permute(2, 3, 0, 1, 4, 5)
                .reshape(298 * 198, 18)
                .matmul(w.reshape(3, 18).transpose())
                .transpose()
                .reshape(1, 3, 298, 198);
        assertThat(x.conv2d(w).value()).isEqualTo(product.value());
    }

    @Test
    void transposedConvolutionIsTheTranspose() {
        SplittableRandom random = new SplittableRandom(4);
        Variable x = random(random, 2, 4, 9, 8);
        Variable w = random(random, 6, 2, 3, 2);
        int[] stride = {3, 2};
        int[] padding = {1, 0};
        int[] dilation = {2, 3};
        Variable y = x.conv2d(w, stride, padding, dilation, 2); // [2, 6, 3, 3]
        Variable g = random(random, y.shape().toArray());
        Variable transposed = g.convTranspose2d(w, stride, padding, new int[] {0, 0}, 2, dilation);
        assertThat(transposed.shape()).isEqualTo(Shape.of(2, 4, 9, 8));
        assertThat(Autodiff.gradients(y.mul(g).sum(), List.of(x)).get(0).value())
                .isEqualTo(transposed.value());
        Variable longer = g.convTranspose2d(w, stride, padding, new int[] {2, 1}, 2, dilation);
        assertThat(longer.shape()).isEqualTo(Shape.of(2, 4, 11, 9));
        assertThat(longer.slice(2, 0, 9).slice(3, 0, 8).value()).isEqualTo(transposed.value());
        // a kernel that reads one element spreads it
        assertThat(Variable.of(Tensor.of(1, 2))
                        .reshape(1, 1, 2)
                        .convTranspose1d(Variable.of(Tensor.of(10, 1)).reshape(1, 1, 2), 2, 0, 1, 1, 1)
                        .flatten()
                        .value())
                .isEqualTo(Tensor.of(10, 1, 20, 2, 0));
        assertThat(g.convTranspose2d(w.slice(0, 0, 6)).shape()).isEqualTo(Shape.of(2, 2, 5, 4));
        assertThat(g.convTranspose2d(w, 1, 1).shape()).isEqualTo(Shape.of(2, 2, 3, 2));
        assertThat(g.convTranspose2d(w, 2, 1, 1, 3, 1).shape()).isEqualTo(Shape.of(2, 6, 6, 5));
    }

    @Test
    void signalsAreImagesOfOneRow() {
        SplittableRandom random = new SplittableRandom(5);
        Variable x = random(random, 2, 2, 9);
        Variable w = random(random, 4, 1, 3);
        Variable image =
                x.expandDims(2).conv2d(w.expandDims(2), new int[] {1, 2}, new int[] {0, 3}, new int[] {1, 2}, 2);
        assertThat(x.conv1d(w, 2, 3, 2, 2).value()).isEqualTo(image.squeeze(2).value());
        Variable v = random(random, 1, 2, 3);
        assertThat(x.conv1d(v).shape()).isEqualTo(Shape.of(2, 1, 7));
        assertThat(x.convTranspose1d(w.slice(0, 0, 2)).shape()).isEqualTo(Shape.of(2, 1, 11));
        assertThat(x.convTranspose1d(w.slice(0, 0, 2), 3, 2).shape()).isEqualTo(Shape.of(2, 1, 23));
        assertThat(x.maxPool1d(4).value())
                .isEqualTo(x.expandDims(2).windows(3, 4, 4).max(-1).squeeze(2).value());
        assertThat(x.maxPool1d(4, 1, 2).shape()).isEqualTo(Shape.of(2, 2, 10));
        assertThat(x.avgPool1d(3).value()).isEqualTo(x.windows(2, 3, 3).mean(-1).value());
        assertThat(x.avgPool1d(3, 2, 1).shape()).isEqualTo(Shape.of(2, 2, 5));
    }

    /** The sum of 1 and twice half a unit in its last place tells the order. */
    @Test
    void windowsThatOverlapAreAddedInOrder() {
        Variable windows =
                Variable.of(Tensor.of(0, 0, 1, 0, 0x1p-53, 0, 0x1p-53, 0, 0)).reshape(3, 1, 3);
        for (int width : new int[] {1, 2, 8}) {
            Variable sums = new AddWindows(0, 5, 1).apply(windows.broadcastTo(3, width, 3));
            assertThat(sums.slice(0, 2, 3).value())
                    .isEqualTo(Variable.of(Tensor.of(1)).broadcastTo(1, width).value());
        }
    }

    @Test
    void tiesShareTheDerivativeAndPaddingHasNone() {
        Tensor x = Tensor.of(1, 1, 0, -1, -1, -1).reshape(1, 1, 6);
        UnaryOperator<Variable> pool = v -> v.maxPool1d(3).sum();
        assertThat(Autodiff.grad(pool).apply(x).reshape(6))
                .isEqualTo(Tensor.of(0.5, 0.5, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0));
        Variable padded = Variable.of(x).maxPool1d(3, 2, 1);
        assertThat(padded.flatten().value()).isEqualTo(Tensor.of(1, 1, -1));
        assertThat(Variable.of(x).avgPool1d(2, 2, 1).flatten().value()).isEqualTo(Tensor.of(0.5, 0.5, -1, -0.5));
    }

    @Test
    void gradientCheckPassesAtOrderTwoAndReplayHasTheSameBits() {
        SplittableRandom random = new SplittableRandom(6);
        Tensor x = Tensor.of(Shape.of(2, 2, 5, 4), random.doubles(80).toArray());
        Tensor w = Tensor.of(Shape.of(4, 1, 2, 3), random.doubles(24).toArray());
        Function<List<Variable>, Variable> loss = v -> v.get(0)
                .conv2d(v.get(1), 2, 1, 1, 2)
                .tanh()
                .convTranspose2d(v.get(1), 2, 1, 0, 2, 1)
                .avgPool2d(2)
                .square()
                .sum();
        assertThat(GradientCheck.ofAll(loss).at(x, w).order(2).run().verdict()).isEqualTo(Verdict.PASS);
        Function<List<Variable>, List<Variable>> gradient = v -> Autodiff.gradients(loss.apply(v), v);
        List<Tensor> there = List.of(x.map(e -> e - 0.5), w.map(e -> 1 - e));
        assertThat(Tape.record(gradient, List.of(x, w)).compile().run(there.toArray(Tensor[]::new)))
                .isEqualTo(gradient.apply(there.stream().map(Variable::of).toList()).stream()
                        .map(Variable::value)
                        .toList());
    }

    /** A convolution of an image with a constant kernel, and a rule for its derivative. */
    private record Mine(UnaryOperator<Variable> f, UnaryOperator<Variable> rule) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return f.apply(Variable.of(Tensor.zeros(x[0]))).shape();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return f.apply(Variable.of(x.get(0))).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return rule.apply(g);
        }
    }

    private static Verdict verdict(UnaryOperator<Variable> f, UnaryOperator<Variable> rule) {
        Tensor x = Tensor.normal(new SplittableRandom(8), 1, 1, 3, 3);
        Mine mine = new Mine(f, rule);
        return GradientCheck.of(v -> mine.apply(v).sin().sum())
                .at(x)
                .order(2)
                .run()
                .verdict();
    }

    @Test
    void checkerFailsAWrongEdgeOfThePaddingAndASwappedStride() {
        Variable w = Variable.of(Tensor.normal(new SplittableRandom(7), 1, 1, 3, 3));
        UnaryOperator<Variable> padded = x -> x.conv2d(w, 1, 1);
        UnaryOperator<Variable> whole = g -> g.convTranspose2d(w);
        assertThat(verdict(padded, g -> whole.apply(g).slice(2, 1, 4).slice(3, 1, 4)))
                .isEqualTo(Verdict.PASS);
        assertThat(verdict(padded, g -> whole.apply(g).slice(2, 0, 3).slice(3, 1, 4)))
                .isEqualTo(Verdict.FAIL);
        Variable one = w.slice(2, 0, 1).slice(3, 0, 1);
        int[] none = {0};
        int[] next = {1};
        int[] down = {2, 1};
        int[] right = {1, 2};
        UnaryOperator<Variable> strided = x -> x.conv2d(one, down, none, next, 1);
        assertThat(verdict(strided, g -> g.convTranspose2d(one, down, none, none, 1, next)))
                .isEqualTo(Verdict.PASS);
        assertThat(verdict(strided, g -> g.transpose().convTranspose2d(one, right, none, none, 1, next)))
                .isEqualTo(Verdict.FAIL);
    }
}
