package dev.wengert.io;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.io.JavaForms.Form;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A program as one Java class that needs nothing but Java 9: for places where nothing can be installed.
 *
 * <pre>{@code
 * Tape tape = Tape.record(x -> mlp.apply(x, Context.inference()).softmax(), Tensor.zeros(1, 64));
 * JavaSource.of(tape, "com.example.Digits").write(Path.of("src"));   // src/com/example/Digits.java
 *
 * double[] p = Digits.predict(pixels);                               // in another program, the same bits
 * }</pre>
 *
 * <p>The class has one static method: {@code double[] predict(double[] x)}. Arrays hold tensors row by row, of the shapes that were
 * recorded; another length is an {@code IllegalArgumentException}. A program of several inputs has several arguments, one of several
 * outputs returns {@code double[][]}. A call changes nothing but arrays of its own, so the method is thread-safe. Parameters have the values
 * that they have now, and what is computed from them and from constants alone is a constant of the class. A gradient is a program like any
 * other.
 *
 * <p>Results have the same bits as the {@linkplain Tape#compile() plan} and the eager run (without {@code dev.wengert.blas}), on every
 * machine and Java version: the class has the library's own functions, as text. It uses one thread and no Vector API, and it needs a
 * processor with a fused multiply-add to be fast. An operation checks its indices and labels as in the library.
 *
 * <p>Up to 65,536 numbers of weights are in the text; more are in a file beside it, {@code Digits.weights}, which must be beside the
 * compiled class as well. Loops are {@linkplain Tape#unrolled() written out}. Decompositions and solvers of linear algebra, and custom
 * operations, have no form in Java.
 */
public final class JavaSource {

    /** The most numbers that are written into the text. */
    private static final int MOST_NUMBERS = 1 << 16;

    /** The most arrays that are constants of their own, since the code that sets them must be below 64 kB. */
    private static final int MOST_CONSTANTS = 400;

    /** Up to so many numbers are written as decimals. */
    private static final int FEW = 8;

    /** The steps of a method: Java compiles no method of more than 8000 bytes. */
    private static final int PART = 100;

    private static final int MOST_INPUTS = 255;

    /** Numbers in a line of text, and lines in a string, which must be below 64 kB. */
    private static final int LINE = 9;

    private static final int LINES = 400;

    /** Signs of the library's comments, and how they are written in ASCII. */
    private static final String SIGNS = "·∘−≤≥≠²³¹⁰⁴⁵⁶⁷⁸⁹⁻½√∞…⟨⟩ΣΦφΓψλπεαβθ∂∫√ᵏⁿₖ₀₁₂";

    private static final String[] WORDS =
            ("* * - <= >= != ^2 ^3 ^1 ^0 ^4 ^5 ^6 ^7 ^8 ^9 ^- 1/2 sqrt infinity ... < > sum Phi phi Gamma psi lambda pi"
                            + " eps alpha beta theta d integral sqrt ^k ^n _k _0 _1 _2")
                    .split(" ");

    private static final Pattern CLASS_NAME = Pattern.compile("(?!java\\.)([A-Za-z_]\\w*\\.)*[A-Z]\\w*");

    private static final Set<String> RESERVED = Set.of(
            ("abstract assert boolean break byte case catch char class const continue default do double else enum"
                            + " extends final finally float for goto if implements import instanceof int interface"
                            + " long native new package private protected public return short static strictfp super"
                            + " switch synchronized this throw throws transient try void volatile while true false"
                            + " null _ Arrays Base64 BufferedInputStream ByteBuffer Class DataInputStream Double"
                            + " IllegalArgumentException IllegalStateException IOException InputStream Integer Long"
                            + " Math Object StrictMath String System")
                    .split(" "));

    private final String name;
    private final String text;
    private final byte[] weights;

    private JavaSource(String name, String text, byte[] weights) {
        this.name = name;
        this.text = text;
        this.weights = weights;
    }

    /**
     * Writes a program as a class.
     *
     * @param tape the program; its inputs that are parameters become constants with their present values
     * @param className the name of the class, with its package if it has one, such as {@code com.example.Digits}
     * @return the source
     * @throws IllegalArgumentException if the name is not that of a class, a step has no form in Java, or there are more than 255 inputs
     */
    public static JavaSource of(Tape tape, String className) {
        Given.value("javaSource", "the tape", tape);
        Given.value("javaSource", "the name of the class", className);
        String simple = className.substring(className.lastIndexOf('.') + 1);
        if (!CLASS_NAME.matcher(className).matches()
                || Arrays.stream(className.split("\\.")).anyMatch(RESERVED::contains)
                || JavaMembers.isKnown(simple)) {
            throw new IllegalArgumentException(
                    "javaSource: the name of the class must be an identifier that begins with a capital letter, behind"
                            + " the names of packages, and no class that the source has itself, got "
                            + Text.name(className));
        }
        return new Writer(tape, className, simple).source();
    }

    /**
     * The text of the class.
     *
     * @return the content of a Java file
     */
    public String text() {
        return text;
    }

    /**
     * The weights that are not in the text.
     *
     * @return the content of the file that must be beside the class, or empty if the text has all
     */
    public Optional<byte[]> weights() {
        return Optional.ofNullable(weights).map(byte[]::clone);
    }

    /**
     * Writes the Java file, and the file of weights if there is one, below a folder of sources. Directories that are missing are made.
     *
     * @param sources the folder that has the packages
     * @return the Java file
     * @throws DataFileException if writing fails
     */
    public Path write(Path sources) throws DataFileException {
        Path file = Given.value("write", "the folder", sources).resolve(name.replace('.', '/') + ".java");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new DataFileException(Text.path(file), "making its directory must succeed, got " + e, e);
        }
        if (weights != null) {
            AtomicFile.write(file.resolveSibling(simple() + ".weights"), out -> out.write(weights));
        }
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        return file;
    }

    private String simple() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The name of the class. */
    @Override
    public String toString() {
        return name;
    }

    /** What is known while a class is written. */
    private static final class Writer {

        private final String className;
        private final String simple;
        private final Tape tape;

        /** By number on the tape: the names of inputs and steps. */
        private final String[] names;

        private final Map<Variable, String> parameterNames = new IdentityHashMap<>();
        private final Map<Variable, String> constants = new IdentityHashMap<>();
        private final List<String> constantNames = new ArrayList<>();
        private final List<double[]> values = new ArrayList<>();
        private final Set<String> used = new HashSet<>();
        private final JavaForms forms = new JavaForms();
        private final JavaMembers members = new JavaMembers();

        /** Whether the program is so long that it is cut into methods, which share an array of all values. */
        private final boolean parts;

        Writer(Tape recorded, String className, String simple) {
            this.className = className;
            this.simple = simple;
            this.tape = frozen(recorded);
            int inputs = tape.inputs().size();
            if (inputs > MOST_INPUTS) {
                throw new IllegalArgumentException("javaSource: there must be at most " + MOST_INPUTS
                        + " inputs that are not parameters, got " + inputs);
            }
            int steps = tape.steps().size();
            parts = steps > PART;
            names = new String[inputs + steps];
            Arrays.setAll(names, k -> parts ? "v[" + k + "]" : k >= inputs ? "v" + k : inputs == 1 ? "x" : "x" + k);
        }

        /** The program with parameters as constants, so that what depends on them alone is one, too. */
        private Tape frozen(Tape recorded) {
            List<Variable> inputs = new ArrayList<>();
            List<Variable> x = new ArrayList<>();
            for (Variable input : recorded.inputs()) {
                Optional<Parameter> parameter = input.parameter();
                Variable constant = parameter.map(p -> Variable.of(p.value())).orElse(input);
                parameter.ifPresent(p -> parameterNames.put(constant, p.name()));
                if (parameter.isEmpty()) {
                    inputs.add(input);
                }
                x.add(constant);
            }
            Tape unrolled = recorded.unrolled();
            return Tape.between(inputs, unrolled.apply(x));
        }

        JavaSource source() {
            List<String> lines = new ArrayList<>();
            for (int k = 0; k < tape.steps().size(); k++) {
                step(k, lines);
            }
            List<String> results = results();
            String program = program(lines, results);
            boolean file = values.size() > MOST_CONSTANTS
                    || values.stream().mapToLong(v -> v.length).sum() > MOST_NUMBERS;
            String constantText =
                    file ? "    private static final double[][] WEIGHTS = weights(" + simple + ".class);\n" : "";
            StringBuilder fields = new StringBuilder(constantText);
            for (int i = 0; i < values.size(); i++) {
                String value = file ? "WEIGHTS[" + i + "]" : text(values.get(i));
                if (!file || values.size() <= MOST_CONSTANTS) {
                    fields.append("    private static final double[] ").append(constantNames.get(i));
                    fields.append(" = ").append(value).append(";\n");
                } else {
                    program = program.replaceAll("\\b" + constantNames.get(i) + "\\b", "WEIGHTS[" + i + "]");
                }
            }
            members.use(program);
            members.use(forms.methods());
            members.use(file ? "weights" : fields.toString().replaceAll("\"[^\"]*\"", ""));
            String body = fields + "\n    private " + simple + "() {}\n\n" + program + forms.methods() + members.steps()
                    + members.nested();
            int dot = className.lastIndexOf('.');
            String head =
                    (dot < 0 ? "" : "package " + className.substring(0, dot) + ";\n\n") + imports(body) + comment();
            String text = ascii(head + "public final class " + simple + " {\n\n" + body + "}\n");
            return new JavaSource(className, text, file ? bytes() : null);
        }

        /** The text without characters that a compiler may read in another encoding; outside of comments there are none but in strings. */
        private static String ascii(String text) {
            StringBuilder ascii = new StringBuilder();
            for (char c : text.toCharArray()) {
                int i = SIGNS.indexOf(c);
                ascii.append(c < 128 ? "" + c : i >= 0 ? WORDS[i] : String.format("\\u%04x", (int) c));
            }
            return ascii.toString();
        }

        private static String imports(String body) {
            StringBuilder imports = new StringBuilder();
            for (String type : List.of(
                    "java.io.BufferedInputStream",
                    "java.io.DataInputStream",
                    "java.io.IOException",
                    "java.io.InputStream",
                    "java.nio.ByteBuffer",
                    "java.util.Arrays",
                    "java.util.Base64")) {
                String simple = type.substring(type.lastIndexOf('.') + 1);
                if (Pattern.compile("\\b" + simple + "\\b").matcher(body).find()) {
                    imports.append("import ").append(type).append(";\n");
                }
            }
            return imports.length() == 0 ? "" : imports.append('\n').toString();
        }

        private String comment() {
            return "/**\n * Computes "
                    + shapes(tape.outputs()) + " from " + shapes(tape.inputs()) + " in "
                    + tape.steps().size() + " steps. Written by wengert " + version()
                    + ", and computes the same bits.\n *\n"
                    + " * <p>Arrays have the elements row by row. {@link #predict} changes no array but its own, so it is"
                    + " thread-safe.\n */\n";
        }

        private static String shapes(List<Variable> variables) {
            StringJoiner text = new StringJoiner(" and ");
            variables.forEach(v -> text.add(v.shape().toString()));
            return variables.isEmpty() ? "nothing" : text.toString();
        }

        private static String version() {
            try (InputStream in = JavaSource.class.getResourceAsStream("version.txt")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void step(int k, List<String> lines) {
            Variable y = tape.steps().get(k);
            Op op = tape.op(k);
            List<Variable> operands = y.inputs();
            String[] x = new String[operands.size()];
            Shape[] s = new Shape[x.length];
            for (int i = 0; i < x.length; i++) {
                s[i] = operands.get(i).shape();
                int from = tape.operand(k, i);
                x[i] = from < 0 ? constant(operands.get(i)) : names[from];
            }
            int number = tape.inputs().size() + k;
            Form form = forms.form(op, names[number], x, s, y.shape());
            if (form == null) {
                String at = y.site().map(site -> " at " + site).orElse("");
                throw new IllegalArgumentException("javaSource: every operation must have a form in Java, got "
                        + Text.name(op.label()) + " " + y.shape() + " as step " + k + at);
            }
            String comment = "; // " + op.label().replaceAll("[^ -\\[\\]-~]", "'") + "  " + y.shape() + "\n";
            lines.add((parts ? "" : "double[] ") + names[number] + " = " + form.expression() + comment
                    + String.join(
                            "",
                            form.then().stream()
                                    .map(statement -> "        " + statement + ";\n")
                                    .toList()));
        }

        /** The results, each an array of its own. */
        private List<String> results() {
            List<String> results = new ArrayList<>();
            for (int i = 0; i < tape.outputs().size(); i++) {
                int from = tape.result(i);
                String array = from < 0 ? constant(tape.outputs().get(i)) : names[from];
                results.add(isFresh(i) ? array : array + ".clone()");
            }
            return results;
        }

        /** Whether no other result, no input and no constant has the array of a result. */
        private boolean isFresh(int i) {
            Variable of = source(tape.result(i));
            return of != null && IntStream.range(0, i).noneMatch(j -> source(tape.result(j)) == of);
        }

        /** The step that made the array of a step; null if it is that of an input or a constant. */
        private Variable source(int number) {
            int k = number - tape.inputs().size();
            if (k < 0) {
                return null;
            }
            boolean same = JavaForms.keepsArray(tape.steps().get(k));
            return same ? source(tape.operand(k, 0)) : tape.steps().get(k);
        }

        private String constant(Variable v) {
            return constants.computeIfAbsent(v, c -> {
                String wanted =
                        parameterNames.getOrDefault(v, "c" + values.size()).replaceAll("\\W", "_");
                boolean plain =
                        wanted.matches("[A-Za-z]\\w*") && !wanted.matches("[vx]\\d*") && !RESERVED.contains(wanted);
                String name = plain ? wanted : "c_" + wanted;
                while (!used.add(name)) {
                    name += "_";
                }
                constantNames.add(name);
                values.add(v.value().toArray());
                return name;
            });
        }

        private String program(List<String> lines, List<String> results) {
            int inputs = tape.inputs().size();
            StringJoiner parameters = new StringJoiner(", ");
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < inputs; i++) {
                String x = inputs == 1 ? "x" : "x" + i;
                Shape shape = tape.inputs().get(i).shape();
                parameters.add("double[] " + x);
                body.append("        require(\"" + x + "\", " + x + ", " + shape.size() + "); // " + shape + "\n");
            }
            StringBuilder methods = new StringBuilder();
            if (parts) {
                body.append("        double[][] v = new double[" + names.length + "][];\n");
                for (int i = 0; i < inputs; i++) {
                    body.append("        v[" + i + "] = " + (inputs == 1 ? "x" : "x" + i) + ";\n");
                }
                for (int from = 0; from < lines.size(); from += PART) {
                    List<String> part = lines.subList(from, Math.min(from + PART, lines.size()));
                    String method = "steps" + from / PART;
                    body.append("        " + method + "(v);\n");
                    methods.append("\n    private static void " + method + "(double[][] v) {\n        "
                            + String.join("        ", part) + "    }\n");
                }
            } else {
                lines.forEach(line -> body.append("        ").append(line));
            }
            boolean one = results.size() == 1;
            String all = String.join(", ", results);
            body.append("        return " + (one ? all : "new double[][] {" + all + "}") + ";\n");
            return "    public static double[]" + (one ? "" : "[]") + " predict(" + parameters + ") {\n" + body
                    + "    }\n" + methods;
        }

        /** An array as an expression. */
        private static String text(double... x) {
            if (x.length <= FEW) {
                StringJoiner numbers = new StringJoiner(", ", "{", "}");
                Arrays.stream(x).forEach(v -> numbers.add(JavaForms.number(v)));
                return numbers.toString();
            }
            long first = Double.doubleToRawLongBits(x[0]);
            if (Arrays.stream(x).allMatch(v -> Double.doubleToRawLongBits(v) == first)) {
                return "filled(" + x.length + ", " + JavaForms.number(x[0]) + ")";
            }
            StringBuilder text = new StringBuilder("numbers(").append(x.length);
            for (int from = 0, line = 0; from < x.length; from += LINE, line++) {
                ByteBuffer bytes = ByteBuffer.allocate(8 * Math.min(LINE, x.length - from));
                for (int i = from; i < Math.min(from + LINE, x.length); i++) {
                    bytes.putDouble(x[i]);
                }
                text.append(line % LINES == 0 ? ",\n            \"" : "\n            + \"");
                text.append(Base64.getEncoder().encodeToString(bytes.array())).append('"');
            }
            return text.append(')').toString();
        }

        /** The file of weights. */
        private byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(values.size());
                for (double[] x : values) {
                    out.writeInt(x.length);
                    for (double v : x) {
                        out.writeDouble(v);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }
    }
}
