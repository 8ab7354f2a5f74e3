package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is said to who combines what does not fit, word for word: the operation as it was written, what it requires, what it got, and
 * what may help.
 */
class OpErrorsTest {

    /** A call that must fail. */
    record Refusal(String method, ThrowingCallable call, Class<? extends Exception> type, String message) {
        @Override
        public String toString() {
            return message;
        }
    }

    private static Refusal mismatch(String method, ThrowingCallable call, String message) {
        return new Refusal(method, call, ShapeException.class, message);
    }

    private static Refusal illegal(String method, ThrowingCallable call, String message) {
        return new Refusal(method, call, IllegalArgumentException.class, message);
    }

    private static Refusal noKey(String method, UnaryOperator<Variable> f) {
        return mismatch(
                method,
                () -> f.apply(x(3)),
                method + ": a key must have shape [2], got [3]; Variable.of(key.tensor()) has it");
    }

    private static Variable x(int... extents) {
        return Variable.of(Tensor.ones(extents));
    }

    private static final Variable NUMBER = x();

    private static Stream<Refusal> arithmetic() {
        Variable a = x(4, 3);
        Variable b = x(4);
        String got = ": shapes must broadcast (trailing extents equal, or 1), got left [4, 3] and right [4]";
        return Stream.of(
                mismatch("add", () -> a.add(b), "add" + got),
                mismatch("sub", () -> a.sub(b), "sub" + got),
                mismatch("mul", () -> a.mul(b), "mul" + got),
                mismatch("div", () -> a.div(b), "div" + got),
                mismatch("pow", () -> a.pow(b), "pow" + got),
                mismatch("atan2", () -> a.atan2(b), "atan2" + got),
                mismatch("hypot", () -> a.hypot(b), "hypot" + got),
                mismatch("logAddExp", () -> a.logAddExp(b), "logAddExp" + got),
                mismatch("xlogy", () -> a.xlogy(b), "xlogy" + got),
                mismatch("mod", () -> a.mod(b), "mod" + got),
                mismatch("lbeta", () -> a.lbeta(b), "lbeta" + got),
                illegal("polygamma", () -> a.polygamma(-1), "polygamma: n must be at least 0, got -1"),
                noKey("uniform", k -> Variable.uniform(k, 2)),
                noKey("normal", k -> Variable.normal(k, 2)),
                noKey("gumbel", k -> Variable.gumbel(k, 2)),
                noKey("permutation", k -> Variable.permutation(k, 2)),
                noKey("foldKey", k -> Variable.foldKey(k, 2)),
                noKey("bernoulli", a::bernoulli),
                noKey("categorical", a::categorical),
                mismatch(
                        "categorical",
                        () -> x().categorical(x(2)),
                        "categorical: the logits must have a last axis with classes, got []"),
                noKey("dropout", k -> a.dropout(0.5, k)),
                mismatch("maximum", () -> a.maximum(b), "maximum" + got),
                mismatch("minimum", () -> a.minimum(b), "minimum" + got),
                mismatch("gt", () -> a.gt(b), "gt" + got),
                mismatch("ge", () -> a.ge(b), "ge" + got),
                mismatch("lt", () -> a.lt(b), "lt" + got),
                mismatch("le", () -> a.le(b), "le" + got),
                mismatch("eq", () -> a.eq(b), "eq" + got),
                mismatch("ne", () -> a.ne(b), "ne" + got),
                mismatch(
                        "where",
                        () -> Variable.where(x(2), x(2), x(3)),
                        "where: shapes must broadcast (trailing extents equal, or 1), got mask [2], a [2] and b [3]"),
                mismatch(
                        "where",
                        () -> Variable.where(x(4), x(2, 3), x(3)),
                        "where: shapes must broadcast (trailing extents equal, or 1), got mask [4], a [2, 3] and b [3]"),
                illegal("clamp", () -> a.clamp(1, -1), "clamp: low must not be above high, got low 1.0 and high -1.0"),
                illegal(
                        "clamp",
                        () -> a.clamp(Double.NaN, 1),
                        "clamp: low must not be above high, got low NaN and high 1.0"));
    }

