package dev.wengert.io;

import static dev.wengert.io.OnnxGraph.attribute;
import static dev.wengert.io.OnnxGraph.attributes;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Broadcast;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Concat;
import dev.wengert.autodiff.op.Convolution;
import dev.wengert.autodiff.op.CumSum;
import dev.wengert.autodiff.op.Elu;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Flip;
import dev.wengert.autodiff.op.Gather;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Norm;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.Pad;
import dev.wengert.autodiff.op.PairOp;
import dev.wengert.autodiff.op.Permute;
import dev.wengert.autodiff.op.PiecewiseLinear;
import dev.wengert.autodiff.op.Power;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.Sum;
import dev.wengert.autodiff.op.TakeAlong;
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
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The forms of operations in ONNX. A function that ONNX lacks is composed of others where that keeps its digits; {@code 1 + erf} in the
 * left tail of gelu is the exception, and everybody's.
 */
final class OnnxForms {
    private static final double LN2 = 0.6931471805599453;
    private static final double LOG2_E = 1.4426950408889634;
    private static final double LOG10_E = 0.4342944819032518;
    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double ONE_OVER_SQRT_2PI = 0.3989422804014327;

    /** The largest whole number below which float32 has all. */
    private static final int WHOLE_IN_FLOAT32 = 1 << 24;

    private final OnnxGraph graph;

    /** The vector of the batch size alone. */
    private final String batch;

    OnnxForms(OnnxGraph graph, String batch) {
        this.graph = graph;
        this.batch = batch;
    }

    /**
     * Adds the nodes of an operation.
     *
     * @param same the operation at another batch size
     * @return the result; null if the operation has no form
     */
    OnnxValue of(Op op, Op same, List<OnnxValue> x, Shape shape, Shape other) {
        OnnxValue y = OnnxValue.of(null, shape, other);
        OnnxValue first = x.get(0);
        if (op instanceof Identity || op == Flat.DETACH) {
            return first;
        } else if (op instanceof Reshape) {
            return moved(first, y, in -> reshape(in, y));
        } else if (op instanceof Broadcast) {
            return broadcast(first, y);
        } else if (op instanceof Permute permute) {
            int[] axes =
                    IntStream.range(0, first.rank()).map(permute.axes()::get).toArray();
            return axes.length == 0 ? first : moved(first, y, in -> transpose(in, axes)); // no attribute is empty
        } else if (op instanceof Slice slice) {
            return slice(slice, (Slice) same, first, y);
        } else if (op instanceof Flip flip) {
            // the shape inference of onnx makes 1 of 0
            return first.extent(flip.axis()) == 0 ? first : moved(first, y, in -> reversed(in, flip.axis()));
        } else if (op instanceof Comparison comparison) {
            return comparison(comparison, x, y);
        } else if (op instanceof Argsort argsort) {
            return argsort(argsort, first, y);
        }
        String form = form(op, x, y);
        return form == null ? null : OnnxValue.of(form, shape, other);
    }

