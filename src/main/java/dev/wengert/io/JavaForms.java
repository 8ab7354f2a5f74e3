package dev.wengert.io;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.AddWindows;
import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.AllFinite;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.Broadcast;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Concat;
import dev.wengert.autodiff.op.Convolution;
import dev.wengert.autodiff.op.CumSum;
import dev.wengert.autodiff.op.Draw;
import dev.wengert.autodiff.op.Elu;
import dev.wengert.autodiff.op.Erfcx;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Flip;
import dev.wengert.autodiff.op.FoldKey;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.LogBeta;
import dev.wengert.autodiff.op.LogCumSumExp;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.MomentRatio;
import dev.wengert.autodiff.op.Nonzero;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.Pad;
import dev.wengert.autodiff.op.PairOp;
import dev.wengert.autodiff.op.Pairwise;
import dev.wengert.autodiff.op.Permute;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Polygamma;
import dev.wengert.autodiff.op.Power;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.ScatterAdd;
import dev.wengert.autodiff.op.ScatterAddAlong;
import dev.wengert.autodiff.op.Signs;
import dev.wengert.autodiff.op.Single;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.Slope;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.SumOfParts;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.autodiff.op.TotalWeight;
import dev.wengert.autodiff.op.Triangle;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.op.VariablePower;
import dev.wengert.autodiff.op.Where;
import dev.wengert.autodiff.op.Windows;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The expressions in Java for operations: calls of methods that {@link JavaMembers} or this class has. */
final class JavaForms {

    /** The methods for functions of single elements, by what they are declared as. */
    private final Map<String, String> methods = new TreeMap<>();

    /** What is computed, and what is done to it after. */
    record Form(String expression, List<String> then) {

        private static Form of(String expression) {
            return new Form(expression, List.of());
        }
    }

    /** The text of the methods that the expressions call, besides those of {@link JavaMembers}. */
    String methods() {
        return String.join("", methods.values());
    }

    /**
     * The form of an operation; null if there is none.
     *
     * @param op the operation
     * @param y the name of its result
     * @param x the names of its operands
     * @param s the shapes of its operands
     * @param out the shape of its result
     */
    Form form(Op op, String y, String[] x, Shape[] s, Shape out) {
        if (op instanceof SumOfParts sum) {
            return sumOfParts(sum, y, x, s, out);
        }
        String expression = op instanceof Pairwise
                ? pair(op, repeated(x[0], s[0], out), repeated(x[1], s[1], out))
                : op instanceof Single ? single(op, x[0], s[0]) : other(op, x, s, out);
        return expression == null ? null : Form.of(expression);
    }

    /** Whether the result of an operation is the array of its first operand. */
    static boolean keepsArray(Variable y) {
        Op op = y.op().orElseThrow();
        Shape s = y.inputs().get(0).shape();
        return op instanceof Reshape
                || op == Identity.IDENTITY
                || op == Flat.DETACH
                || op instanceof TotalWeight
                || op instanceof Signs
                || op instanceof Broadcast && s.size() == y.shape().size()
                || op instanceof Permute permute && permute.axes().keepsOrder(s);
    }

    // ---- functions of elements ----

    private String single(Op op, String x, Shape s) {
        if (op instanceof UnaryOp f) {
            return element(op.label(), formula(f), x);
        }
        if (op instanceof NumberOp f) {
            return switch (f.kind()) {
                case ADD -> element("add", "x[i] + c", x, "double c", f.c());
                case MUL -> element("mul", "x[i] * c", x, "double c", f.c());
                case DIV -> element("div", "x[i] / c", x, "double c", f.c());
                case RDIV -> element("rdiv", "c / x[i]", x, "double c", f.c());
            };
        }
        if (op instanceof PiecewiseLinear f) {
            return piecewise(f, x);
        }
        if (op instanceof Slope f) {
            return f.of() instanceof Max max ? call("maxSlope", x, shape(s), shape(max.to())) : slope(f.of(), x);
        }
        if (op instanceof Flat f) {
            return flat(f, x);
        }
        if (op instanceof Elu f) {
            String left = f.order() == 0 ? "Elementary.expm1(x[i])" : "Elementary.exp(x[i])";
            String right = f.order() == 0 ? "x[i]" : f.order() == 1 ? "1.0" : "0.0";
            String formula = "x[i] > 0.0 ? " + right + " : alpha * " + left;
            return element("elu" + "Slope".repeat(f.order()), formula, x, "double alpha", f.alpha());
        }
        if (op instanceof Power f) {
            return f.low() == 0 ? call("pow", x, number(f.n())) : call("powRefined", x, number(f.n()), number(f.low()));
        }
        if (op instanceof Erfcx f) {
            return element("erfcx", "Special.erfcx(order, x[i])", x, "int order", f.order());
        }
        if (op instanceof MomentRatio f) {
            return element("momentRatio", "Special.momentRatio(order, x[i])", x, "int order", f.n());
        }
        if (op instanceof Polygamma f) {
            return call("polygamma", x, f.n());
        }
        if (op instanceof TotalWeight f) {
            return call("totalWeight", quoted(f.caller()), x);
        }
        return op == Identity.IDENTITY ? x : null;
    }