    /** Axes of everything that has an axis. */
    private static Stream<Refusal> axes() {
        Variable a = x(4, 3);
        String range = ": axis must be in -2..1 for shape [4, 3], got 2";
        String twice = ": axes must be distinct, got axes [0, -2] for shape [4, 3]";
        return Stream.of(
                mismatch("sum", () -> a.sum(2), "sum" + range),
                mismatch("sum", () -> a.sum(true, 0, -2), "sum" + twice),
                mismatch("sum", () -> NUMBER.sum(0), "sum: a scalar has no axes, got axis 0"),
                mismatch("mean", () -> a.mean(2), "mean" + range),
                mismatch("mean", () -> a.mean(true, 0, -2), "mean" + twice),
                mismatch("variance", () -> a.variance(2), "variance" + range),
                mismatch("variance", () -> a.variance(true, 0, -2), "variance" + twice),
                illegal("variance", () -> a.variance(-1, false), "variance: ddof must be 0 or more, got -1"),
                mismatch("std", () -> a.std(2), "std" + range),
                mismatch("std", () -> a.std(0, true, 0, -2), "std" + twice),
                illegal("std", () -> a.std(-1, false), "std: ddof must be 0 or more, got -1"),
                mismatch("prod", () -> a.prod(2), "prod" + range),
                mismatch("prod", () -> a.prod(true, 0, -2), "prod" + twice),
                mismatch("norm", () -> a.norm(2, 2), "norm" + range),
                mismatch("norm", () -> a.norm(1, true, 0, -2), "norm" + twice),
                illegal("norm", () -> a.norm(0.5), "norm: p must be 1 or more, got 0.5"),
                illegal("norm", () -> a.norm(Double.NaN), "norm: p must be 1 or more, got NaN"),
                mismatch("max", () -> a.max(2), "max" + range),
                mismatch("max", () -> a.max(true, 0, -2), "max" + twice),
                mismatch("max", () -> x(0, 3).max(0), "max: there must be an element to choose, got operand [0, 3]"),
                mismatch("min", () -> a.min(2), "min" + range),
                mismatch("min", () -> a.min(true, 0, -2), "min" + twice),
                mismatch("min", () -> x(0).min(), "min: there must be an element to choose, got operand [0]"),
                mismatch("logSumExp", () -> a.logSumExp(2), "logSumExp" + range),
                mismatch("logSumExp", () -> a.logSumExp(true, 0, -2), "logSumExp" + twice),
                mismatch("softmax", () -> a.softmax(2), "softmax" + range),
                mismatch("softmax", NUMBER::softmax, "softmax: logits must have at least one axis, got logits []"),
                mismatch(
                        "logSoftmax",
                        () -> a.logSoftmax(-3),
                        "logSoftmax: axis must be in -2..1 for shape [4, 3], got -3"),
                mismatch(
                        "logSoftmax",
                        NUMBER::logSoftmax,
                        "logSoftmax: logits must have at least one axis, got logits []"),
                mismatch("softmin", () -> a.softmin(2), "softmin" + range),
                mismatch("softmin", NUMBER::softmin, "softmin: a scalar has no axes, got axis -1"),
                mismatch("slice", () -> a.slice(2, 0, 1), "slice" + range),
                mismatch("concat", () -> Variable.concat(2, a, a), "concat" + range),
                mismatch(
                        "stack",
                        () -> Variable.stack(3, a, a),
                        "stack: axis must be in -3..2 for shape [1, 4, 3], got 3"),
                mismatch("permute", () -> a.permute(0, 2), "permute" + range));
    }