    /** The nodes of an operation whose result is neither a whole number nor a truth value. */
    private String form(Op op, List<OnnxValue> x, OnnxValue y) {
        OnnxValue first = x.get(0);
        String a = first.name();
        String b = x.size() > 1 ? x.get(1).name() : null;
        if (op instanceof UnaryOp unary) {
            return unary(unary, a);
        } else if (op instanceof BinaryOp binary) {
            return graph.node(name(binary), a, b);
        } else if (op instanceof PairOp pair) {
            return pair(pair, a, b);
        } else if (op instanceof NumberOp number) {
            return withNumber(number, a);
        } else if (op instanceof Power power) {
            return power.low() == 0 ? graph.node("Pow", a, graph.number(power.n())) : null;
        } else if (op instanceof VariablePower power) {
            return power.j() == 0 && power.k() == 0 ? graph.node("Pow", a, b) : null;
        } else if (op instanceof Elu elu) {
            return elu.order() == 0 ? elu(elu.alpha(), a) : null;
        } else if (op instanceof PiecewiseLinear piecewise) {
            return piecewise(piecewise, a);
        } else if (op instanceof Choice choice) {
            return graph.node(choice == Choice.MAXIMUM ? "Max" : "Min", a, b);
        } else if (op instanceof Flat flat) {
            return flat(flat, a);
        } else if (op instanceof Where) {
            return where(first, b, x.get(2).name());
        } else if (op instanceof Sum) {
            return reduce("ReduceSum", first, y);
        } else if (op instanceof Max) {
            return reduce("ReduceMax", first, y);
        } else if (op instanceof Norm norm) {
            return norm(norm, first, y);
        } else if (op instanceof SoftmaxOp softmax) {
            return first.shape().size() == 0 ? null : softmax(softmax, a, b); // runtimes give other shapes
        } else if (op instanceof MatMul product) {
            return matmul(product, x);
        } else if (op instanceof Affine) {
            String bias = x.get(2).name();
            return first.rank() == 2
                    ? graph.node("Gemm", a, b, bias)
                    : graph.node("Add", graph.node("MatMul", a, b), bias);
        } else if (op instanceof Convolution convolution) {
            return convolution(convolution, x);
        } else if (op instanceof Pad pad) {
            return pad(pad, first);
        } else if (op instanceof Concat concat) {
            return concat(concat, x);
        } else if (op instanceof Gather) {
            return graph.node("Gather", List.of(a, indices(x.get(1), first.extent(0))), attribute("axis", 0));
        } else if (op instanceof TakeAlong take) {
            List<String> inputs = List.of(a, indices(x.get(1), first.extent(take.axis())));
            return graph.node("GatherElements", inputs, attribute("axis", take.axis()));
        } else if (op instanceof OneHot oneHot) {
            return oneHot(oneHot.classes(), first);
        } else if (op instanceof CumSum sum) {
            List<String> inputs = List.of(a, graph.wholeNumber(sum.axis()));
            return graph.node("CumSum", inputs, attribute("reverse", sum.reverse() ? 1 : 0));
        } else if (op instanceof Triangle triangle) {
            List<String> inputs = List.of(a, graph.wholeNumber(triangle.k()));
            return graph.node("Trilu", inputs, attribute("upper", triangle.upper() ? 1 : 0));
        } else if (op instanceof Windows windows) {
            return windows(windows, first, y);
        }
        return null;
    }

    // ---- elementwise ----

    private static String name(BinaryOp op) {
        return switch (op) {
            case ADD -> "Add";
            case SUB -> "Sub";
            case MUL -> "Mul";
            case DIV -> "Div";
        };
    }

    private String unary(UnaryOp op, String x) {
        return switch (op) {
            case NEG -> graph.node("Neg", x);
            case EXP -> graph.node("Exp", x);
            case EXPM1 -> expm1(x);
            case LOG -> graph.node("Log", x);
            case LOG1P -> log1p(x);
            case SQRT -> graph.node("Sqrt", x);
            case SQUARE -> graph.node("Mul", x, x);
            case SIN -> graph.node("Sin", x);
            case COS -> graph.node("Cos", x);
            case TAN -> graph.node("Tan", x);
            case ASIN -> graph.node("Asin", x);
            case ACOS -> graph.node("Acos", x);
            case ATAN -> graph.node("Atan", x);
            case SINH -> graph.node("Sinh", x);
            case COSH -> graph.node("Cosh", x);
            case TANH -> graph.node("Tanh", x);
            case ASINH -> graph.node("Asinh", x);
            case ACOSH -> graph.node("Acosh", x);
            case ATANH -> graph.node("Atanh", x);
            case SIGMOID -> graph.node("Sigmoid", x);
            case SOFTPLUS -> softplus(x);
            case SOFTSIGN -> graph.node("Div", x, plus(1, graph.node("Abs", x)));
            case SILU -> graph.node("Div", x, plus(1, graph.node("Exp", graph.node("Neg", x))));
            case TANH_SOFTPLUS -> graph.node("Tanh", softplus(x));
            case MISH -> graph.node("Mul", x, graph.node("Tanh", softplus(x)));
            case ERF -> graph.node("Erf", x);
            case NORMAL_CDF -> normalCdf(x);
            case GELU -> graph.node("Mul", x, normalCdf(x));
            case NORMAL_PDF -> times(ONE_OVER_SQRT_2PI, graph.node("Exp", times(-0.5, graph.node("Mul", x, x))));
            case LOG2 -> times(LOG2_E, graph.node("Log", x));
            case LOG10 -> times(LOG10_E, graph.node("Log", x));
            case RSQRT -> graph.node("Reciprocal", graph.node("Sqrt", x));
            default -> null;
        };
    }

    private String times(double c, String x) {
        return graph.node("Mul", x, graph.number(c));
    }

    private String plus(double c, String x) {
        return graph.node("Add", x, graph.number(c));
    }