    private static String formula(UnaryOp f) {
        return switch (f) {
            case NEG -> "-x[i]";
            case SQRT -> "Math.sqrt(x[i])";
            case SQUARE -> "x[i] * x[i]";
            case RSQRT -> "1.0 / Math.sqrt(x[i])";
            case ERF_SLOPE -> "Special.gaussian(x[i]) * 1.1283791670955126";
            case ERF, ERFC, ERFINV, ERFINV_SLOPE, NORMAL_PDF, NORMAL_CDF, LOG_NORMAL_CDF, GELU ->
                "Special." + f.label() + "(x[i])";
            case ASIN, ACOS, ATAN -> "Angles." + f.label() + "(x[i])";
            case ASIN_SLOPE, ATAN_SLOPE, SINH, COSH, ASINH, ASINH_SLOPE, ACOSH, ACOSH_SLOPE, ATANH, ATANH_SLOPE ->
                "Trigonometric." + f.label() + "(x[i])";
            default -> "Elementary." + f.label() + "(x[i])";
        };
    }

    private String piecewise(PiecewiseLinear f, String x) {
        return switch (f.kind()) {
            case ABS -> element("abs", "Math.abs(x[i])", x);
            case RELU -> element("relu", "Math.max(x[i], 0.0)", x);
            case LEAKY_RELU -> element("leakyRelu", "x[i] > 0.0 ? x[i] : slope * x[i]", x, "double slope", f.a());
            case CLAMP ->
                element("clamp", "Math.min(Math.max(x[i], low), high)", x, "double low, double high", f.a(), f.b());
        };
    }

    private String slope(Op of, String x) {
        if (!(of instanceof PiecewiseLinear f)) {
            return null;
        }
        return switch (f.kind()) {
            case ABS -> element("absSlope", "Math.signum(x[i])", x);
            case RELU -> element("reluSlope", "x[i] > 0.0 ? 1.0 : x[i] <= 0.0 ? 0.0 : x[i]", x);
            case LEAKY_RELU ->
                element("leakyReluSlope", "x[i] > 0.0 ? 1.0 : x[i] <= 0.0 ? slope : x[i]", x, "double slope", f.a());
            case CLAMP ->
                element(
                        "clampSlope",
                        "x[i] >= low && x[i] <= high ? 1.0 : x[i] != x[i] ? x[i] : 0.0",
                        x,
                        "double low, double high",
                        f.a(),
                        f.b());
        };
    }

    private String flat(Flat f, String x) {
        String kernel = "Elementwise." + f.label() + "(x, y, x.length)";
        return switch (f) {
            case DETACH -> x;
            case SIGN -> element("sign", "Math.signum(x[i])", x);
            case FLOOR -> element("floor", "Math.floor(x[i])", x);
            case CEIL -> element("ceil", "Math.ceil(x[i])", x);
            case ROUND -> element("round", "Math.rint(x[i])", x);
            default -> whole(f.label(), kernel, x);
        };
    }