    private static Stream<Refusal> convolutions() {
        Variable image = x(2, 4, 5, 6);
        Geometry g = new Geometry(5, 6, 3, 3, 1, 1, 0, 0, 1, 1, 1);
        return Stream.of(
                mismatch(
                        "conv2d",
                        () -> x(4, 5, 6).conv2d(x(2, 4, 3, 3)),
                        "conv2d: the operand must be [batch, channels, height, width] and the weight [out, channels/groups, height, width],"
                                + " got operand [4, 5, 6] and weight [2, 4, 3, 3]"),
                mismatch(
                        "conv1d",
                        () -> x(1, 4, 6).conv1d(x(4, 3)),
                        "conv1d: the operand must be [batch, channels, length] and the weight [out, channels/groups, length],"
                                + " got operand [1, 4, 6] and weight [4, 3]"),
                mismatch(
                        "convTranspose2d",
                        () -> image.convTranspose2d(x(4, 2)),
                        "convTranspose2d: the operand must be [batch, channels, height, width] and the weight [channels, out/groups, height, width],"
                                + " got operand [2, 4, 5, 6] and weight [4, 2]"),
                mismatch(
                        "conv2d",
                        () -> image.conv2d(x(2, 3, 3, 3)),
                        "conv2d: the weight must have as many channels as the operand in each group,"
                                + " got operand [2, 4, 5, 6] and weight [2, 3, 3, 3] with groups 1"),
                mismatch(
                        "conv2d",
                        () -> image.conv2d(x(3, 2, 3, 3), 1, 0, 1, 2),
                        "conv2d: groups must divide the channels and the first extent of the weight,"
                                + " got operand [2, 4, 5, 6] and weight [3, 2, 3, 3] with groups 2"),
                mismatch(
                        "convTranspose2d",
                        () -> image.convTranspose2d(x(2, 4, 3, 3)),
                        "convTranspose2d: the weight must have as many channels as the operand,"
                                + " got operand [2, 4, 5, 6] and weight [2, 4, 3, 3] with groups 1"),
                mismatch(
                        "conv2d",
                        () -> image.conv2d(x(2, 4, 3, 5), 1, 1, 2, 1),
                        "conv2d: the kernel must have an element, and fit into the padded operand,"
                                + " got operand [2, 4, 5, 6] and weight [2, 4, 3, 5] with padding 1 and dilation 2"),
                mismatch(
                        "conv2d",
                        () -> image.conv2d(x(2, 4, 0, 1)),
                        "conv2d: the kernel must have an element, and fit into the padded operand,"
                                + " got operand [2, 4, 5, 6] and weight [2, 4, 0, 1] with padding 0 and dilation 1"),
                mismatch(
                        "convTranspose1d",
                        () -> x(1, 1, 2).convTranspose1d(x(1, 1, 2), 1, 2),
                        "convTranspose1d: operand and kernel must have an element, and the result, without its padding, an extent of"
                                + " 1 or more that fits an int, got operand [1, 1, 2] and weight [1, 1, 2] with stride 1,"
                                + " padding 2 and dilation 1"),
                mismatch(
                        "conv2d",
                        () -> new Convolution(Convolution.Kind.OUTPUT, g).apply(image, x(2, 4, 3, 2)),
                        "conv: the operands must fit Geometry[h=5, w=6, kernelH=3, kernelW=3, strideH=1, strideW=1, padH=0, padW=0,"
                                + " dilationH=1, dilationW=1, groups=1], got [2, 4, 5, 6] and [2, 4, 3, 2]"),
                illegal("conv2d", () -> image.conv2d(x(2, 4, 3, 3), 0, 0), "conv2d: stride must be 1 or more, got 0"),
                illegal(
                        "conv1d",
                        () -> x(1, 1, 4).conv1d(x(1, 1, 2), 1, -1),
                        "conv1d: padding must be 0 or more, got -1"),
                illegal(
                        "conv2d",
                        () -> image.conv2d(x(2, 4, 3, 3), 1, 0, 1, 0),
                        "conv2d: groups must be 1 or more, got 0"),
                illegal(
                        "conv2d",
                        () -> image.conv2d(x(2, 4, 3, 3), new int[] {1}, new int[3], new int[] {1}, 1),
                        "conv2d: padding must be one number, or one for each of 2 axes, got 3"),
                illegal(
                        "convTranspose2d",
                        () -> image.convTranspose2d(x(4, 4, 3, 3), 2, 0, 2, 1, 1),
                        "convTranspose2d: outputPadding must be less than the stride, got outputPadding 2 and stride 2"),
                illegal(
                        "maxPool2d",
                        () -> image.maxPool2d(3, 2, 2),
                        "maxPool2d: padding must be at most half of the kernel, got padding 2 and kernel 3"),
                illegal("maxPool1d", () -> x(1, 1, 4).maxPool1d(0), "maxPool1d: kernel must be 1 or more, got 0"),
                illegal(
                        "maxPool1d",
                        () -> x(1, 1, 4).maxPool1d(2, 2, -1, 1, true),
                        "maxPool1d: padding must be 0 or more, got -1"),
                illegal(
                        "maxPool2d",
                        () -> image.maxPool2d(2, 2, 0, 0, false),
                        "maxPool2d: dilation must be 1 or more, got 0"),
                illegal(
                        "maxPool2d",
                        () -> image.maxPool2d(new int[] {2}, new int[] {2, 2, 2}, new int[1], new int[] {1}, false),
                        "maxPool2d: stride must be one number, or one for each of 2 axes, got 3"),
                illegal(
                        "avgPool2d",
                        () -> image.avgPool2d(new int[0], new int[] {2}, new int[1], false, false),
                        "avgPool2d: kernel must be one number, or one for each of 2 axes, got 0"),
                mismatch(
                        "maxPool2d",
                        () -> x(2, 3).maxPool2d(2),
                        "maxPool2d: the operand must be [batch, channels, height, width], got operand [2, 3]"),
                mismatch(
                        "maxPool1d",
                        () -> image.maxPool1d(2),
                        "maxPool1d: the operand must be [batch, channels, length], got operand [2, 4, 5, 6]"),
                illegal("avgPool2d", () -> image.avgPool2d(2, 0, 0), "avgPool2d: stride must be 1 or more, got 0"),
                mismatch(
                        "maxPool2d",
                        () -> image.maxPool2d(3, 1, 0, 3, false),
                        "maxPool2d: the operand must have an element, and a window must fit into it with its padding,"
                                + " got operand [2, 4, 5, 6], kernel 3, stride 1, padding 0 and dilation 3"),
                mismatch(
                        "avgPool2d",
                        () -> image.avgPool2d(8, 3, 0, true, true),
                        "avgPool2d: the operand must have an element, and a window must fit into it with its padding,"
                                + " but for less than a stride,"
                                + " got operand [2, 4, 5, 6], kernel 8, stride 3, padding 0 and dilation 1"),
                mismatch(
                        "maxPool1d",
                        () -> x(1, 2, 0).maxPool1d(2, 1, 1),
                        "maxPool1d: the operand must have an element, and a window must fit into it with its padding,"
                                + " got operand [1, 2, 0], kernel 2, stride 1, padding 1 and dilation 1"),
                mismatch(
                        "convSame1d",
                        () -> x(1, 4, 6).convSame1d(x(4, 3)),
                        "convSame1d: the operand must be [batch, channels, length] and the weight [out, channels/groups, length],"
                                + " got operand [1, 4, 6] and weight [4, 3]"),
                mismatch(
                        "convSame2d",
                        () -> image.convSame2d(x(2, 3, 3, 3)),
                        "convSame2d: the weight must have as many channels as the operand in each group,"
                                + " got operand [2, 4, 5, 6] and weight [2, 3, 3, 3] with groups 1"),
                mismatch(
                        "convSame2d",
                        () -> image.convSame2d(x(2, 4, 3, 0)),
                        "convSame2d: the kernel must have an element, and fit into the padded operand,"
                                + " got operand [2, 4, 5, 6] and weight [2, 4, 3, 0] with padding 0 and dilation 1"),
                illegal(
                        "convSame2d",
                        () -> image.convSame2d(x(2, 4, 3, 3), 0, 1),
                        "convSame2d: dilation must be 1 or more, got 0"),
                illegal(
                        "convSame1d",
                        () -> x(1, 1, 4).convSame1d(x(1, 1, 2), 1, 0),
                        "convSame1d: groups must be 1 or more, got 0"),
                mismatch(
                        "avgPool1d",
                        () -> x(1, 2, 3).avgPool1d(6, 1, 1),
                        "avgPool1d: the operand must have an element, and a window must fit into it with its padding,"
                                + " got operand [1, 2, 3], kernel 6, stride 1, padding 1 and dilation 1"),
                mismatch(
                        "windows",
                        () -> image.windows(-1, 7, 1),
                        "windows: size and step must be 1 or more, and a window must fit into axis 3,"
                                + " got operand [2, 4, 5, 6], size 7 and step 1"));
    }