    private String normalCdf(String x) {
        return times(0.5, plus(1, graph.node("Erf", times(SQRT_HALF, x))));
    }

    /** ONNX Runtime has it for float32 alone. */
    private String softplus(String x) {
        if (!graph.isFloat64()) {
            return graph.node("Softplus", x);
        }
        String rest = log1p(graph.node("Exp", graph.node("Neg", graph.node("Abs", x))));
        return graph.node("Add", graph.node("Max", x, zero()), rest);
    }

    /** Near 0, {@code 2t/(1 − t)} with {@code t = tanh(x/2)}. */
    private String expm1(String x) {
        String t = graph.node("Tanh", times(0.5, x));
        String near = graph.node("Div", times(2, t), graph.node("Sub", graph.number(1), t));
        String far = plus(-1, graph.node("Exp", x));
        return graph.node("Where", graph.node("Less", graph.node("Abs", x), graph.number(1)), near, far);
    }

    /** Near 0, {@code log(u)·x/(u − 1)} with {@code u = 1 + x} rounded, in which the error of u cancels (HP-15C). */
    private String log1p(String x) {
        String u = plus(1, x);
        String d = plus(-1, u);
        String log = graph.node("Log", u);
        String near =
                graph.node("Where", graph.node("Equal", d, zero()), x, graph.node("Mul", log, graph.node("Div", x, d)));
        return graph.node("Where", graph.node("Greater", x, graph.number(1)), log, near);
    }

    private String pair(PairOp op, String a, String b) {
        return switch (op) {
            case MOD -> mod(a, b);
            case HYPOT -> hypot(a, b);
            case LOG_ADD_EXP -> logAddExp(a, b);
            case XLOGY -> unlessZero(a, b, graph.node("Mul", a, graph.node("Log", b)));
            case XDIVY -> unlessZero(a, b, graph.node("Div", a, b));
            default -> null;
        };
    }

    /** 0 where a is 0, unless b is NaN. */
    private String unlessZero(String a, String b, String y) {
        String zero = graph.node("And", graph.node("Equal", a, zero()), graph.node("Equal", b, b));
        return graph.node("Where", zero, zero(), y);
    }

    /** The remainder has the sign of a; where b has another one, b is added. */
    private String mod(String a, String b) {
        String m = graph.node("Mod", List.of(a, b), attribute("fmod", 1));
        String opposite = graph.node("Less", graph.node("Mul", graph.node("Sign", m), graph.node("Sign", b)), zero());
        return graph.node("Where", opposite, graph.node("Add", m, b), m);
    }

    private String zero() {
        return graph.number(0);
    }

    private String hypot(String a, String b) {
        String p = graph.node("Abs", a);
        String q = graph.node("Abs", b);
        String large = graph.node("Max", p, q);
        String scale = scale(large);
        String ratio = graph.node("Div", graph.node("Min", p, q), scale);
        String near = graph.node("Mul", large, graph.node("Sqrt", plus(1, graph.node("Mul", ratio, ratio))));
        return graph.node("Where", graph.node("Equal", large, graph.number(Double.POSITIVE_INFINITY)), large, near);
    }

    /** A size to divide by: 1 where it is 0 or infinite. */
    private String scale(String size) {
        String usable = graph.node(
                "And",
                graph.node("Greater", size, zero()),
                graph.node("Less", size, graph.number(Double.POSITIVE_INFINITY)));
        return graph.node("Where", usable, size, graph.number(1));
    }

    private String logAddExp(String a, String b) {
        String apart = graph.node("Neg", graph.node("Abs", graph.node("Sub", a, b)));
        String sum = graph.node("Add", graph.node("Max", a, b), softplus(apart));
        return graph.node("Where", graph.node("Equal", a, b), plus(LN2, a), sum);
    }

    private String withNumber(NumberOp op, String x) {
        String c = graph.number(op.c());
        return switch (op.kind()) {
            case ADD -> graph.node("Add", x, c);
            case MUL -> graph.node("Mul", x, c);
            case DIV -> graph.node("Div", x, c);
            case RDIV -> graph.node("Div", c, x);
        };
    }

    /** Attributes are float32, also in a model of float64. */
    private String elu(double alpha, String x) {
        if (!graph.isFloat64()) {
            return graph.node("Elu", List.of(x), attribute("alpha", (float) alpha));
        }
        return graph.node("Where", graph.node("Less", x, zero()), times(alpha, expm1(x)), x);
    }