    private String pair(Op op, String a, String b) {
        if (op instanceof BinaryOp f) {
            return switch (f) {
                case ADD -> pair("add", "a[i] + b[i]", a, b);
                case SUB -> pair("sub", "a[i] - b[i]", a, b);
                case MUL -> pair("mul", "a[i] * b[i]", a, b);
                case DIV -> pair("div", "a[i] / b[i]", a, b);
            };
        }
        if (op instanceof PairOp f) {
            String type = f == PairOp.ATAN2 ? "Angles" : "Pairs";
            return pair(f.label(), type + "." + f.label() + "(a[i], b[i])", a, b);
        }
        if (op instanceof Comparison f) {
            return switch (f) {
                case GT -> pair("gt", "a[i] > b[i] ? 1.0 : 0.0", a, b);
                case GE -> pair("ge", "a[i] >= b[i] ? 1.0 : 0.0", a, b);
                case LT -> pair("lt", "a[i] < b[i] ? 1.0 : 0.0", a, b);
                case LE -> pair("le", "a[i] <= b[i] ? 1.0 : 0.0", a, b);
                case EQ -> pair("eq", "a[i] == b[i] ? 1.0 : 0.0", a, b);
                case NE -> pair("ne", "a[i] != b[i] ? 1.0 : 0.0", a, b);
                case MAXIMUM_SLOPE -> larger("maximumSlope", a, b);
                case MINIMUM_SLOPE -> larger("maximumSlope", b, a);
                case MOD_PIECE -> pair("modPiece", "Pairs.modPiece(a[i], b[i])", a, b);
            };
        }
        if (op instanceof Choice f) {
            return f == Choice.MAXIMUM
                    ? pair("maximum", "Math.max(a[i], b[i])", a, b)
                    : pair("minimum", "Math.min(a[i], b[i])", a, b);
        }
        if (op instanceof VariablePower f) {
            return call("powDerivative", a, b, f.j(), f.k());
        }
        if (op instanceof LogBeta f) {
            return call("lbeta", a, b, f.j(), f.k());
        }
        return op == Gate.GATE ? pair("gate", "a[i] == 0.0 ? 0.0 : a[i] * b[i]", a, b) : null;
    }

    private String larger(String name, String a, String b) {
        return pair(name, "a[i] > b[i] ? 1.0 : a[i] == b[i] ? 0.5 : a[i] < b[i] ? 0.0 : Double.NaN", a, b);
    }

    private String pair(String name, String formula, String a, String b) {
        return method(name, "double[] a, double[] b", "a", "y[i] = " + formula, a, b);
    }

    private String element(String name, String formula, String x) {
        return method(name, "double[] x", "x", "y[i] = " + formula, x);
    }

    private String element(String name, String formula, String x, String parameters, Object... values) {
        Object[] arguments = new Object[values.length + 1];
        arguments[0] = x;
        for (int i = 0; i < values.length; i++) {
            arguments[i + 1] = values[i] instanceof Double c ? number(c) : values[i];
        }
        return method(name, "double[] x, " + parameters, "x", "y[i] = " + formula, arguments);
    }

    private String method(String name, String parameters, String like, String statement, Object... arguments) {
        add(
                name,
                parameters,
                like,
                "        for (int i = 0; i < y.length; i++) {\n            " + statement + ";\n        }\n");
        return call(name, arguments);
    }

    private String whole(String name, String statement, String x) {
        add(name, "double[] x", "x", "        " + statement + ";\n");
        return call(name, x);
    }

    private void add(String name, String parameters, String like, String body) {
        String declaration = "    private static double[] " + name + "(" + parameters + ") {\n";
        methods.put(
                declaration,
                "\n" + declaration + "        double[] y = new double[" + like + ".length];\n" + body
                        + "        return y;\n    }\n");
    }

    // ---- other operations ----

    private String other(Op op, String[] x, Shape[] s, Shape out) {
        if (op instanceof Reshape) {
            return x[0];
        }
        if (op instanceof MatMul f) {
            return matmul(f, x, s, out);
        }
        if (op == Affine.AFFINE) {
            int rows = Blocks.outer(s[0], s[0].rank() - 1);
            return call("affine", x[0], x[1], x[2], rows, s[1].extent(0), s[1].extent(1));
        }
        if (op instanceof SoftmaxOp) {
            int q = s[0].extent(-1);
            return call(op.label(), String.join(", ", x), Blocks.outer(s[0], s[0].rank() - 1), q);
        }
        if (op instanceof Sum || op instanceof Max || op instanceof Nonzero) {
            String name = op instanceof Sum ? "sum" : op instanceof Max ? "max" : "nonzero";
            return call(name, x[0], shape(s[0]), shape(out));
        }
        if (op instanceof Norm f) {
            return call("norm", x[0], number(f.p()), shape(s[0]), shape(out));
        }
        if (op instanceof Convolution f) {
            return convolution(f, x, s);
        }
        if (op == Where.WHERE) {
            return call("where", x[0], x[1], x[2]);
        }
        if (op instanceof OneHot f) {
            return call("oneHot", quoted(f.caller()), x[0], f.classes());
        }
        if (op instanceof AllFinite) {
            return call("allFinite", String.join(", ", x));
        }
        if (op instanceof Signs f) {
            return call("signs", quoted(f.caller()), x[0]);
        }
        if (op == FoldKey.FOLD_KEY) {
            return call("foldKey", x[0], x[1]);
        }
        if (op instanceof Draw f) {
            return draw(f, x[0], out);
        }
        String moved = moved(op, x, s, out);
        return moved != null ? moved : alongAxis(op, x, s, out);
    }