    private static Stream<Refusal> matrices() {
        Variable a = x(4, 3);
        String columns = "matmul: columns of left must equal rows of right, got left ";
        String affine = "affine: x must be [.., d], weight [d, q] and bias [q] or [1, q], got x ";
        return Stream.of(
                mismatch("cholesky", a::cholesky, "cholesky: the matrix must be square, got operand [4, 3]"),
                mismatch(
                        "einsum",
                        () -> Variable.einsum("ij,jk->ik", a, a),
                        "einsum: axes of a letter must have the same extent, got 3 and 4 for j"),
                mismatch(
                        "einsum",
                        () -> Variable.einsum("ijk->k", a),
                        "einsum: an operand must have an axis for each letter, got operand 0 [4, 3] and letters ijk"),
                mismatch(
                        "tensordot",
                        () -> a.tensordot(a, 1),
                        "tensordot: the last axes of left must be the first of right, as many as given,"
                                + " got 1 axes, left [4, 3] and right [4, 3]"),
                mismatch(
                        "tensordot",
                        () -> a.tensordot(a, -1),
                        "tensordot: the last axes of left must be the first of right, as many as given,"
                                + " got -1 axes, left [4, 3] and right [4, 3]"),
                mismatch("inverse", a::inverse, "inverse: the matrix must be square, got operand [4, 3]"),
                mismatch(
                        "lstsq",
                        () -> x(3, 4).lstsq(x(3)),
                        "lstsq: the matrix must have at least as many rows as columns, got matrix [3, 4]"),
                mismatch(
                        "lstsq",
                        () -> a.lstsq(x(3)),
                        "lstsq: the right side must have as many rows as the matrix, got matrix [4, 3] and right side [3, 1]"),
                mismatch(
                        "singularValues",
                        NUMBER::singularValues,
                        "singularValues: the matrix must have at least two axes, got operand []"),
                mismatch("det", x(3)::det, "det: the matrix must be square, got operand [3]"),
                mismatch("logDet", a::logDet, "logDet: the matrix must be square, got operand [4, 3]"),
                mismatch("solve", () -> a.solve(a), "solve: the matrix must be square, got operand [4, 3]"),
                mismatch(
                        "solve",
                        () -> x(3, 3).solve(x(4, 2)),
                        "solve: the right side must have as many rows as the matrix, got matrix [3, 3] and right side [4, 2]"),
                mismatch(
                        "solve",
                        () -> x(3, 3).solve(NUMBER),
                        "solve: the right side must have as many rows as the matrix, got matrix [3, 3] and right side []"),
                mismatch(
                        "triangularSolve",
                        () -> x(2, 3, 3).triangularSolve(x(3, 3, 1), true),
                        "triangularSolve: shapes must broadcast (trailing extents equal, or 1), got left [2] and right [3]"),
                mismatch(
                        "triangularSolve",
                        () -> new TriangularSolve(true, false).apply(x(2, 2), x(3, 2)),
                        "triangularSolve: the right side must have as many rows as the matrix, and the same leading extents,"
                                + " got matrix [2, 2] and right side [3, 2]"),
                mismatch(
                        "matmul",
                        () -> a.matmul(a),
                        columns + "[4, 3] and right [4, 3]; did you mean left.transpose()?"),
                mismatch(
                        "matmul",
                        () -> a.matmul(x(2, 3)),
                        columns + "[4, 3] and right [2, 3]; did you mean right.transpose()?"),
                mismatch("matmul", () -> a.matmul(x(5, 2)), columns + "[4, 3] and right [5, 2]"),
                mismatch("matmul", () -> a.matmul(x(4)), columns + "[4, 3] and right [4]"),
                mismatch("matmul", () -> x(3).matmul(a), columns + "[3] and right [4, 3]"),
                mismatch("matmul", () -> x(3).matmul(x(2)), columns + "[3] and right [2]"),
                mismatch(
                        "matmul",
                        () -> a.matmul(NUMBER),
                        "matmul: operands must have at least one axis, got left [4, 3] and right []; use mul to scale"),
                mismatch(
                        "matmul",
                        () -> NUMBER.matmul(a),
                        "matmul: operands must have at least one axis, got left [] and right [4, 3]; use mul to scale"),
                mismatch(
                        "matmul",
                        () -> x(2, 4, 3).matmul(x(5, 3, 4)),
                        "matmul: leading extents must broadcast, got left [2, 4, 3] and right [5, 3, 4]"),
                mismatch("affine", () -> a.affine(x(4, 2), x(2)), affine + "[4, 3], weight [4, 2] and bias [2]"),
                mismatch("affine", () -> a.affine(x(3, 2), x(3)), affine + "[4, 3], weight [3, 2] and bias [3]"),
                mismatch("affine", () -> a.affine(x(3, 2), x(4, 2)), affine + "[4, 3], weight [3, 2] and bias [4, 2]"),
                mismatch("affine", () -> a.affine(x(3), x(2)), affine + "[4, 3], weight [3] and bias [2]"),
                mismatch("affine", () -> x(4).affine(x(3, 2), x(2)), affine + "[4], weight [3, 2] and bias [2]"),
                mismatch("affine", () -> NUMBER.affine(x(3, 2), x(2)), affine + "[], weight [3, 2] and bias [2]"),
                mismatch(
                        "transpose",
                        () -> x(3).transpose(),
                        "transpose: the operand must have at least two axes, got operand [3]"),
                mismatch(
                        "permute",
                        () -> a.permute(0, 0),
                        "permute: axes must name every axis of shape [4, 3] once, got [0, 0]"),
                mismatch(
                        "permute",
                        () -> a.permute(0),
                        "permute: axes must name every axis of shape [4, 3] once, got [0]"));
    }