    private String piecewise(PiecewiseLinear op, String x) {
        return switch (op.kind()) {
            case ABS -> graph.node("Abs", x);
            case RELU -> graph.node("Relu", x);
            case LEAKY_RELU ->
                graph.isFloat64()
                        ? graph.node("Where", graph.node("Less", x, zero()), times(op.a(), x), x)
                        : graph.node("LeakyRelu", List.of(x), attribute("alpha", (float) op.a()));
            case CLAMP -> graph.node("Clip", x, graph.number(op.a()), graph.number(op.b()));
        };
    }

    private String flat(Flat op, String x) {
        return switch (op) {
            case SIGN -> graph.node("Sign", x);
            case FLOOR -> graph.node("Floor", x);
            case CEIL -> graph.node("Ceil", x);
            case ROUND -> graph.node("Round", x);
            case TRUNC -> graph.node("Mul", graph.node("Sign", x), graph.node("Floor", graph.node("Abs", x)));
            default -> null;
        };
    }

    private OnnxValue comparison(Comparison op, List<OnnxValue> x, OnnxValue y) {
        String a = x.get(0).name();
        String b = x.get(1).name();
        String truth = switch (op) {
            case GT -> graph.node("Greater", a, b);
            case GE -> graph.node("GreaterOrEqual", a, b);
            case LT -> graph.node("Less", a, b);
            case LE -> graph.node("LessOrEqual", a, b);
            case EQ -> graph.node("Equal", a, b);
            case NE -> graph.node("Not", graph.node("Equal", a, b));
            default -> null;
        };
        return truth == null ? null : new OnnxValue(graph.asNumbers(truth), null, truth, y.shape(), y.other());
    }

    /** A mask that is no comparison may have a NaN, which stays one. */
    private String where(OnnxValue mask, String a, String b) {
        if (mask.truth() != null) {
            return graph.node("Where", mask.truth(), a, b);
        }
        String chosen = graph.node("Where", graph.node("Equal", mask.name(), zero()), b, a);
        return graph.node("Where", graph.node("IsNaN", mask.name()), mask.name(), chosen);
    }

    // ---- reductions ----

    private String reduce(String type, OnnxValue x, OnnxValue to) {
        int missing = x.rank() - to.rank();
        int[] lost = IntStream.range(0, missing).toArray();
        int[] ones = IntStream.range(missing, x.rank())
                .filter(i -> to.extent(i - missing) == 1 && !to.grows(i - missing) && (x.extent(i) != 1 || x.grows(i)))
                .toArray();
        return reduce(type, reduce(type, x.name(), 1, ones), 0, lost);
    }

    private String reduce(String type, String x, int keep, int... axes) {
        if (axes.length == 0) {
            return x;
        }
        return type.equals("ReduceSum") // the axes of a sum are an input since opset 13, those of the others since 18
                ? graph.node(type, List.of(x, whole(axes)), attribute("keepdims", keep))
                : graph.node(type, List.of(x), attributes("axes", axes), attribute("keepdims", keep));
    }

    private String whole(int... values) {
        return graph.whole(IntStream.of(values).asLongStream().toArray());
    }

    private String norm(Norm op, OnnxValue x, OnnxValue to) {
        String size = graph.node("Abs", x.name());
        String scale = scale(reduce("ReduceMax", x.named(size), to));
        String part = graph.node("Div", size, scale);
        String power = op.p() == 2 ? graph.node("Mul", part, part) : graph.node("Pow", part, graph.number(op.p()));
        String sum = reduce("ReduceSum", x.named(power), to);
        String root = op.p() == 2 ? graph.node("Sqrt", sum) : graph.node("Pow", sum, graph.number(1 / op.p()));
        return graph.node("Mul", root, scale);
    }

    private String softmax(SoftmaxOp op, String x, String lambda) {
        return switch (op) {
            case SOFTMAX -> graph.node("Softmax", List.of(x), attribute("axis", -1));
            case LOG_SOFTMAX -> graph.node("LogSoftmax", List.of(x), attribute("axis", -1));
            case LOG_SUM_EXP -> logSumExp(x);
            case REAL_SOFT_MAX -> graph.node("Div", logSumExp(graph.node("Mul", x, lambda)), lambda);
            default -> null;
        };
    }

