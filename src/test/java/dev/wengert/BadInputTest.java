package dev.wengert;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Eigen;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Qr;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Svd;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.Blame;
import dev.wengert.check.Entry;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.data.Csv;
import dev.wengert.data.DataFileException;
import dev.wengert.data.Dataset;
import dev.wengert.data.Imputer;
import dev.wengert.data.MinMaxScaler;
import dev.wengert.data.Standardiser;
import dev.wengert.functional.CustomVjp;
import dev.wengert.functional.Loops;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.functional.Tree;
import dev.wengert.io.EventFile;
import dev.wengert.io.JavaSource;
import dev.wengert.io.LoadReport;
import dev.wengert.io.Npy;
import dev.wengert.io.Npz;
import dev.wengert.io.Onnx;
import dev.wengert.io.Weights;
import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Classifications;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Logits;
import dev.wengert.jqwik.Shapes;
import dev.wengert.jqwik.Targets;
import dev.wengert.jqwik.Tensors;
import dev.wengert.nn.AvgPool1d;
import dev.wengert.nn.AvgPool2d;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Context;
import dev.wengert.nn.Conv1d;
import dev.wengert.nn.Conv2d;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Embedding;
import dev.wengert.nn.Gru;
import dev.wengert.nn.Initialiser;
import dev.wengert.nn.Layer;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.nn.Lstm;
import dev.wengert.nn.MaxPool1d;
import dev.wengert.nn.MaxPool2d;
import dev.wengert.nn.MultiHeadAttention;
import dev.wengert.nn.Rnn;
import dev.wengert.optim.Adam;
import dev.wengert.optim.Cyclic;
import dev.wengert.optim.Lbfgs;
import dev.wengert.optim.LevenbergMarquardt;
import dev.wengert.optim.NewtonCg;
import dev.wengert.optim.OneCycle;
import dev.wengert.optim.Plateau;
import dev.wengert.optim.Rate;
import dev.wengert.optim.Sgd;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.train.Average;
import dev.wengert.train.ConfusionMatrix;
import dev.wengert.train.EarlyStopping;
import dev.wengert.train.Epoch;
import dev.wengert.train.History;
import dev.wengert.train.Listener;
import dev.wengert.train.Metric;
import dev.wengert.train.Metrics;
import dev.wengert.train.Mistakes;
import dev.wengert.train.Preflight;
import dev.wengert.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public method and constructor of the exported packages, with one bad argument at a time: null, null elements, NaN, negative, empty,
 * huge, of another rank, of another type, and changing while it is read. What comes out is an error in the project's form, or a result
 * that {@link #DOCUMENTED} explains. A method whose parameters or class have no sample fails.
 */
class BadInputTest {
    private static final String LONG = "n".repeat(1_000_000);
    private static final String ODD = "a\u202Eb\n<b>\"";
    private static final int CHANGES = 200;

    /** What is accepted, or is refused in the words of Java, by the call and the argument as a pattern, and why. */
    private static final Map<String, String> DOCUMENTED = Map.ofEntries(
            entry(".*\\.equals\\(Object\\) .*", "equals is false for null and for objects of other types"),
            entry(
                    ".* (NaN elements|no elements|another rank|one number) .*|.* (NaN elements|no elements|another rank|one number)",
                    "operations are defined for any numbers, and refuse only shapes that do not fit"),
            entry(
                    "Variable\\.(of|add|sub|rsub|mul|div|rdiv|mod|pow|maximum|minimum|gt|ge|lt|le|eq|ne|pad)\\(.*double\\) .*",
                    "arithmetic of IEEE 754: NaN and infinities go through, comparisons with NaN are false"),
            entry("JavaSource\\.write\\(Path\\) 0 .*", "the folder of sources may exist, and is made if it does not"),
            entry("Variable\\.clamp\\(double, double\\) .*", "a bound may be infinite"),
            entry("Variable\\.norm\\(double, .*\\) 0 .*", "every p of 1 or more, infinite, too"),
            entry(
                    "Variable\\.c?elu\\(double\\) .*|Variable\\.leakyRelu\\(double\\) .*",
                    "finite slopes, and α of 0 or more"),
            entry("Variable\\.dropout\\(double, Variable\\) 0 0", "dropout with probability 0 drops nothing"),
            entry("Dropout\\(double\\) 0 0", "dropout with probability 0 drops nothing"),
            entry(
                    "(BatchNorm|LayerNorm)\\(.*double.*\\) .*",
                    "a positive ε of any size; a momentum of NaN is the mean over all batches"),
            entry(
                    "Initialiser\\.\\w+\\(.*double.*\\) .*",
                    "finite gains, means and bounds of any size; a constant is any number"),
            entry("Variable\\.realSoftMax\\(double\\) .*", "every positive λ, an infinite one gives the maximum"),
            entry("Tensor\\.(scalar|full|of|ulpDistance)\\(.*double.*\\) .*", "tensors hold any doubles"),
            entry("Tensor\\.equalsWithinUlps\\(Tensor, double\\) .*", "every finite distance of 0 or more"),
            entry("Tensor\\.arange\\(.*\\) .*", "finite bounds in any order; a range may be empty"),
            entry("Plan\\.set\\(int, double\\[\\]\\) .*", "an input holds any doubles"),
            entry(
                    "(BigArithmetic|BigReal)\\.\\w+\\((int, )?BigReal.*\\) . (NaN|infinity|0|1e308|huge|-1)",
                    "numbers of any size, and the special values of IEEE 754"),
            entry("Shape\\.\\w+\\(String, .*\\) 0 null", "the name of an operation only stands before an error"),
            entry(".*\\[\\]\\) . (twice|many)", "what is named twice is taken twice, and there may be many axes"),
            entry("(Variable\\.(conv|maxPool|avgPool)|Conv)2d\\(.*\\) . twice", "one number for each of two axes"),
            entry("(Shape|Shapes|Tensors)\\.(broadcastsTo|contains|of)\\(Shape.*\\) 0 huge", "no element is made"),
            entry("BigReal\\.of\\(.*\\) .*", "a number or one of the special values of doubles"),
            entry("Doubles\\.contains\\(double\\) .*", "tells for every double whether it can be drawn"),
            entry("Doubles\\.between\\(double, double\\) .*", "finite bounds in order, of any size"),
            entry("(Reliability|RocPoint)\\(.*\\) .*", "a row of a result tells what was found: any numbers"),
            entry("Entry\\(.*\\) .*", "an entry tells what was found: numbers of any kind, and text"),
            entry("Misshapen\\(.*\\) .*", "a finding tells what was found: names and shapes of any kind"),
            entry("Blame\\(.*\\) .*", "a finding tells what was found: any step, and text"),
            entry(
                    "GradientCheck\\.(seed|domain|directions|accuracy|highPrecision)\\(.*\\) .*",
                    "a seed is any long; a domain may be unbounded"),
            entry("(Loss|CrossEntropy)\\.\\w+\\(.*double\\) .*", "finite numbers in the range that the Javadoc states"),
            entry(
                    "(A\\w+|[NR]Adam|Rprop|RmsProp|Sgd)\\(.*double.*\\) . (0|1e308)",
                    "rates and constants of any size, and 0 where the Javadoc has it"),
            entry(
                    "Optimiser\\.(clip|clipValue|weightDecay)\\(double.*\\) . (0|1e308|infinity)",
                    "positive limits and decays of any size; an infinite limit clips nothing, and an infinite power is the maximum norm"),
            entry(
                    "(Rate\\.|OneCycle|Cyclic|Plateau).*\\(.*double.*\\) . (0|1e308)",
                    "rates, factors and powers of any size, and 0 where the Javadoc has it"),
            entry("Plateau\\.offer\\(double\\) .*", "a metric may be any number"),
            entry("Imputer\\.constant\\(.*\\) 1 1e308", "a finite number of any size"),
            entry("Lbfgs\\.rate\\(double\\) .*", "a positive finite rate, of any size"),
            entry("\\w+\\.\\w*[tT]olerance\\(double\\) .*", "a finite tolerance of 0 or more"),
            entry(
                    "(ShapeException|DataFileException|NotFiniteException)\\(.*\\) .*",
                    "an error is made of any words: it must not fail itself"),
            entry(
                    ".*\\b(String)\\b.*(long text|odd text|no text).*",
                    "names and texts are free; messages show them quoted and shortened"),
            entry(".* (empty list|empty map|empty array|no numbers)", "none of several is a number of several"),
            entry(
                    ".*(axis|extent|row|rows|Shape|argmax|slice|concat|stack|softmax|logSoftmax|softmin|sum|mean|variance|std|prod|norm|max|min|logSumExp|reshape|permute)\\(.* (-1|0)",
                    "axes are counted from the end, too, and one extent of reshape may be -1"),
            entry(
                    ".*(int|long).* (0|-1|most|least)",
                    "the whole numbers that a method takes are in its Javadoc; others are refused"),
            entry("ExactForm\\.exact\\(.*\\) .*", "the default has no exact form, whatever it is asked"),
            entry(
                    "(Cotangents|Tangents)\\.add(Slice|Rows)?\\(.*Variable\\) .* null",
                    "an absent perturbation is skipped"),
            entry(
                    "(GradientReport|History|Mistakes)\\.write.*\\(Path\\) .*|Listener\\.(csv|html|tensorBoard)\\(Path\\) .*",
                    "writing fails in the words of the file system"),
            entry("Trainer\\.checkpoint\\(.*Path.*\\) .*", "the file is written when the training has begun"),
            entry(
                    "Onnx\\.(of|dynamicBatch|inputs|outputs)\\(.*\\) .*",
                    "the function runs, and names are looked at, when the file is written"),
            entry("Listener\\.on\\w+\\(.*\\) .*", "a listener that does nothing takes anything"),
            entry("EventFile\\.create\\(.*\\) 0 (missing|a directory)", "a directory is made or used"),
            entry(
                    "EarlyStopping\\.(offer|minDelta)\\(.*\\) 0 (0|1e308|huge|-1|-?infinity)",
                    "a figure is any number, and a least improvement one of 0 or more"),
            entry("External\\.error\\(.*\\) . (0|1e308)", "an error may be 0, and a scale of any size"),
            entry("(ValueAndGradient|Mistake|Scalar)\\(.*\\) .*", "a record of values holds what it is given"),
            entry(".* changing", "a change that fits is no fault"),
            entry(".* returns null", "a function that is not run yet"),
            entry(".* changes its arguments", "a function that is not run yet"));

    /** What makes a tensor of the largest shape, if there is memory for it. */
    private static final Pattern NEEDS_16_GB =
            Pattern.compile("(Tensor\\.(zeros|ones|full)|Optimiser\\.initial)\\(Shape.*");

    /** What others call: the sweeps call rules with what they have checked, and jqwik calls arbitraries with what these have made. */
    private static final Pattern CALLED_BACK =
            Pattern.compile("(Op|CustomOp)\\.(vjp|jvp|shape|pullback|pushforward)\\(.*"
                    + "|(Dropout|BatchNorm)\\.apply\\(Variable\\)" // refused without a context, whatever x is
                    + "|(Doubles|Shapes|Tensors|Logits|Classifications|SimplifyingArbitrary)"
                    + "\\.(draw|simpler|complexity|generator|edgeCases)\\(.*");

    private static final Set<String> USED = Collections.synchronizedSet(new TreeSet<>());

    private static final Pattern FORM = Pattern.compile(
            "(?s)[^\\n]{1,300}: [^\\n]*\\b(must|needs?|can have|has no|have no|no such file|ends here|busy|was set|not a file)\\b[^\\n]*");
    private static final Pattern WORDS_OF_THE_JDK = Pattern.compile(
            "Cannot (invoke|read|load|store|assign)|because \"|<parameter\\d|<local\\d|out of bounds for|cannot be cast|Illegal Capacity|arraycopy|Index: |Range \\[");
    private static final Set<Class<?>> KINDS = Set.of(
            IllegalArgumentException.class,
            ShapeException.class,
            NullPointerException.class,
            IndexOutOfBoundsException.class,
            IllegalStateException.class,
            UnsupportedOperationException.class,
            ArithmeticException.class,
            DataFileException.class);

    @TempDir
    static Path dir;

    private static Path csv;
    private static Path idx;
    private static Path safetensors;
    private static Path npy;
    private static Path npz;
    private static EventFile events;
    private static Path checkpoint;

    @BeforeAll
    static void files() throws IOException {
        csv = Files.writeString(dir.resolve("a.csv"), "a,b\n0,1\n1,0\n");
        idx = Files.write(dir.resolve("a.idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 3, 4});
        safetensors = dir.resolve("a.safetensors");
        weights().write(safetensors);
        npy = dir.resolve("a.npy");
        Npy.write(npy, tensor());
        npz = dir.resolve("a.npz");
        Npz.write(npz, Map.of("a", tensor()));
        events = EventFile.create(dir, 1);
        checkpoint = dir.resolve("checkpoint.safetensors");
        trainer().checkpoint(checkpoint).fit(new Dataset(tensor(), Tensor.of(0, 1), 2));
    }

    // ---- samples ----

    private static Tensor tensor() {
        return Tensor.of(new double[][] {{0, 1, 0}, {1, 0, 1}});
    }

    /** A value, and texts of which one is a part. */
    private static Weights weights() {
        return Weights.of(List.of(PARAMETER)).with("a", "text").with("a.b", "text");
    }

    private static Variable variable() {
        return Variable.of(tensor());
    }

    private record Twice() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> 2 * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(2);
        }
    }

    /** An operation that hands its sweep to a test. */
    private record Handing(Consumer<Object> use) implements CustomOp {
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

        @Override
        public void pullback(Cotangents c) {
            use.accept(c);
        }

        @Override
        public void pushforward(Tangents t) {
            use.accept(t);
        }
    }

    /** A kind of argument: a good one, and bad ones by name. */
    private record Kind(Supplier<?> good, Map<String, Supplier<?>> bad) {}

    private static Kind kind(Supplier<?> good, Object... namesAndBad) {
        Map<String, Supplier<?>> bad = new LinkedHashMap<>();
        bad.put("null", () -> null);
        for (int i = 0; i < namesAndBad.length; i += 2) {
            Object value = namesAndBad[i + 1];
            bad.put((String) namesAndBad[i], value instanceof Supplier<?> s ? s : () -> value);
        }
        return new Kind(good, bad);
    }

    private static Kind number(Object good, Object... namesAndBad) {
        Kind kind = kind(() -> good, namesAndBad);
        kind.bad.remove("null");
        return kind;
    }

    /** A list of the wrong size, or of other elements at each look. */
    private static final class Lying<T> extends AbstractList<T> {
        private final int size;
        private final T element;
        private int looks;

        Lying(int size, T element) {
            this.size = size;
            this.element = element;
        }

        @Override
        public T get(int i) {
            return looks++ % 2 == 0 ? element : null;
        }

        @Override
        public int size() {
            return size;
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Kind list(Supplier<T> element) {
        return kind(
                () -> new ArrayList<>(List.of(element.get())),
                "empty list",
                List.of(),
                "a null element",
                (Supplier<?>) () -> Arrays.asList(element.get(), null),
                "an element of another type",
                (Supplier<?>) () -> (List) List.of("text"),
                "negative size",
                (Supplier<?>) () -> new Lying<>(-1, element.get()),
                "huge size",
                (Supplier<?>) () -> Collections.nCopies(Integer.MAX_VALUE, element.get()),
                "changing",
                (Supplier<?>) () -> new Lying<>(1, element.get()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Kind map(Supplier<Parameter> key, Supplier<T> value) {
        Map<Parameter, T> noValue = new HashMap<>();
        noValue.put(key.get(), null);
        Map<Parameter, T> noKey = new HashMap<>();
        noKey.put(null, value.get());
        return kind(
                () -> new HashMap<>(Map.of(key.get(), value.get())),
                "empty map",
                Map.of(),
                "a null value",
                noValue,
                "a null key",
                noKey,
                "a key of another type",
                (Map) Map.of("text", value.get()),
                "a value of another type",
                (Map) Map.of(key.get(), "text"));
    }

    private static final Variable KEY = Variable.of(Key.of(1).tensor());
    private static final Parameter PARAMETER = new Parameter("w", tensor());

    /** What has channels. */
    private static final Variable IMAGE = Variable.of(Tensor.ones(1, 2, 2, 3));

    private static final Layer LAYER = Variable::relu;

    /** A layer that has the parameter. */
    private static final Layer HOLDER = new Layer() {
        @Override
        public Variable apply(Variable x) {
            return x;
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(PARAMETER);
        }
    };

    /** A batch of two sequences of four steps. */
    private static final Variable SEQUENCES = Variable.of(Tensor.ones(2, 4, 3));

    private static final Supplier<Variable> STATE = () -> Variable.of(Tensor.ones(2, 3));

    private static final Tensor CHANCES = Tensor.of(new double[][] {{0.2, 0.8}, {0.6, 0.4}});
    private static final Tensor CLASSES = Tensor.of(0, 1);

    private static final Map<String, Kind> KINDS_BY_TYPE = kinds();

    private static Map<String, Kind> kinds() {
        Supplier<Parameter> parameter = () -> new Parameter("w", tensor());
        Kind tensors = kind(
                BadInputTest::tensor,
                "NaN elements",
                Tensor.full(Shape.of(2, 3), Double.NaN),
                "no elements",
                Tensor.zeros(0),
                "another rank",
                Tensor.ones(2, 1, 5, 7),
                "one number",
                Tensor.scalar(1.5));
        Kind variables = kind(
                BadInputTest::variable,
                "NaN elements",
                Variable.of(Tensor.full(Shape.of(2, 3), Double.NaN)),
                "no elements",
                Variable.of(Tensor.zeros(0)),
                "another rank",
                Variable.of(Tensor.ones(2, 1, 5, 7)),
                "one number",
                Variable.of(1.5));
        UnaryOperator<Variable> sum = x -> x.square().sum();
        UnaryOperator<Variable> nothing = x -> null;
        Function<List<Variable>, Variable> all = x -> x.get(0).square().sum();
        Function<List<Variable>, List<Variable>> several = x -> List.of(x.get(0).square());
        Map<String, Kind> kinds = new HashMap<>();
        kinds.put("int", number(1, "-1", -1, "0", 0, "most", Integer.MAX_VALUE, "least", Integer.MIN_VALUE));
        kinds.put("float", number(1f));
        kinds.put("long", number(1L, "-1", -1L, "most", Long.MAX_VALUE, "least", Long.MIN_VALUE));
        kinds.put(
                "double",
                number(
                        0.5,
                        "NaN",
                        Double.NaN,
                        "-1",
                        -1.0,
                        "0",
                        0.0,
                        "1e308",
                        1e308,
                        "infinity",
                        Double.POSITIVE_INFINITY,
                        "-infinity",
                        Double.NEGATIVE_INFINITY));
        kinds.put("boolean", number(false));
        kinds.put(
                "int[]",
                kind(
                        () -> new int[] {1},
                        "empty array",
                        new int[0],
                        "-1",
                        new int[] {-1},
                        "least",
                        new int[] {Integer.MIN_VALUE},
                        "most",
                        new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE},
                        "twice",
                        new int[] {1, 1},
                        "many",
                        new int[1000]));
        kinds.put(
                "long[]",
                kind(
                        () -> new long[] {1},
                        "empty array",
                        new long[0],
                        "-1",
                        new long[] {-1},
                        "most",
                        new long[] {Long.MAX_VALUE},
                        "twice",
                        new long[] {1, 1}));
        kinds.put(
                "double[]",
                kind(
                        () -> new double[6],
                        "no numbers",
                        new double[0],
                        "NaN elements",
                        new double[] {1, Double.NaN, 1, 1, 1, 1},
                        "many",
                        new double[1000]));
        kinds.put(
                "double[][]",
                kind(
                        () -> new double[][] {{1, 2}, {3, 4}},
                        "empty array",
                        new double[0][],
                        "null elements",
                        new double[][] {null, null},
                        "a null element",
                        new double[][] {{1, 2}, null},
                        "ragged",
                        new double[][] {{1, 2}, {3}}));
        kinds.put(
                "double[][][]",
                kind(
                        () -> new double[][][] {{{1, 2}, {3, 4}}},
                        "empty array",
                        new double[0][][],
                        "a null element",
                        new double[][][] {{{1, 2}}, null},
                        "a null row",
                        new double[][][] {{{1, 2}}, {null}},
                        "ragged",
                        new double[][][] {{{1, 2}}, {{3}}}));
        kinds.put("Tensor", tensors);
        kinds.put("Variable", variables);
        kinds.put(
                "Tensor[]",
                kind(
                        () -> new Tensor[] {tensor()},
                        "empty array",
                        new Tensor[0],
                        "a null element",
                        new Tensor[] {tensor(), null},
                        "null elements",
                        new Tensor[] {null}));
        kinds.put(
                "Variable[]",
                kind(
                        () -> new Variable[] {variable()},
                        "empty array",
                        new Variable[0],
                        "a null element",
                        new Variable[] {variable(), null},
                        "null elements",
                        new Variable[] {null}));
        kinds.put(
                "Shape[]",
                kind(() -> new Shape[] {Shape.of(2, 3)}, "empty array", new Shape[0], "null elements", new Shape[] {null
                }));
        kinds.put(
                "String[]",
                kind(
                        () -> new String[] {"a"},
                        "empty array",
                        new String[0],
                        "a null element",
                        new String[] {"a", null},
                        "twice",
                        new String[] {"a", "a"},
                        "long text",
                        new String[] {LONG},
                        "odd text",
                        new String[] {ODD}));
        kinds.put(
                "BigReal[]",
                kind(
                        () -> new BigReal[] {BigReal.ONE, BigReal.ONE},
                        "empty array",
                        new BigReal[0],
                        "null elements",
                        new BigReal[] {null, null}));
        kinds.put(
                "Shape",
                kind(
                        () -> Shape.of(2, 3),
                        "no elements",
                        Shape.of(0),
                        "huge",
                        Shape.of(Shape.MAX_SIZE),
                        "another rank",
                        Shape.of(1, 1, 1, 7)));
        kinds.put("String", kind(() -> "a", "no text", "", "long text", LONG, "odd text", ODD));
        kinds.put("Object", kind(() -> "a", "an object of another type", List.of()));
        kinds.put("T", kind(BadInputTest::tensor));
        kinds.put("Op", kind(Twice::new));
        kinds.put("Rate", kind(() -> Rate.constant(0.1)));
        kinds.put("Rate[]", kind(() -> new Rate[] {Rate.constant(0.1)}, "a null", new Rate[] {null}));
        kinds.put("Optimiser", kind(() -> new Sgd(0.1)));
        kinds.put("Dataset", kind(() -> new Dataset(tensor(), Tensor.of(0, 1), 2)));
        kinds.put("Tape", kind(() -> Tape.record(Variable::square, tensor())));
        kinds.put("Layer", kind(BadInputTest::linear));
        kinds.put("Loss", kind(Loss::crossEntropy));
        kinds.put("Plateau", kind(() -> new Plateau(0.5)));
        kinds.put("Metric", kind(() -> (Metric) (outputs, data) -> 1));
        kinds.put("Listener", kind(() -> new Listener() {}));
        kinds.put("EarlyStopping", kind(() -> EarlyStopping.lowest(1)));
        kinds.put("History", kind(BadInputTest::history));
        kinds.put("PrintStream", kind(() -> new PrintStream(OutputStream.nullOutputStream())));
        kinds.put("Level", kind(() -> Preflight.Level.OK));
        kinds.put("List<Finding>", list(() -> new Preflight.Finding(Preflight.Level.OK, "a", "b")));
        kinds.put(
                "Map<String, Double>",
                kind(
                        () -> Map.of("a", 1.0),
                        "empty map",
                        Map.of(),
                        "a null value",
                        Collections.singletonMap("a", null)));
        kinds.put("Average", kind(() -> Average.MACRO));
        kinds.put("Key", kind(() -> Key.of(1)));
        kinds.put(
                "BiFunction<List<Variable>, Context, Variable>",
                kind(() -> (BiFunction<List<Variable>, Context, Variable>)
                        (in, context) -> PARAMETER.variable().sum()));
        kinds.put("Parameter", kind(parameter));
        kinds.put("Reduction", kind(() -> Reduction.SUM));
        kinds.put("Verdict", kind(() -> Verdict.PASS));
        kinds.put("Entry", kind(BadInputTest::entryOfAReport));
        kinds.put("Layer[]", kind(() -> new Layer[] {LAYER}, "a null", new Layer[] {LAYER, null}));
        kinds.put("Context", kind(() -> Context.training(Key.of(1))));
        kinds.put("Initialiser", kind(Initialiser::xavierUniform));
        kinds.put("State", kind(() -> new Lstm.State(variable(), variable())));
        kinds.put("BiFunction<Variable, Context, Variable>", kind(() ->
                (BiFunction<Variable, Context, Variable>) (x, context) -> x));
        kinds.put("RandomGenerator", kind(() -> new SplittableRandom(1)));
        kinds.put("DoubleUnaryOperator", kind(() -> (DoubleUnaryOperator) v -> v));
        kinds.put("GradientReport", kind(() -> REPORT));
        kinds.put("Optional<Entry>", kind(() -> Optional.of(REPORT.entries().get(0))));
        kinds.put("ToDoubleFunction<double[]>", kind(() -> (ToDoubleFunction<double[]>) x -> x[0]));
        kinds.put("UnaryOperator<double[]>", kind(() -> (UnaryOperator<double[]>) double[]::clone));
        kinds.put("Function<double[], double[][]>", kind(() ->
                (Function<double[], double[][]>) x -> new double[x.length][x.length]));
        kinds.put(
                "Duration", kind(() -> Duration.ofHours(1), "zero", Duration.ZERO, "negative", Duration.ofSeconds(-1)));
        kinds.put("DoubleConsumer", kind(() -> (DoubleConsumer) v -> {}));
        kinds.put(
                "Supplier<Variable>",
                kind(() -> (Supplier<Variable>) () -> Variable.of(1), "returns null", supplier()));
        kinds.put("UnaryOperator<Variable>", kind(() -> sum, "returns null", nothing));
        kinds.put(
                "UnaryOperator<Tensor>",
                kind(() -> (UnaryOperator<Tensor>) x -> x, "returns null", (UnaryOperator<Tensor>) x -> null));
        kinds.put(
                "Function<List<Variable>, Variable>",
                kind(() -> all, "returns null", function(x -> null), "changes its arguments", function(x -> {
                    x.add(x.get(0));
                    return null;
                })));
        kinds.put(
                "Function<List<Variable>, List<Variable>>",
                kind(
                        () -> several,
                        "returns null",
                        function(x -> null),
                        "returns a null element",
                        function(x -> Arrays.asList(x.get(0), null)),
                        "returns no list of variables",
                        function(x -> List.of("text")),
                        "changes its arguments",
                        function(x -> {
                            x.clear();
                            return x;
                        })));
        kinds.put("Collection<Parameter>", list(parameter));
        kinds.put("List<Parameter>", list(parameter));
        kinds.put("LbfgsState", kind(() -> new Lbfgs().start(sum, tensor())));
        kinds.put(
                "Map<String, Tensor>",
                kind(() -> new Lbfgs().start(sum, tensor()).tensors(), "empty map", Map.of()));
        kinds.put("Weights", kind(() -> Weights.of(List.of(PARAMETER))));
        kinds.put(
                "Map<String, String>",
                kind(
                        () -> Map.of("w", "v"),
                        "empty map",
                        Map.of(),
                        "a null value",
                        Collections.singletonMap("w", null)));
        kinds.put(
                "List<String>",
                kind(
                        () -> List.of("a"),
                        "empty list",
                        List.of(),
                        "a null element",
                        Arrays.asList("a", null),
                        "an element of another type",
                        List.of(7)));
        kinds.put("List<Misshapen>", list(() -> new LoadReport.Misshapen("a", Shape.of(), Shape.of(1))));
        kinds.put("Throwable", kind(() -> new IOException("a")));
        kinds.put("List<Variable>", list(BadInputTest::variable));
        kinds.put("List<Tensor>", list(BadInputTest::tensor));
        kinds.put("List<Shape>", list(() -> Shape.of(2)));
        kinds.put("List<BigReal[]>", list(() -> new BigReal[] {BigReal.ONE}));
        kinds.put("Map<Parameter, Tensor>", map(parameter, BadInputTest::tensor));
        kinds.put("Map<Parameter, Variable>", map(() -> PARAMETER, BadInputTest::variable));
        kinds.put(
                "BinaryOperator<Variable>",
                kind(() -> (BinaryOperator<Variable>) Variable::add, "returns null", (BinaryOperator<Variable>)
                        (a, b) -> null));
        kinds.put("Predicate<Tensor>", kind(() ->
                (Predicate<Tensor>) x -> x.shape().size() > 0 && x.toArray()[0] < 5));
        kinds.put(
                "Step",
                kind(
                        () -> (Loops.Step) (carry, x) -> new Loops.Result(carry, List.of()),
                        "returns null",
                        (Loops.Step) (carry, x) -> null,
                        "changes its arguments",
                        (Loops.Step) (carry, x) -> {
                            carry.clear();
                            return null;
                        }));
        kinds.put(
                "Function<T, Variable>",
                kind(
                        () -> (Function<List<Variable>, Variable>)
                                x -> x.get(0).square().sum(),
                        "returns null",
                        function(x -> null)));
        kinds.put("Tape", kind(() -> Tape.record(Variable::square, tensor())));
        kinds.put("Lookup", kind(MethodHandles::lookup));
        kinds.put("Rule", kind(() -> (CustomVjp.Rule) (g, y, x) -> g));
        kinds.put("ListRule", kind(() -> (CustomVjp.ListRule) (g, y, x) -> List.of(g)));
        kinds.put(
                "Path",
                kind(
                        () -> csv,
                        "missing",
                        (Supplier<?>) () -> dir.resolve("none").resolve("missing\nfile"),
                        "a directory",
                        (Supplier<?>) () -> dir));
        kinds.put(
                "BigReal",
                kind(
                        () -> BigReal.of(0.5),
                        "NaN",
                        BigReal.NaN,
                        "infinity",
                        BigReal.POSITIVE_INFINITY,
                        "0",
                        BigReal.ZERO,
                        "1e308",
                        BigReal.of(1e308),
                        "huge",
                        BigReal.of(new BigDecimal("1e10001")),
                        "-1",
                        BigReal.of(-1)));
        kinds.put("BigDecimal", kind(() -> new BigDecimal("0.5"), "huge", new BigDecimal("1e2147483647")));
        kinds.put("char", number('.', "a quotation mark", '"', "the end of a line", '\n', "NUL", '\0'));
        kinds.put("Charset", kind(() -> StandardCharsets.UTF_8));
        kinds.put("BigArithmetic", kind(() -> new BigArithmetic(50)));
        kinds.put("Shapes", kind(() -> Shapes.upTo(2, 3)));
        kinds.put("Doubles", kind(Doubles::finite));
        kinds.put("Logits", kind(() -> Logits.upTo(2, 3)));
        kinds.put("Targets", kind(() -> Targets.ONE_HOT));
        kinds.put("Double", kind(() -> 1.5));
        kinds.put("Classification", kind(() -> new Classification(tensor(), tensor())));
        kinds.put("Cotangents", kind(() -> null));
        kinds.put("Tangents", kind(() -> null));
        return kinds;
    }

    private static Function<List<Object>, Object> function(Function<List<Object>, Object> f) {
        return f;
    }

    private static Supplier<?> supplier() {
        return () -> (Supplier<Variable>) () -> null;
    }

    private static Entry entryOfAReport() {
        return new Entry(1, "vjp", "x", "0", 1, 1, 0, 0, 0, Verdict.PASS, "");
    }

    private static final Variable INPUT = variable();

    /** Arguments that go together, where those of the table above do not: by class and method, with as many parameters. */
    private static final List<Map.Entry<String, List<Supplier<?>>>> ARGUMENTS = List.of(
            given("Variable.matmul", () -> Variable.of(Tensor.ones(3, 2))),
            given("Variable.affine", () -> Variable.of(Tensor.ones(3, 2)), () -> Variable.of(Tensor.ones(2))),
            given("Epoch.figure", () -> Epoch.RATE),
            given("History.figures", () -> Epoch.RATE),
            given("History.writeCsv", () -> dir.resolve("history.csv")),
            given("History.writeHtml", () -> dir.resolve("history.html")),
            given("Mistakes.writeHtml", () -> dir.resolve("mistakes.html")),
            given("Mistakes.of", BadInputTest::tensor, () -> new Dataset(tensor(), Tensor.of(0, 1), 3)),
            given("Mistakes.images", () -> 1, () -> 3),
            given("Mistakes.classNames", () -> List.of("a", "b", "c")),
            given("Mistakes.featureNames", () -> List.of("a", "b", "c")),
            given("Trainer.restore", () -> checkpoint),
            given("Trainer.ofInputs", () -> 1, null, null, null, () -> new Layer[] {linear()}),
            given("Weights.into", () -> HOLDER),
            given("Trainer.ofFormula", null, null, () -> new Layer[] {linear()}),
            given("Variable.permute", () -> new int[] {1, 0}),
            given("Variable.reshape", () -> new int[] {3, 2}),
            given("Variable.broadcastTo", () -> new int[] {4, 2, 3}),
            given("Variable.slice", () -> 1, () -> 0, () -> 2),
            given("Variable.norm", () -> 2.0, () -> new int[] {1}),
            given("Variable.norm", () -> 2.0, null, () -> new int[] {1}),
            given("Variable.gather", () -> 1, () -> Variable.of(Tensor.of(0, 1))),
            given("Variable.takeAlong", () -> 0, () -> Variable.of(Tensor.zeros(1, 3))),
            given("Variable.scatterAddAlong", () -> 0, () -> Variable.of(Tensor.zeros(2, 3)), () -> 2),
            given("Variable.pick", () -> Variable.of(Tensor.of(0, 1))),
            given("Variable.linearRecurrence", () -> 0, null, null, () -> Variable.of(Tensor.ones(3))),
            given("Variable.squeeze", () -> new int[0]),
            given("Variable.split", () -> 0, () -> new int[] {1, 1}),
            given("Variable.chunk", () -> 1, () -> 3),
            given("Variable.pad", () -> 1, () -> 0, () -> 2),
            given("Variable.pad", () -> 1, () -> 0, () -> 2, () -> 5.0),
            given("Variable.tile", () -> new int[] {2, 2}),
            given("Variable.outer", () -> Variable.of(Tensor.ones(2, 4))),
            given("Variable.gather", () -> Variable.of(Tensor.of(0, 1))),
            given("Context.training", () -> Variable.of(Key.of(1).tensor())),
            given("Initialiser.uniform", () -> 0.0, () -> 1.0),
            given("Initialiser.truncatedNormal", () -> 0.0, () -> 1.0, () -> -2.0, () -> 2.0),
            given("Embedding", null, null, null, () -> 0, null),
            given("Embedding.apply", () -> Variable.of(Tensor.of(0, 1))),
            given("Conv1d.apply", () -> IMAGE.reshape(2, 1, 6)),
            given("Conv2d.apply", () -> IMAGE.reshape(2, 1, 2, 3)),
            given(
                    "Conv2d",
                    null,
                    null,
                    null,
                    () -> new int[] {1, 1},
                    () -> new int[] {1, 1},
                    () -> new int[] {1, 1},
                    () -> new int[] {1, 1},
                    null,
                    null,
                    null),
            given("MaxPool1d", () -> 1, () -> 1, () -> 0),
            given("MaxPool2d", () -> 1, () -> 1, () -> 0),
            given("AvgPool1d", () -> 1, () -> 1, () -> 0),
            given("AvgPool2d", () -> 1, () -> 1, () -> 0),
            given("MaxPool1d.apply", () -> IMAGE.reshape(1, 2, 6)),
            given("AvgPool1d.apply", () -> IMAGE.reshape(1, 2, 6)),
            given("MaxPool2d.apply", () -> IMAGE),
            given("AvgPool2d.apply", () -> IMAGE),
            given("Rnn.apply", () -> SEQUENCES),
            given("Gru.apply", () -> SEQUENCES),
            given("Lstm.apply", () -> SEQUENCES),
            given("Rnn.apply", () -> SEQUENCES, STATE),
            given("Gru.apply", () -> SEQUENCES, STATE),
            given("Lstm.apply", () -> SEQUENCES, () -> new Lstm.State(STATE.get(), STATE.get())),
            given("Rnn.step", STATE, STATE),
            given("Gru.step", STATE, STATE),
            given("Lstm.step", STATE, () -> new Lstm.State(STATE.get(), STATE.get())),
            given("MultiHeadAttention.apply", () -> SEQUENCES),
            given("MultiHeadAttention.apply", () -> SEQUENCES, () -> Variable.of(1)),
            given("MultiHeadAttention.apply", () -> SEQUENCES, () -> SEQUENCES, () -> SEQUENCES),
            given("MultiHeadAttention.apply", () -> SEQUENCES, () -> SEQUENCES, () -> SEQUENCES, () -> Variable.of(1)),
            given("MultiHeadAttention.weights", () -> SEQUENCES, () -> SEQUENCES),
            given("MultiHeadAttention.weights", () -> SEQUENCES, () -> SEQUENCES, () -> Variable.of(1)),
            given("Variable.einsum", () -> "ij->i", () -> new Variable[] {variable()}),
            given("Variable.tensordot", () -> Variable.of(Tensor.ones(3, 2)), () -> 1),
            given("Variable.solve", () -> Variable.of(Tensor.of(1, 2))),
            given("Variable.lstsq", () -> Variable.of(Tensor.of(1, 2))),
            given("Variable.conv1d", () -> Variable.of(Tensor.ones(2, 2, 2))),
            given("Variable.conv1d", () -> Variable.of(Tensor.ones(2, 2, 2)), null, null),
            given("Variable.convTranspose1d", () -> Variable.of(Tensor.ones(2, 2, 2))),
            given("Variable.convTranspose1d", () -> Variable.of(Tensor.ones(2, 2, 2)), null, null),
            given("Variable.conv1d", () -> Variable.of(Tensor.ones(2, 2, 2)), null, null, null, null),
            given("Variable.convTranspose1d", () -> Variable.of(Tensor.ones(2, 2, 2)), () -> 2, null, null, null, null),
            given("Variable.convSame1d", () -> Variable.of(Tensor.ones(2, 2, 2))),
            given("Variable.convSame1d", () -> Variable.of(Tensor.ones(2, 2, 2)), null, null),
            given("Variable.maxPool1d", () -> 2, () -> 1, () -> 1),
            given("Variable.maxPool1d", () -> 2, () -> 1, () -> 1, null, null),
            given("Variable.avgPool1d", () -> 2, () -> 1, () -> 1),
            given("Variable.avgPool1d", () -> 2, () -> 1, () -> 1, null, null),
            given("Variable.conv2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2))),
            given("Variable.conv2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2)), null, null),
            given("Variable.convTranspose2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2))),
            given("Variable.convTranspose2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2)), null, null),
            given("Variable.conv2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2)), null, null, null, null),
            given(
                    "Variable.convTranspose2d",
                    () -> Variable.of(Tensor.ones(2, 2, 2, 2)),
                    () -> 2,
                    null,
                    null,
                    null,
                    null),
            given(
                    "Variable.convTranspose2d",
                    () -> Variable.of(Tensor.ones(2, 2, 2, 2)),
                    () -> new int[] {2},
                    null,
                    null,
                    null,
                    null),
            given("Variable.convSame2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2))),
            given("Variable.convSame2d", () -> Variable.of(Tensor.ones(2, 2, 2, 2)), null, null),
            given("Variable.maxPool2d", () -> 2, () -> 1, () -> 1),
            given("Variable.maxPool2d", () -> 2, () -> 1, () -> 1, null, null),
            given("Variable.maxPool2d", () -> new int[] {2}, () -> new int[] {1}, () -> new int[] {1}, null, null),
            given("Variable.avgPool2d", () -> 2, () -> 1, () -> 1),
            given("Variable.avgPool2d", () -> 2, () -> 1, () -> 1, null, null),
            given("Variable.avgPool2d", () -> new int[] {2}, () -> new int[] {1}, () -> new int[] {1}, null, null),
            given("Variable.windows", () -> 1, () -> 2, () -> 1),
            given("Variable.triangularSolve", () -> Variable.of(Tensor.of(1, 2)), () -> true),
            given("Variable.scatterAdd", () -> Variable.of(Tensor.of(0, 1)), () -> 2),
            given("Variable.oneHot", () -> 2),
            given("Variable.clamp", () -> 0.0, () -> 1.0),
            given("Variable.realSoftMax", () -> Variable.of(2)),
            given("Variable.crossEntropyWithLabels", () -> Variable.of(Tensor.of(0, 1))),
            given("Variable.crossEntropyWithLabels", () -> Variable.of(Tensor.of(0, 1)), () -> Reduction.SUM),
            given("Variable.nll", () -> Variable.of(Tensor.of(0, 1))),
            given("Variable.nll", () -> Variable.of(Tensor.of(0, 1)), () -> Reduction.SUM),
            given("Tensor.of", () -> Shape.of(2, 3), () -> new double[6]),
            given("Tensor.get", () -> new int[] {0, 1}),
            given("Tensor.reshape", () -> new int[] {3, 2}),
            given("Tensor.rows", () -> 0, () -> 1),
            given("Tensor.arange", () -> 0.0, () -> 1.0, () -> 0.5),
            given("Shape.permute", () -> "a", () -> new int[] {1, 0}),
            given("Shape.reshape", () -> "a", () -> new int[] {3, 2}),
            given("Autodiff.vjp", () -> (UnaryOperator<Variable>) x -> x.square(), null, null),
            given("Autodiff.gradients", BadInputTest::output, () -> List.of(INPUT)),
            given("Autodiff.gradients", BadInputTest::output, null),
            given("Tape.between", () -> INPUT, BadInputTest::output),
            given("Tape.pullback", () -> List.of(variable())),
            given("Tape.apply", () -> List.of(variable())),
            given("Variable.uniform", () -> KEY, null),
            given("Variable.normal", () -> KEY, null),
            given("Variable.gumbel", () -> KEY, null),
            given("Variable.permutation", () -> KEY, () -> 3),
            given("Variable.foldKey", () -> KEY, () -> Variable.of(3)),
            given("Variable.foldKey", () -> KEY, () -> 3),
            given("Variable.bernoulli", () -> KEY),
            given("Variable.categorical", () -> KEY),
            given("Variable.dropout", () -> 0.5, () -> KEY),
            given("Key.of", () -> Key.of(1).tensor()),
            given("Key.split", () -> 3),
            given("ParameterFunction.apply", () -> Variable.of(Tensor.ones(6))),
            given("ParameterFunction.apply", () -> List.of(variable())),
            given("ParameterFunction.split", () -> Variable.of(Tensor.ones(6))),
            given("ParameterFunction.split", () -> Tensor.ones(6)),
            given(
                    "Implicit.root",
                    () -> (UnaryOperator<Variable>) z -> z.square().sub(2),
                    () -> Variable.of(1)),
            given("Tree.of", () -> List.of(variable())),
            given("Tree.of", () -> List.of(variable()), null),
            given("Tree.flatten", () -> List.of(variable())),
            given("Tree.ravel", () -> List.of(variable())),
            given("Tree.unravel", () -> Variable.of(Tensor.ones(6))),
            given("Tree.map", null, () -> List.of(variable())),
            given("Tree.map", null, () -> List.of(variable()), () -> List.of(variable())),
            given("Implicit.fixedPoint", () -> (UnaryOperator<Variable>) Variable::cos, () -> Variable.of(1)),
            given("Loops.iterate", () -> (UnaryOperator<Variable>) Variable::square, null, () -> 2),
            given("Loops.scan", null, () -> Variable.of(Tensor.of(1, 2, 3)), null),
            given("Loops.whileLoop", null, () -> (UnaryOperator<Variable>) x -> x.add(3), null),
            given("Tape.op", () -> 0),
            given("Metrics.accuracy", () -> CHANCES, () -> CLASSES),
            given("Metrics.logLoss", () -> CHANCES, () -> CLASSES),
            given("Metrics.perplexity", () -> CHANCES, () -> CLASSES),
            given("Metrics.aucOneVersusOne", () -> CHANCES, () -> CLASSES),
            given("Metrics.aucOneVersusRest", () -> CHANCES, () -> CLASSES),
            given("Metrics.brier", () -> CHANCES, () -> CLASSES),
            given("Metrics.auc", () -> Tensor.of(0.1, 0.7), () -> CLASSES),
            given("Metrics.roc", () -> Tensor.of(0.1, 0.7), () -> CLASSES),
            given("Metrics.averagePrecision", () -> Tensor.of(0.1, 0.7), () -> CLASSES),
            given("Metrics.topK", () -> CHANCES, () -> CLASSES, () -> 2),
            given("Metrics.calibrationError", () -> CHANCES, () -> CLASSES, () -> 2),
            given("Metrics.maximumCalibrationError", () -> CHANCES, () -> CLASSES, () -> 2),
            given("Metrics.reliability", () -> CHANCES, () -> CLASSES, () -> 2),
            given("ConfusionMatrix.of", () -> CLASSES, () -> CLASSES, () -> 2),
            given("Optimiser.clip", () -> 0.5, () -> 2.0),
            given("Optimiser.averages", () -> List.of(PARAMETER)),
            given(
                    "Optimiser.update",
                    BadInputTest::variable,
                    BadInputTest::variable,
                    () -> List.of(Variable.of(0), variable().mul(0), variable().mul(0)),
                    () -> List.of(Variable.of(0.1))),
            given("Rprop", () -> 0.1, () -> 0.5, () -> 1.2, () -> 1e-6, () -> 50.0),
            given("Tape.operand", () -> 0, () -> 0),
            given("Tape.result", () -> 0),
            given("Plan.set", () -> 0, null),
            given("Plan.get", () -> 0),
            given("Plan.get", () -> 0, () -> new double[6]),
            given("OneCycle.divFactor", () -> 2.0),
            given("OneCycle.finalDivFactor", () -> 2.0),
            given("Dataset", BadInputTest::tensor, () -> Tensor.of(0, 1), () -> 2),
            given("Dataset.rows", () -> 0, () -> 1),
            given("Dataset.stratifiedSplit", () -> Key.of(1), () -> new int[] {1, 1}),
            given("Dataset.sizes", () -> new double[] {0.5, 0.5}),
            given("Dataset.folds", () -> 2, null),
            given("Dataset.sampled", () -> 2, () -> Tensor.ones(2), null),
            given("Windows.next", () -> Tensor.arange(9), () -> 1, () -> 1, () -> 1),
            given("Windows.shifted", () -> Tensor.arange(9), () -> 1, () -> 1),
            given("Dataset.weighted", () -> Tensor.ones(2)),
            given("Dataset.split", () -> new int[] {1, 1}),
            given("Standardiser", () -> Tensor.of(0, 1), () -> Tensor.of(1, 2)),
            given("Standardiser.of", () -> Standardiser.fit(tensor()).tensors()),
            given("MinMaxScaler", () -> Tensor.of(0, 1), () -> Tensor.of(1, 2)),
            given("MinMaxScaler.of", () -> MinMaxScaler.fit(tensor()).tensors()),
            given("Imputer", () -> Tensor.of(0, 1)),
            given("Imputer.of", () -> Imputer.mean(tensor()).tensors()),
            given("OneHot.encode", () -> Tensor.of(0, 1), () -> 2),
            given("OneHot.decode", () -> Tensor.of(new double[][] {{0, 1}, {1, 0}})),
            given("Idx.read", () -> idx),
            given("Idx.read", () -> idx, () -> 2),
            given("Csv.read", () -> csv, () -> 0),
            given("Table.texts", () -> "a"),
            given("Table.texts", () -> 0),
            given("Table.numbers", () -> 0, () -> 1),
            given("Table.labels", () -> 0, () -> 2),
            given("Table.labels", () -> "a", () -> new String[] {"0", "1"}),
            given("Table.labels", () -> "a", () -> List.of("0", "1")),
            given("Table.oneHot", () -> "a", () -> List.of("0", "1")),
            given("BigArithmetic", () -> 20),
            given("BigArithmetic.dot", null, () -> 0, () -> 1, null, () -> 0, () -> 1, () -> 2),
            given("Doubles.between", () -> 0.0, () -> 1.0),
            given("Doubles.near", () -> new double[] {1}),
            given("GradientReport.writeHtml", () -> dir.resolve("r.html")),
            given("GradientReport.writeJson", () -> dir.resolve("r.json")),
            given("GradientReport.writeCsv", () -> dir.resolve("r.csv")),
            given("GradientCheck.domain", () -> 0.0, () -> 1.0),
            given("GradientCheck.highPrecision", () -> 200),
            given("Loss.binaryCrossEntropy", () -> Tensor.of(1, 2)),
            given("Weights.read", () -> safetensors),
            given("Weights.write", () -> dir.resolve("b")),
            given("Onnx.write", () -> dir.resolve("model.onnx")),
            given("Weights.transposed", () -> new String[] {"w"}),
            given("JavaSource.of", () -> Tape.record(Variable::square, tensor()), () -> "example.Program"),
            given("JavaSource.write", () -> dir.resolve("sources")),
            given("Safetensors.read", () -> safetensors),
            given("Safetensors.readWidened", () -> safetensors),
            given("Safetensors.write", () -> dir.resolve("b"), null),
            given("Npy.read", () -> npy),
            given("Npy.write", () -> dir.resolve("b"), null),
            given("Npz.read", () -> npz, () -> new String[] {"a"}),
            given("Npz.read", () -> npz, () -> 1000L, () -> new String[] {"a"}),
            given("Npz.write", () -> dir.resolve("b"), () -> Map.of("a", tensor())),
            given("EventFile.read", () -> events.path()),
            given("EventFile.create", () -> dir, null),
            given("EventFile.append", null, () -> Map.of("a", 1.0)),
            given("CrossEntropy.classWeights", () -> Tensor.of(1, 2, 0)),
            given("CrossEntropy.apply", null, null, () -> Variable.of(Tensor.of(1, 2))),
            given("Cotangents.slice", () -> 0, () -> 0, () -> 1),
            given("Cotangents.add", () -> 0, null),
            given("Cotangents.addSlice", () -> 0, () -> 0, () -> 0, null),
            given("Cotangents.addRows", () -> 0, () -> Variable.of(Tensor.of(0, 1)), null),
            given("Cotangents.wants", () -> 0),
            given("Tangents.t", () -> 0),
            given("Tangents.add", () -> 0, null),
            given("Sweep.x", () -> 0));

    private static Variable output() {
        return INPUT.square().sum();
    }

    private static Map.Entry<String, List<Supplier<?>>> given(String name, Supplier<?>... arguments) {
        return Map.entry(name + "/" + arguments.length, Arrays.asList(arguments));
    }

    /** An object of each class that has methods, handed to what is done with it. */
    private static void with(Class<?> type, Consumer<Object> use) throws IOException {
        Object object = switch (type.getSimpleName()) {
            case "Variable" -> variable();
            case "Tensor" -> tensor();
            case "Shape" -> Shape.of(2, 3);
            case "Parameter" -> new Parameter("w", tensor());
            case "Tape" -> Tape.record(Variable::square, tensor());
            case "Onnx" -> Onnx.of(Variable::square, tensor());
            case "Plan" -> {
                Plan plan = Tape.record(Variable::square, tensor()).compile();
                plan.run(tensor());
                yield plan;
            }
            case "Op" -> variable().exp().op().orElseThrow();
            case "CustomOp" -> new Twice();
            case "Derivative" -> Autodiff.grad(x -> x.square().sum());
            case "Key" -> Key.of(1);
            case "Linearization" -> Autodiff.linearize(Variable::square, variable());
            case "ParameterFunction" ->
                ParameterFunction.of(() -> PARAMETER.variable().square(), List.of(PARAMETER));
            case "Eigen" -> new Eigen(variable(), variable());
            case "Qr" -> new Qr(variable(), variable());
            case "Svd" -> new Svd(variable(), variable(), variable());
            case "Result" -> new Loops.Result(List.of(variable()), List.of());
            case "Tree" -> Tree.of(List.of(variable()));
            case "Linear" -> new Linear("layer", 3, 2, new SplittableRandom(1));
            case "Layer" -> LAYER;
            case "Chain" -> Chain.of(LAYER);
            case "Context" -> Context.training(Key.of(1));
            case "Dropout" -> new Dropout(0.5);
            case "Embedding" -> new Embedding("layer", 3, 2, new SplittableRandom(1));
            case "LayerNorm" -> new LayerNorm("layer", 3);
            case "BatchNorm" -> new BatchNorm("layer", 3);
            case "Conv1d" -> new Conv1d("layer", 1, 2, 1, new SplittableRandom(1));
            case "Conv2d" -> new Conv2d("layer", 1, 2, 1, new SplittableRandom(1));
            case "MaxPool1d" -> new MaxPool1d(1);
            case "MaxPool2d" -> new MaxPool2d(1);
            case "AvgPool1d" -> new AvgPool1d(1);
            case "AvgPool2d" -> new AvgPool2d(1);
            case "Rnn" -> new Rnn("layer", 3, 3, new SplittableRandom(1));
            case "Gru" -> new Gru("layer", 3, 3, new SplittableRandom(1));
            case "Lstm" -> new Lstm("layer", 3, 3, new SplittableRandom(1));
            case "State" -> new Lstm.State(variable(), variable());
            case "Sequence" -> new Lstm.Sequence(variable(), new Lstm.State(variable(), variable()));
            case "MultiHeadAttention" -> new MultiHeadAttention("layer", 3, 1, new SplittableRandom(1));
            case "BatchLoss" -> Loss.mse();
            case "PairLoss" -> Loss.gaussianNll(false, 1e-6);
            case "CrossEntropy" -> Loss.crossEntropy();
            case "Sgd" -> new Sgd(0.1);
            case "Optimiser", "Adam" -> new Adam(0.1).average(0.5);
            case "Step" -> new Sgd(0.1).eager(in -> PARAMETER.variable().sum(), List.of(PARAMETER));
            case "Reliability" -> new Metrics.Reliability(0, 1, 1, 0.5);
            case "RocPoint" -> new Metrics.RocPoint(0, 0, 0);
            case "ConfusionMatrix" -> ConfusionMatrix.of(Tensor.of(0, 1), Tensor.of(0, 1), 2);
            case "JavaSource" -> JavaSource.of(Tape.record(Variable::square, tensor()), "example.Program");
            case "Weights" -> weights();
            case "EventFile" -> events;
            case "Scalar" -> new EventFile.Scalar("a", 1, 0, 0);
            case "LoadReport" -> weights().intoMatching(List.of(PARAMETER));
            case "Misshapen" -> new LoadReport.Misshapen("a", Shape.of(), Shape.of(1));
            case "Rate" -> Rate.constant(0.1);
            case "OneCycle" -> new OneCycle(0.1, 10);
            case "Cyclic" -> new Cyclic(0.1, 0.2, 1, 1);
            case "Plateau" -> new Plateau(0.5);
            case "Lbfgs" -> new Lbfgs();
            case "LbfgsState" -> new Lbfgs().start(x -> x.square().sum(), tensor());
            case "LevenbergMarquardt" -> new LevenbergMarquardt();
            case "NewtonCg" -> new NewtonCg();
            case "Dataset" -> new Dataset(tensor(), Tensor.of(0, 1), 2);
            case "Loss" -> Loss.mse();
            case "Trainer" -> trainer();
            case "Listener" -> new Listener() {};
            case "History" -> history();
            case "Mistakes" -> Mistakes.of(tensor(), new Dataset(tensor(), Tensor.of(0, 1), 3));
            case "Mistake" -> new Mistakes.Mistake(0, 1, 0, 0.6, 0.4);
            case "Epoch" -> history().last();
            case "EarlyStopping" -> EarlyStopping.lowest(1);
            case "Finding" -> new Preflight.Finding(Preflight.Level.OK, "a", "b");
            case "Preflight" -> new Preflight(List.of());
            case "Fold" ->
                new Dataset(tensor(), Tensor.of(0, 1), 2).folds(2, Key.of(1)).get(0);
            case "Standardiser" -> Standardiser.fit(tensor());
            case "MinMaxScaler" -> MinMaxScaler.fit(tensor());
            case "Imputer" -> Imputer.mean(tensor());
            case "CsvOptions" -> Csv.options();
            case "Table" -> Csv.readNamed(csv);
            case "BigReal" -> BigReal.ONE;
            case "BigArithmetic" -> new BigArithmetic(20);
            case "ExactForm" -> new ExactForm() {};
            case "External" -> GradientCheck.external(x -> x[0], double[]::clone);
            case "GradientCheck" -> GradientCheck.of(x -> x.square().sum());
            case "GradientReport" -> REPORT;
            case "Change" ->
                new GradientReport.Change(
                        Optional.empty(), Optional.of(REPORT.entries().get(0)));
            case "Entry" -> entryOfAReport();
            case "Blame" -> new Blame("op", 0, "function", "", "what", entryOfAReport());
            case "ValueAndGradient" -> new ValueAndGradient<>(1, 1);
            case "Classification" -> new Classification(tensor(), tensor());
            case "Classifications" -> Classifications.of(Logits.upTo(2, 3), Targets.ONE_HOT);
            case "Doubles", "SimplifyingArbitrary" -> Doubles.finite();
            case "Logits" -> Logits.upTo(2, 3);
            case "Shapes" -> Shapes.upTo(2, 3);
            case "Targets" -> Targets.ONE_HOT;
            case "Tensors" -> Tensors.of(Shape.of(2), Doubles.finite());
            case "ShapeException" -> new ShapeException("op", "required", "other");
            case "Cotangents", "Sweep" -> {
                Autodiff.vjp(x -> new Handing(use).apply(x), variable(), variable());
                yield null;
            }
            case "Tangents" -> {
                Autodiff.jvp(x -> new Handing(use).apply(x), variable(), variable());
                yield null;
            }
            default -> throw new AssertionError("there must be a sample of " + type + " in BadInputTest");
        };
        if (object != null) {
            use.accept(object);
        }
    }

    private static Linear linear() {
        return new Linear("layer", 3, 2, new SplittableRandom(1));
    }

    private static History history() {
        return trainer().fit(new Dataset(tensor(), Tensor.of(0, 1), 2));
    }

    private static Trainer trainer() {
        return Trainer.of(linear(), Loss.crossEntropy(), new Sgd(0.1)).epochs(1);
    }

    /** What has solutions. */
    private static final Variable SQUARE = Variable.of(Tensor.of(new double[][] {{2, 1}, {0.5, 3}}));

    private static final GradientReport REPORT =
            GradientCheck.of(x -> x.square().sum()).at(Tensor.of(1, 2)).run();

    // ---- the test ----

    @TestFactory
    Stream<DynamicTest> everyMethodRefusesBadInputOrSaysWhatItGives() throws Exception {
        List<Executable> all = new ArrayList<>();
        for (Class<?> type : exported()) {
            Stream.concat(Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                    .filter(e -> Modifier.isPublic(e.getModifiers()) && !e.isSynthetic() && e.getParameterCount() > 0)
                    .filter(e -> !Modifier.isAbstract(e.getModifiers()) || e.getDeclaringClass() == Derivative.class)
                    .filter(e -> !CALLED_BACK.matcher(name(e)).matches())
                    .filter(e -> !(type.isEnum() && e.getName().equals("valueOf"))) // that is of Java
                    .forEach(all::add);
        }
        assertThat(all).hasSizeGreaterThan(200);
        all.sort((a, b) -> name(a).compareTo(name(b)));
        return all.stream().map(e -> DynamicTest.dynamicTest(name(e), () -> check(e)));
    }

    /** An explanation that explains nothing hides what it will match one day. */
    @AfterAll
    static void everyExplanationIsNeeded() {
        if (USED.size() > DOCUMENTED.size() / 2) { // all tests ran, not one of them
            assertThat(USED).containsExactlyInAnyOrderElementsOf(DOCUMENTED.keySet());
        }
    }

    private static void check(Executable e) throws Exception {
        Type[] types = e.getGenericParameterTypes();
        List<Supplier<?>> good = new ArrayList<>();
        List<Supplier<?>> chosen = ARGUMENTS.stream()
                .filter(entry -> entry.getKey().equals(key(e)) && fit(e, entry.getValue()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Collections.nCopies(types.length, null));
        for (int i = 0; i < types.length; i++) {
            good.add(chosen.get(i) != null ? chosen.get(i) : kindOf(e, types[i]).good);
        }
        List<String> faults = new ArrayList<>();
        assertThat(outcome(e, good.stream().map(Supplier::get).toArray()))
                .as("what good arguments throw")
                .isNull();
        for (int i = 0; i < types.length; i++) {
            int at = i;
            kindOf(e, types[i]).bad.forEach((name, bad) -> {
                if (name.equals("huge") && NEEDS_16_GB.matcher(name(e)).matches()) {
                    return;
                }
                Object[] arguments = good.stream().map(Supplier::get).toArray();
                arguments[at] = bad.get();
                judge(name(e) + " " + at + " " + name, outcome(e, arguments), faults);
            });
            if (e.getParameterTypes()[i].isArray()) {
                changing(e, good, i, faults);
            }
        }
        assertThat(faults).isEmpty();
    }

    /** An array whose elements change while the method reads it. */
    private static void changing(Executable e, List<Supplier<?>> good, int at, List<String> faults) throws Exception {
        Object[] arguments = good.stream().map(Supplier::get).toArray();
        Object array = arguments[at];
        int n = java.lang.reflect.Array.getLength(array);
        if (n == 0) {
            return;
        }
        Object first = java.lang.reflect.Array.get(array, 0);
        Object other = null;
        if (array instanceof int[]) {
            other = -7;
        } else if (array instanceof double[]) {
            other = Double.NaN;
        } else if (array instanceof long[]) {
            other = -7L;
        }
        Object changed = other;
        AtomicBoolean done = new AtomicBoolean();
        Thread changer = new Thread(() -> {
            while (!done.get()) {
                java.lang.reflect.Array.set(array, 0, changed);
                java.lang.reflect.Array.set(array, 0, first);
            }
        });
        changer.start();
        try {
            for (int k = 0; k < CHANGES; k++) {
                int before = faults.size();
                judge(name(e) + " " + at + " changing", outcome(e, arguments), faults);
                if (faults.size() > before) {
                    return;
                }
            }
        } finally {
            done.set(true);
            changer.join();
        }
    }

    private static boolean fit(Executable e, List<Supplier<?>> arguments) {
        return IntStream.range(0, arguments.size())
                .allMatch(i -> arguments.get(i) == null
                        || fits(e.getParameterTypes()[i], arguments.get(i).get()));
    }

    private static boolean fits(Class<?> type, Object value) {
        return type.isPrimitive()
                ? value instanceof Number && (type == int.class) == (value instanceof Integer)
                : type != Collection.class && type.isInstance(value);
    }

    private static Kind kindOf(Executable e, Type type) {
        String name = simple(type);
        assertThat(KINDS_BY_TYPE).as("a sample of each type, for " + name(e)).containsKey(name);
        return KINDS_BY_TYPE.get(name);
    }

    private static String simple(Type type) {
        return type.getTypeName()
                .replaceAll("(\\w+\\.)+(\\w)", "$2")
                .replaceAll("\\? (super|extends) ", "")
                .replaceAll("\\w+\\$", "");
    }

    private static String key(Executable e) {
        String type = e.getDeclaringClass().getSimpleName();
        return (e instanceof Constructor<?> ? type : type + "." + e.getName()) + "/" + e.getParameterCount();
    }

    private static String name(Executable e) {
        String type = e.getDeclaringClass().getSimpleName();
        return (e instanceof Constructor<?> ? type : type + "." + e.getName())
                + Arrays.stream(e.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** What is thrown, or null. A function that comes out is applied. */
    @SuppressWarnings("unchecked")
    private static Throwable outcome(Executable e, Object... arguments) {
        Throwable[] thrown = new Throwable[1];
        try {
            if (e instanceof Constructor<?> constructor) {
                thrown[0] = call(() -> constructor.newInstance(arguments));
            } else {
                Method method = (Method) e;
                method.setAccessible(true);
                Consumer<Object> use = target -> thrown[0] = call(() -> {
                    Object result = method.invoke(target, arguments);
                    return result instanceof Derivative d
                            ? d.apply(tensor())
                            : e.getName().equals("checkpointList")
                                    ? ((Function<List<Variable>, ?>) result).apply(List.of(variable()))
                                    : result;
                });
                if (Modifier.isStatic(e.getModifiers())) {
                    use.accept(null);
                } else if (e.getName().matches("solve|triangularSolve|lstsq")) {
                    use.accept(SQUARE);
                } else if (e.getName().endsWith("1d") || e.getName().endsWith("2d")) {
                    use.accept(e.getName().endsWith("1d") ? IMAGE.reshape(1, 2, 6) : IMAGE);
                } else {
                    with(e.getDeclaringClass(), use);
                }
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (RuntimeException later) { // what a sweep says after its step
            thrown[0] = thrown[0] == null ? later : thrown[0];
        }
        return thrown[0];
    }

    private interface Call {
        Object get() throws Exception;
    }

    private static Throwable call(Call call) {
        try {
            call.get();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (Exception | Error e) {
            return e;
        }
    }

    private static void judge(String call, Throwable thrown, List<String> faults) {
        if (thrown != null && inForm(thrown)) {
            return;
        }
        boolean refused = thrown == null || KINDS.contains(thrown.getClass()) || thrown instanceof IOException;
        boolean explained = false;
        for (String pattern : DOCUMENTED.keySet()) {
            boolean mayThrow = pattern.startsWith("(GradientReport|") || pattern.startsWith("ShapeEx");
            if (call.matches(pattern) && (thrown == null || mayThrow)) {
                USED.add(pattern);
                explained = true;
            }
        }
        if (explained) {
            return;
        }
        String shown = String.valueOf(thrown);
        faults.add(call + ": " + shown.substring(0, Math.min(shown.length(), 300)) + (refused ? "" : " !"));
    }

    private static boolean inForm(Throwable thrown) {
        String message = thrown.getMessage();
        return KINDS.contains(thrown.getClass())
                && message != null
                && message.length() < 1000
                && message.indexOf('\u202E') < 0
                && FORM.matcher(message).matches()
                && !WORDS_OF_THE_JDK.matcher(message).find();
    }

    private static List<Class<?>> exported() throws Exception {
        Path classes = Path.of(
                Shape.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module;
        try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
            module = ModuleDescriptor.read(descriptor);
        }
        List<Class<?>> types = new ArrayList<>();
        for (ModuleDescriptor.Exports export : module.exports()) {
            try (Stream<Path> files = Files.list(classes.resolve(export.source().replace('.', '/')))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    String name = file.getFileName().toString().replaceAll("\\.class$", "");
                    if (!name.equals("package-info")) {
                        Class<?> type = Class.forName(export.source() + "." + name);
                        if (isPublic(type)) {
                            types.add(type);
                        }
                    }
                }
            }
        }
        return types;
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
    }
}