    private static Stream<Refusal> pieces() {
        Variable a = x(4, 3);
        return Stream.of(
                mismatch(
                        "reshape",
                        () -> a.reshape(5, 2),
                        "reshape: the new shape must have the 12 elements of shape [4, 3], got [5, 2]"),
                mismatch(
                        "reshape",
                        () -> a.reshape(5, -1),
                        "reshape: extents beside -1 must divide the 12 elements of shape [4, 3], got [5, -1]"),
                mismatch("reshape", () -> x(0).reshape(0, -1), "reshape: extents beside -1 must not be 0, got [0, -1]"),
                mismatch(
                        "reshape",
                        () -> a.reshape(-1, -1),
                        "reshape: extents must not be negative (one may be -1: whatever fits), got [-1, -1]"),
                mismatch(
                        "reshape",
                        () -> a.reshape(Shape.of(5, 2)),
                        "reshape: the number of elements must stay the same, got operand [4, 3] (12) and target [5, 2] (10)"),
                mismatch(
                        "broadcastTo",
                        () -> a.broadcastTo(4),
                        "broadcastTo: extents must be equal or 1, aligned at the last axis, got operand [4, 3] and target [4]"),
                mismatch(
                        "slice",
                        () -> a.slice(0, 2, 5),
                        "slice: bounds must satisfy 0 <= from <= to <= 4 at axis 0, got from 2, to 5 and operand [4, 3]"),
                mismatch(
                        "slice",
                        () -> a.slice(-1, 2, 1),
                        "slice: bounds must satisfy 0 <= from <= to <= 3 at axis 1, got from 2, to 1 and operand [4, 3]"),
                mismatch(
                        "slice",
                        () -> a.slice(0, -1, 1),
                        "slice: bounds must satisfy 0 <= from <= to <= 4 at axis 0, got from -1, to 1 and operand [4, 3]"),
                mismatch(
                        "concat",
                        () -> Variable.concat(0, a, x(4, 2), a),
                        "concat: operands must agree but for axis 0, got [4, 3] and [4, 2] and [4, 3]"),
                mismatch(
                        "concat",
                        () -> Variable.concat(0, a, x(3)),
                        "concat: operands must agree but for axis 0, got [4, 3] and [3]"),
                illegal("concat", () -> Variable.concat(0), "concat: there must be at least one operand, got none"),
                mismatch(
                        "stack",
                        () -> Variable.stack(0, a, x(4, 2)),
                        "stack: operands must have the same shape, got [4, 3] and [4, 2]"),
                illegal("stack", () -> Variable.stack(0), "stack: there must be at least one operand, got none"),
                mismatch(
                        "gather",
                        () -> NUMBER.gather(x(2)),
                        "gather: the operand must have rows, got operand [] and index [2]"),
                illegal(
                        "gather",
                        () -> a.gather(index(0, 4)),
                        "gather: every index must be a whole number in 0..3, got 4.0 at position 1"),
                illegal(
                        "gather",
                        () -> a.gather(index(-1)),
                        "gather: every index must be a whole number in 0..3, got -1.0 at position 0"),
                illegal(
                        "gather",
                        () -> a.gather(index(0.5)),
                        "gather: every index must be a whole number in 0..3, got 0.5 at position 0"),
                illegal(
                        "gather",
                        () -> a.gather(index(Double.NaN)),
                        "gather: every index must be a whole number in 0..3, got NaN at position 0"),
                mismatch(
                        "scatterAdd",
                        () -> a.scatterAdd(index(0, 1), 5),
                        "scatterAdd: the extents of the operand must start with those of the index, got operand [4, 3] and index [2]"),
                mismatch(
                        "scatterAdd",
                        () -> NUMBER.scatterAdd(index(0), 5),
                        "scatterAdd: the extents of the operand must start with those of the index, got operand [] and index [1]"),
                illegal(
                        "scatterAdd",
                        () -> a.scatterAdd(index(0, 1, 2, 5), 5),
                        "scatterAdd: every index must be a whole number in 0..4, got 5.0 at position 3"),
                illegal(
                        "oneHot",
                        () -> index(0, 3).oneHot(3),
                        "oneHot: every class must be a whole number in 0..2, got 3.0 at position 1"),
                illegal("oneHot", () -> index().oneHot(0), "oneHot: classes must be 1 or more, got 0"),
                illegal(
                        "gather",
                        () -> x(0, 3).gather(index(1)),
                        "gather: there is nothing to choose from, so there must be no index, got 1.0 at position 0"));
    }