    /** Not ReduceLogSumExp: whether it overflows is left open. */
    private String logSumExp(String x) {
        String most = reduce("ReduceMax", x, 1, -1);
        String finite = graph.node("Less", graph.node("Abs", most), graph.number(Double.POSITIVE_INFINITY));
        String shift = graph.node("Where", finite, most, zero());
        String sum = reduce("ReduceSum", graph.node("Exp", graph.node("Sub", x, shift)), 1, -1);
        return graph.node("Add", shift, graph.node("Log", sum));
    }

    // ---- products ----

    private String matmul(MatMul op, List<OnnxValue> x) {
        OnnxValue a = x.get(0);
        OnnxValue b = x.get(1);
        if (a.rank() == 2 && b.rank() == 2 && (op.transposeLeft() || op.transposeRight())) {
            return graph.node(
                    "Gemm",
                    List.of(a.name(), b.name()),
                    attribute("transA", op.transposeLeft() ? 1 : 0),
                    attribute("transB", op.transposeRight() ? 1 : 0));
        }
        return graph.node(
                "MatMul", op.transposeLeft() ? swapped(a) : a.name(), op.transposeRight() ? swapped(b) : b.name());
    }

    private String swapped(OnnxValue x) {
        int rank = x.rank();
        int[] axes = IntStream.range(0, rank)
                .map(d -> d < rank - 2 ? d : 2 * rank - 3 - d)
                .toArray();
        return transpose(x.name(), axes);
    }

    private String convolution(Convolution op, List<OnnxValue> x) {
        Geometry g = op.geometry();
        ProtobufWriter[] options = {
            attributes("kernel_shape", g.kernelH(), g.kernelW()),
            attributes("strides", g.strideH(), g.strideW()),
            attributes("pads", g.padH(), g.padW(), g.padH(), g.padW()),
            attributes("dilations", g.dilationH(), g.dilationW()),
            attribute("group", g.groups())
        };
        List<String> inputs = List.of(x.get(0).name(), x.get(1).name());
        return switch (op.kind()) {
            case OUTPUT -> graph.node("Conv", inputs, options);
            case IMAGE -> {
                int h = (g.outH() - 1) * g.strideH() + (g.kernelH() - 1) * g.dilationH() + 1 - 2 * g.padH();
                int w = (g.outW() - 1) * g.strideW() + (g.kernelW() - 1) * g.dilationW() + 1 - 2 * g.padW();
                ProtobufWriter[] more = Arrays.copyOf(options, options.length + 1);
                more[options.length] = attributes("output_padding", g.h() - h, g.w() - w);
                yield graph.node("ConvTranspose", inputs, more);
            }
            case WEIGHT -> null;
        };
    }

    // ---- what moves elements ----

    /** The result of what moves elements, for numbers, and where there are any for whole numbers and truth values. */
    private static OnnxValue moved(OnnxValue x, OnnxValue y, UnaryOperator<String> move) {
        return new OnnxValue(
                move.apply(x.name()),
                x.whole() == null ? null : move.apply(x.whole()),
                x.truth() == null ? null : move.apply(x.truth()),
                y.shape(),
                y.other());
    }

    private String reshape(String x, OnnxValue to) {
        boolean empty = IntStream.range(0, to.rank()).anyMatch(axis -> to.extent(axis) == 0);
        long growing = IntStream.range(0, to.rank()).filter(to::grows).count();
        boolean one = growing == 1 && !empty;
        String shape = one
                ? graph.whole(IntStream.range(0, to.rank())
                        .mapToLong(axis -> to.grows(axis) ? -1 : to.extent(axis))
                        .toArray())
                : extents(to);
        return empty
                ? graph.node("Reshape", List.of(x, shape), attribute("allowzero", 1))
                : graph.node("Reshape", x, shape);
    }

    /** The extents as a vector of whole numbers, computed from the batch size where they go with it. */
    private String extents(OnnxValue of) {
        if (IntStream.range(0, of.rank()).noneMatch(of::grows)) {
            return whole(of.shape().toArray());
        }
        List<String> parts = new ArrayList<>();
        for (int axis = 0; axis < of.rank(); axis++) {
            parts.add(number(of.extent(axis), of.other().extent(axis)));
        }
        return graph.node("Concat", parts, attribute("axis", 0));
    }

    /** A number in a vector alone: the same at both batch sizes, or a multiple of the batch size. */
    private String number(int few, int more) {
        int times = more - few;
        return times == 0 ? graph.whole(few) : times == 1 ? batch : graph.node("Mul", batch, graph.whole(times));
    }