    private static String matmul(MatMul f, String[] x, Shape[] s, Shape out) {
        int matrices = Blocks.outer(out, out.rank() - 2);
        if (out.rank() == 2 || s[1].rank() == 2 && !f.transposeLeft()) {
            int k = MatMul.columns(s[0], f.transposeLeft());
            int rows = matrices * out.extent(-2);
            return call("matmul", x[0], f.transposeLeft(), x[1], f.transposeRight(), rows, k, out.extent(-1));
        }
        return call(
                "matmulOfStacks",
                x[0],
                shape(s[0]),
                f.transposeLeft(),
                x[1],
                shape(s[1]),
                f.transposeRight(),
                shape(out));
    }

    private static String convolution(Convolution f, String[] x, Shape[] s) {
        Geometry g = f.geometry();
        boolean toImage = f.kind() == Convolution.Kind.IMAGE;
        int in = toImage ? s[1].extent(1) * g.groups() : s[0].extent(1);
        int channels = f.kind() == Convolution.Kind.WEIGHT ? s[1].extent(1) : s[1].extent(0);
        String geometry = "new "
                + call(
                        "Geometry",
                        g.h(),
                        g.w(),
                        g.kernelH(),
                        g.kernelW(),
                        g.strideH(),
                        g.strideW(),
                        g.padH(),
                        g.padW(),
                        g.dilationH(),
                        g.dilationW(),
                        g.groups());
        return call(f.label(), x[0], x[1], s[0].extent(0), in, channels, geometry);
    }

    private String draw(Draw f, String key, Shape out) {
        String name = f.kind().name().toLowerCase(Locale.ROOT);
        String words = "Draw.word(\"" + name + "\", key, 0), Draw.word(\"" + name + "\", key, 1)";
        String declaration = "    private static double[] " + name + "(double[] key, int n) {\n";
        methods.put(
                declaration,
                "\n" + declaration + "        double[] y = new double[n];\n        Threefry." + name + "(" + words
                        + ", y, n);\n        return y;\n    }\n");
        return call(name, key, out.size());
    }

    /** Operations that move elements. */
    private static String moved(Op op, String[] x, Shape[] s, Shape out) {
        if (op instanceof Broadcast) {
            return repeated(x[0], s[0], out);
        }
        if (op instanceof Permute f) {
            int[] steps = new int[out.rank()];
            Arrays.setAll(steps, d -> Blocks.width(s[0], f.axes().toArray()[d]));
            return f.axes().keepsOrder(s[0]) ? x[0] : call("permute", x[0], array(out.toArray()), array(steps));
        }
        if (op instanceof Slice f) {
            int at = f.from() * Blocks.width(out, f.axis());
            int n = Blocks.inner(out, f.axis());
            return call("slice", x[0], Blocks.outer(out, f.axis()), Blocks.inner(s[0], f.axis()), at, n);
        }
        if (op instanceof Pad f) {
            int at = f.before() * Blocks.width(out, f.axis());
            int n = Blocks.inner(s[0], f.axis());
            return call("pad", x[0], Blocks.outer(out, f.axis()), n, at, Blocks.inner(out, f.axis()));
        }
        if (op instanceof Concat f) {
            return call("concat", Blocks.outer(out, f.axis()), String.join(", ", x));
        }
        if (op instanceof Flip f) {
            return call("flip", x[0], Blocks.outer(out, f.axis()), out.extent(f.axis()), Blocks.width(out, f.axis()));
        }
        if (op instanceof Triangle f) {
            return call("triangle", x[0], f.upper(), f.k(), out.extent(-2), out.extent(-1));
        }
        if (op instanceof Windows f) {
            int extent = s[0].extent(f.axis());
            int width = Blocks.width(s[0], f.axis());
            int outer = Blocks.outer(s[0], f.axis());
            return call("windows", x[0], outer, extent, width, out.extent(f.axis()), f.size(), f.step());
        }
        if (op instanceof AddWindows f) {
            int width = Blocks.width(out, f.axis());
            int outer = Blocks.outer(out, f.axis());
            int count = s[0].extent(f.axis());
            return call("addWindows", x[0], outer, f.extent(), width, count, s[0].extent(-1), f.step());
        }
        if (op == Gather.GATHER) {
            return call("gather", x[0], x[1], s[0].extent(0), Blocks.width(s[0], 0));
        }
        return op instanceof ScatterAdd ? call("scatterAdd", x[0], x[1], out.extent(0), Blocks.width(out, 0)) : null;
    }