    private static Stream<Refusal> shapes() {
        Variable a = x(4, 3);
        String range = ": axis must be in -2..1 for shape [4, 3], got 2";
        String stretched = ": the product of the extents that are not 0 must be at most 2147483639, got ";
        String twoAxes = ": the operand must have at least two axes, got operand [3]";
        return Stream.of(
                mismatch("flatten", () -> a.flatten(2), "flatten" + range),
                mismatch("flatten", () -> NUMBER.flatten(0), "flatten: a scalar has no axes, got axis 0"),
                mismatch(
                        "expandDims",
                        () -> a.expandDims(3),
                        "expandDims: axis must be in -3..2 for shape [1, 4, 3], got 3"),
                mismatch("squeeze", () -> a.squeeze(2), "squeeze" + range),
                mismatch(
                        "squeeze",
                        () -> x(1, 4).squeeze(0, 0),
                        "squeeze: axes must be distinct, got axes [0, 0] for shape [1, 4]"),
                mismatch(
                        "squeeze",
                        () -> x(1, 4).squeeze(0, -1),
                        "squeeze: the extent at each named axis must be 1, got 4 at axis 1 of shape [1, 4]"),
                mismatch("split", () -> a.split(2, 1), "split" + range),
                mismatch(
                        "split",
                        () -> a.split(0, 1, 2),
                        "split: sizes must be 0 or more and add up to the extent 4 at axis 0, got [1, 2]"),
                mismatch(
                        "split",
                        () -> a.split(-1, 4, -1),
                        "split: sizes must be 0 or more and add up to the extent 3 at axis 1, got [4, -1]"),
                mismatch("chunk", () -> a.chunk(2, 1), "chunk" + range),
                mismatch(
                        "chunk",
                        () -> a.chunk(0, 3),
                        "chunk: the number of parts must be 1 or more and divide the extent 4 at axis 0, got 3"),
                mismatch(
                        "chunk",
                        () -> a.chunk(0, 0),
                        "chunk: the number of parts must be 1 or more and divide the extent 4 at axis 0, got 0"),
                mismatch("select", () -> a.select(2, 0), "select" + range),
                mismatch(
                        "select",
                        () -> a.select(-1, 3),
                        "select: the index must be from -3 to 2 at axis 1 of shape [4, 3], got 3"),
                mismatch(
                        "select",
                        () -> a.select(0, -5),
                        "select: the index must be from -4 to 3 at axis 0 of shape [4, 3], got -5"),
                mismatch(
                        "select",
                        () -> x(2, 0).select(1, 0),
                        "select: there must be an element at axis 1 of shape [2, 0], got 0"),
                mismatch("unstack", () -> a.unstack(2), "unstack" + range),
                mismatch("tile", () -> a.tile(2, -1), "tile: repeats must be 0 or more, got [2, -1]"),
                mismatch("tile", () -> a.tile(1 << 30, 1), "tile" + stretched + "[2147483647, 3]"),
                mismatch("pad", () -> a.pad(2, 1, 1), "pad" + range),
                illegal(
                        "pad",
                        () -> a.pad(0, -1, 2),
                        "pad: before and after must be 0 or more, got before -1 and after 2"),
                mismatch("pad", () -> a.pad(0, 1, Integer.MAX_VALUE), "pad" + stretched + "[2147483647, 3]"),
                mismatch("flip", () -> a.flip(2), "flip" + range),
                mismatch("flip", () -> a.flip(0, 0), "flip: axes must be distinct, got axes [0, 0] for shape [4, 3]"),
                mismatch("roll", () -> a.roll(2, 1), "roll" + range),
                mismatch("tril", () -> x(3).tril(0), "tril" + twoAxes),
                mismatch("triu", () -> x(3).triu(0), "triu" + twoAxes),
                mismatch("diagonal", () -> x(3).diagonal(), "diagonal" + twoAxes),
                mismatch("trace", () -> x(3).trace(), "trace" + twoAxes),
                mismatch("diag", () -> NUMBER.diag(), "diag: the operand must have at least one axis, got operand []"),
                mismatch("diag", () -> x(50_000).diag(), "diag" + stretched + "[50000, 50000]"),
                mismatch("diagonal", () -> x(3).diagonal(-1), "diagonal" + twoAxes),
                mismatch("diag", () -> x(2).diag(-50_000), "diag" + stretched + "[50002, 50002]"),
                mismatch("diag", () -> x(2).diag(Integer.MIN_VALUE), "diag" + stretched + "[2147483647]"),
                mismatch(
                        "outer",
                        () -> NUMBER.outer(a),
                        "outer: operands must have at least one axis, got left [] and right [4, 3]; use mul to scale"),
                mismatch(
                        "outer",
                        () -> a.outer(x(5, 2)),
                        "outer: shapes must broadcast (trailing extents equal, or 1), got left [4, 3, 1] and right [5, 1, 2]"));
    }