    OnnxValue broadcast(OnnxValue x, OnnxValue to) {
        return x.shape().equals(to.shape()) && x.other().equals(to.other())
                ? x
                : moved(x, to, in -> graph.node("Expand", in, extents(to)));
    }

    private String transpose(String x, int... axes) {
        return graph.node("Transpose", List.of(x), attributes("perm", axes));
    }

    private OnnxValue slice(Slice op, Slice same, OnnxValue x, OnnxValue y) {
        String from = number(op.from(), same.from());
        String to = number(op.to(), same.to());
        return moved(x, y, in -> graph.node("Slice", in, from, to, graph.whole(op.axis())));
    }

    private String reversed(String x, int axis) {
        return graph.node("Slice", x, graph.whole(-1), graph.whole(Long.MIN_VALUE), graph.whole(axis), graph.whole(-1));
    }

    private String pad(Pad op, OnnxValue x) {
        long[] pads = new long[2 * x.rank()];
        pads[op.axis()] = op.before();
        pads[x.rank() + op.axis()] = op.after();
        return graph.node("Pad", x.name(), graph.whole(pads));
    }

    private String concat(Concat op, List<OnnxValue> x) {
        List<String> parts = x.stream()
                .filter(part -> part.extent(op.axis()) > 0)
                .map(OnnxValue::name)
                .toList();
        return parts.isEmpty() ? x.get(0).name() : graph.node("Concat", parts, attribute("axis", op.axis()));
    }

    /** The windows are gathered along their axis, and their elements then become the last axis. */
    private String windows(Windows op, OnnxValue x, OnnxValue y) {
        if (x.grows(op.axis())) {
            return null;
        }
        int axis = op.axis();
        int count = y.extent(axis);
        long[] places = new long[count * op.size()];
        Arrays.setAll(places, i -> (long) i / op.size() * op.step() + i % op.size());
        String indices = graph.whole(new int[] {count, op.size()}, places);
        int[] last = IntStream.range(0, y.rank())
                .map(d -> d <= axis ? d : d == y.rank() - 1 ? axis + 1 : d + 1)
                .toArray();
        return transpose(graph.node("Gather", List.of(x.name(), indices), attribute("axis", axis)), last);
    }

    // ---- rows and indices ----

    /** Indices into so many places. */
    private String indices(OnnxValue x, int places) {
        if (x.whole() == null && !graph.isFloat64() && places > WHOLE_IN_FLOAT32) {
            throw new IllegalArgumentException("Onnx: computed indices in float32 must be below " + WHOLE_IN_FLOAT32
                    + ", got " + places + " places; call float64()");
        }
        return x.whole() == null ? graph.asIndices(x.name()) : x.whole();
    }

    private String oneHot(int classes, OnnxValue x) {
        String column = graph.node("Unsqueeze", indices(x, classes), graph.whole(-1));
        String all = graph.whole(
                new int[] {classes}, IntStream.range(0, classes).asLongStream().toArray());
        return graph.asNumbers(graph.node("Equal", column, all));
    }

    private OnnxValue argsort(Argsort op, OnnxValue x, OnnxValue y) {
        if (op.order() == Argsort.Order.ASCENDING_OR_NAN || x.grows(op.axis())) {
            return null;
        }
        String sorted = graph.add(
                        "TopK",
                        2,
                        List.of(x.name(), graph.whole(x.extent(op.axis()))),
                        attribute("axis", op.axis()),
                        attribute("largest", op.order() == Argsort.Order.DESCENDING ? 1 : 0))
                .get(1);
        return new OnnxValue(graph.asNumbers(sorted), sorted, null, y.shape(), y.other());
    }

    // ---- pooling ----

    /** The largest elements of windows of signals or images, with an axis of extent 1 for each axis of a window. */
    String maxPool(OnnxValue x, int[] sizes, int[] steps) {
        return pooled("MaxPool", x, sizes, steps);
    }

    /** The sums of windows of signals or images. */
    String sumPool(OnnxValue x, int[] sizes, int[] steps) {
        return times(IntStream.of(sizes).reduce(1, (a, b) -> a * b), pooled("AveragePool", x, sizes, steps));
    }

    private String pooled(String type, OnnxValue x, int[] sizes, int[] steps) {
        String pooled =
                graph.node(type, List.of(x.name()), attributes("kernel_shape", sizes), attributes("strides", steps));
        int[] inside = IntStream.range(x.rank(), x.rank() + sizes.length).toArray();
        return graph.node("Unsqueeze", pooled, whole(inside));
    }
}