    /** Operations on the lines along an axis. */
    private static String alongAxis(Op op, String[] x, Shape[] s, Shape out) {
        if (op instanceof TakeAlong f) {
            int outer = Blocks.outer(out, f.axis());
            int width = Blocks.width(out, f.axis());
            String caller = quoted(f.caller());
            return call("takeAlong", caller, x[0], x[1], outer, s[0].extent(f.axis()), out.extent(f.axis()), width);
        }
        if (op instanceof ScatterAddAlong f) {
            int outer = Blocks.outer(out, f.axis());
            int width = Blocks.width(out, f.axis());
            String caller = quoted(f.caller());
            return call("scatterAddAlong", caller, x[0], x[1], outer, s[0].extent(f.axis()), f.extent(), width);
        }
        if (op instanceof CumSum f) {
            return call("cumSum", x[0], lines(out, f.axis()), f.reverse());
        }
        if (op instanceof Recurrence f) {
            return call("linearRecurrence", x[0], x[1], lines(out, f.axis()), f.transposed());
        }
        if (op instanceof LogCumSumExp f) {
            return call("logCumSumExp", x[0], out.extent(f.axis()), Blocks.width(out, f.axis()));
        }
        if (op instanceof Argsort f) {
            boolean descending = f.order() == Argsort.Order.DESCENDING;
            boolean orNan = f.order() == Argsort.Order.ASCENDING_OR_NAN;
            return call("argsort", x[0], out.extent(f.axis()), Blocks.width(out, f.axis()), descending, orNan);
        }
        return op instanceof Ranks f ? call("ranks", x[0], out.extent(f.axis()), Blocks.width(out, f.axis())) : null;
    }

    /** How many blocks there are along an axis, and the number of rows and the width of each. */
    private static String lines(Shape s, int axis) {
        return Blocks.outer(s, axis) + ", " + s.extent(axis) + ", " + Blocks.width(s, axis);
    }

    private static Form sumOfParts(SumOfParts sum, String y, String[] x, Shape[] s, Shape out) {
        List<String> then = new ArrayList<>();
        int next = sum.places().size();
        for (int i = 0; i < sum.places().size(); i++) {
            SumOfParts.Place place = sum.places().get(i);
            if (place.isRows()) {
                then.add(call("addRowsTo", x[i], x[next++], out.extent(0), Blocks.width(out, 0), y));
            } else if (place.isSlice()) {
                int axis = place.axis();
                int at = place.from() * Blocks.width(out, axis);
                int n = Blocks.inner(s[i], axis);
                then.add(call("addSliceTo", x[i], Blocks.outer(out, axis), n, at, Blocks.inner(out, axis), y));
            } else {
                then.add(call("addTo", x[i], y));
            }
        }
        return new Form("new double[" + out.size() + "]", then);
    }

    // ---- text ----

    /** An operand repeated over a shape. */
    private static String repeated(String x, Shape s, Shape out) {
        return s.size() == out.size() ? x : call("broadcast", x, shape(s), shape(out));
    }

    private static String call(String name, Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(String.valueOf(argument));
        }
        return name + "(" + String.join(", ", texts) + ")";
    }

    private static String shape(Shape s) {
        String extents = Arrays.toString(s.toArray());
        return "Shape.of(" + extents.substring(1, extents.length() - 1) + ")";
    }

    private static String array(int... numbers) {
        return "new int[] " + Arrays.toString(numbers).replace('[', '{').replace(']', '}');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A number as an expression of Java with the same bits. */
    static String number(double x) {
        if (Double.isNaN(x)) {
            return "Double.NaN";
        }
        return Double.isInfinite(x) ? (x > 0 ? "Double.POSITIVE_INFINITY" : "Double.NEGATIVE_INFINITY") : "" + x;
    }
}