    private static Stream<Refusal> along() {
        Variable a = x(4, 3);
        String range = ": axis must be in -2..1 for shape [4, 3], got 2";
        String twice = ": axes must be distinct, got axes [0, -2] for shape [4, 3]";
        String same =
                "linearRecurrence: factors and inputs must have the same shape, got factors [4] and inputs [4, 3]";
        return Stream.of(
                mismatch("gather", () -> a.gather(2, index(0)), "gather" + range),
                illegal(
                        "gather",
                        () -> a.gather(1, index(0, 3)),
                        "gather: every index must be a whole number in 0..2, got 3.0 at position 1"),
                mismatch("takeAlong", () -> a.takeAlong(2, a), "takeAlong" + range),
                mismatch(
                        "takeAlong",
                        () -> a.takeAlong(0, x(2, 2)),
                        "takeAlong: operand and index must agree but for axis 0, got operand [4, 3] and index [2, 2]"),
                mismatch(
                        "takeAlong",
                        () -> a.takeAlong(0, x(2)),
                        "takeAlong: operand and index must agree but for axis 0, got operand [4, 3] and index [2]"),
                illegal(
                        "takeAlong",
                        () -> x(3).takeAlong(0, index(0, 0.5)),
                        "takeAlong: every index must be a whole number in 0..2, got 0.5 at position 1"),
                mismatch("scatterAddAlong", () -> a.scatterAddAlong(2, a, 3), "scatterAddAlong" + range),
                mismatch(
                        "scatterAddAlong",
                        () -> a.scatterAddAlong(0, x(3, 3), 3),
                        "scatterAddAlong: operand and index must have the same shape, got operand [4, 3] and index [3, 3]"),
                mismatch(
                        "scatterAddAlong",
                        () -> x(1).scatterAddAlong(0, index(0), -1),
                        "scatterAddAlong: extents must not be negative, got [-1]"),
                illegal(
                        "scatterAddAlong",
                        () -> x(2).scatterAddAlong(0, index(0, 3), 3),
                        "scatterAddAlong: every index must be a whole number in 0..2, got 3.0 at position 1"),
                mismatch(
                        "pick",
                        () -> a.pick(x(3)),
                        "pick: the operand must be [.., q] and the index [..], got operand [4, 3] and index [3]"),
                mismatch(
                        "pick",
                        () -> NUMBER.pick(NUMBER),
                        "pick: the operand must be [.., q] and the index [..], got operand [] and index []"),
                illegal(
                        "pick",
                        () -> x(2, 3).pick(index(0, 3)),
                        "pick: every index must be a whole number in 0..2, got 3.0 at position 1"),
                mismatch("sort", () -> a.sort(2), "sort" + range),
                mismatch("sort", () -> NUMBER.sort(0, true), "sort: a scalar has no axes, got axis 0"),
                mismatch("argsort", () -> a.argsort(2), "argsort" + range),
                mismatch("topK", () -> a.topK(2, 1), "topK" + range),
                mismatch(
                        "topK",
                        () -> a.topK(-1, 4),
                        "topK: k must be in 0..3, the extent at axis 1, got 4 for operand [4, 3]"),
                mismatch("argTopK", () -> a.argTopK(2, 1), "argTopK" + range),
                mismatch(
                        "argTopK",
                        () -> a.argTopK(0, -1),
                        "argTopK: k must be in 0..4, the extent at axis 0, got -1 for operand [4, 3]"),
                mismatch("median", () -> a.median(2), "median" + range),
                mismatch("median", () -> a.median(true, 0, -2), "median" + twice),
                mismatch(
                        "median",
                        () -> x(0, 3).median(0),
                        "median: there must be an element to choose, got operand [0, 3]"),
                mismatch("quantile", () -> a.quantile(0.5, 2), "quantile" + range),
                mismatch("quantile", () -> a.quantile(0.5, true, 0, -2), "quantile" + twice),
                mismatch(
                        "quantile",
                        () -> x(0).quantile(0.5),
                        "quantile: there must be an element to choose, got operand [0]"),
                illegal("quantile", () -> a.quantile(1.5), "quantile: q must be in 0..1, got 1.5"),
                illegal("quantile", () -> a.quantile(Double.NaN), "quantile: q must be in 0..1, got NaN"),
                mismatch("cumSum", () -> a.cumSum(2), "cumSum" + range),
                mismatch("cumProd", () -> a.cumProd(2), "cumProd" + range),
                mismatch("logCumSumExp", () -> a.logCumSumExp(2), "logCumSumExp" + range),
                mismatch(
                        "linearRecurrence", () -> Variable.linearRecurrence(2, a, a, x(4)), "linearRecurrence" + range),
                mismatch("linearRecurrence", () -> Variable.linearRecurrence(0, x(4), a, x(3)), same),
                mismatch(
                        "linearRecurrence",
                        () -> Variable.linearRecurrence(0, a, a, x(4)),
                        "linearRecurrence: the initial value must have the shape of the inputs without axis 0, got initial value [4] and inputs [4, 3]"));
    }

    private static Variable index(double... x) {
        return Variable.of(Tensor.of(x));
    }

    private static Stream<Refusal> softmaxFamily() {
        Variable logits = x(32, 10);
        Variable some = x(32);
        return Stream.of(
                mismatch(
                        "crossEntropy",
                        () -> logits.crossEntropy(some),
                        "crossEntropy: logits and targets must have the same shape, got logits [32, 10] and targets [32]; for class indices use crossEntropyWithLabels"),
                mismatch(
                        "crossEntropy",
                        () -> logits.crossEntropy(x(32, 9)),
                        "crossEntropy: logits and targets must have the same shape, got logits [32, 10] and targets [32, 9]"),
                mismatch(
                        "crossEntropy",
                        () -> NUMBER.crossEntropy(NUMBER),
                        "crossEntropy: logits must have at least one axis, got logits []"),
                mismatch(
                        "crossEntropyWithLabels",
                        () -> logits.crossEntropyWithLabels(x(10)),
                        "crossEntropyWithLabels: logits must be [.., q] and labels [..], got logits [32, 10] and labels [10]"),
                mismatch(
                        "crossEntropyWithLabels",
                        () -> logits.crossEntropyWithLabels(x(32, 10)),
                        "crossEntropyWithLabels: logits must be [.., q] and labels [..], got logits [32, 10] and labels [32, 10];"
                                + " labels are one number a row: argmax(-1) of one-hot rows"),
                mismatch(
                        "crossEntropyWithLabels",
                        () -> NUMBER.crossEntropyWithLabels(NUMBER),
                        "crossEntropyWithLabels: logits must be [.., q] and labels [..], got logits [] and labels []"),
                illegal(
                        "crossEntropyWithLabels",
                        () -> x(2, 3).crossEntropyWithLabels(index(0, 3)),
                        "crossEntropyWithLabels: every class must be a whole number in 0..2, got 3.0 at position 1"),
                mismatch(
                        "nll",
                        () -> logits.nll(x(10)),
                        "nll: log-probabilities must be [.., q] and labels [..], got log-probabilities [32, 10] and labels [10]"),
                illegal(
                        "nll",
                        () -> x(2, 3).nll(index(0, -1)),
                        "nll: every class must be a whole number in 0..2, got -1.0 at position 1"),
                mismatch(
                        "realSoftMax",
                        () -> NUMBER.realSoftMax(1),
                        "realSoftMax: logits must have at least one axis, got logits []"),
                mismatch(
                        "realSoftMax",
                        () -> logits.realSoftMax(some),
                        "realSoftMax: lambda must be a single number, got lambda [32]"),
                illegal("realSoftMax", () -> logits.realSoftMax(0), "realSoftMax: lambda must be positive, got 0.0"),
                illegal(
                        "realSoftMax",
                        () -> logits.realSoftMax(Double.NaN),
                        "realSoftMax: lambda must be positive, got NaN"));
    }

    static Stream<Refusal> refusals() {
        return Stream.of(arithmetic(), axes(), matrices(), convolutions(), pieces(), shapes(), along(), softmaxFamily())
                .flatMap(refusals -> refusals);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isSaidWordForWord(Refusal refusal) {
        assertThatThrownBy(refusal.call()).isExactlyInstanceOf(refusal.type()).hasMessage(refusal.message());
    }

    /** What takes any operand, or numbers only. */
    private static final Set<String> TOTAL = Set.of(
            "neg exp expm1 log log1p sqrt square sin cos tanh sigmoid softplus erf erfc erfcx erfinv normalCdf logNormalCdf lgamma digamma gelu geluTanh tan asin acos atan sinh cosh asinh acosh atanh log2 log10 rsqrt logSigmoid silu mish softsign celu selu relu6 hardtanh hardsigmoid hardswish floor ceil round trunc reciprocal elu abs sign relu leakyRelu rsub rdiv"
                    .split(" "));

    @Test
    void everyMethodThatCanFailIsHere() {
        Set<String> methods = Stream.of(Variable.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers())
                        && (m.getReturnType() == Variable.class || m.getReturnType() == List.class))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        methods.removeAll(TOTAL);
        methods.removeAll(Set.of("of", "detach", "inputs"));
        assertThat(refusals().map(Refusal::method).distinct()).containsExactlyInAnyOrderElementsOf(methods);
    }

    // ---- operations applied by hand ----

    static Stream<Sample> samples() {
        return Samples.all().stream()
                .filter(s ->
                        s.op().isPresent() && s.op().get() instanceof Primitive && !(s.op().get() instanceof Concat));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theNumberOfOperandsIsChecked(Sample s) {
        Op op = s.op().orElseThrow();
        int n = s.x().size();
        String want = op.label() + ": must have " + n + (n == 1 ? " operand" : " operands") + ", got ";
        Shape[] shapes = s.x().stream().map(Tensor::shape).toArray(Shape[]::new);
        Shape[] oneMore = Arrays.copyOf(shapes, n + 1);
        assertThatThrownBy(() -> op.shape())
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage(want + 0);
        assertThatThrownBy(() -> op.shape(oneMore))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage(want + (n + 1));
    }

    /** Operations that no method applies to shapes which do not fit: the rules of others do, if they are wrong. */
    static Stream<Refusal> byHand() {
        Shape a = Shape.of(4, 3);
        Shape b = Shape.of(4);
        String broadcast = ": shapes must broadcast (trailing extents equal, or 1), got left [4, 3] and right [4]";
        return Stream.of(
                mismatch("by hand", () -> Comparison.MAXIMUM_SLOPE.shape(a, b), "maximumSlope" + broadcast),
                mismatch("by hand", () -> Comparison.MINIMUM_SLOPE.shape(a, b), "minimumSlope" + broadcast),
                mismatch("by hand", () -> Gate.GATE.shape(a, b), "gate" + broadcast),
                mismatch("by hand", () -> new VariablePower(1, 0).shape(a, b), "pow" + broadcast),
                mismatch(
                        "",
                        () -> Where.WHERE.shape(a, a, b),
                        "where: mask and operands must have the same shape, got mask [4, 3], [4, 3] and [4]"),
                mismatch(
                        "",
                        () -> new Sum(b).shape(a),
                        "sum: the result must broadcast to the operand, got result [4] and operand [4, 3]"),
                mismatch(
                        "",
                        () -> SoftmaxOp.RESIDUAL.shape(a, b),
                        "residual: logits and targets must have the same shape, got logits [4, 3] and targets [4]"),
                mismatch(
                        "",
                        () -> SoftmaxOp.JACOBIAN_PRODUCT.shape(a, b),
                        "jacobianProduct: logits and vectors must have the same shape, got logits [4, 3] and vectors [4]"),
                mismatch(
                        "",
                        () -> SoftmaxOp.CENTER.shape(a, b),
                        "center: logits and vectors must have the same shape, got logits [4, 3] and vectors [4]"),
                mismatch(
                        "",
                        () -> SoftmaxOp.LOG_SUM_EXP.shape(Shape.of()),
                        "logSumExp: logits must have at least one axis, got logits []"),
                mismatch(
                        "",
                        () -> new MatMul(true, false).shape(a, Shape.of(3, 2)),
                        "matmul: columns of left must equal rows of right, got left [4, 3] and right [3, 2]; did you mean left.transpose()?"),
                mismatch(
                        "",
                        () -> MatMul.MATMUL.shape(a, Shape.of(3)),
                        "matmul: columns of left must equal rows of right, got left [4, 3] and right [3]"));
    }

    @ParameterizedTest
    @MethodSource("byHand")
    void whatRulesApplyIsCheckedAsWell(Refusal refusal) {
        isSaidWordForWord(refusal);
    }
}
