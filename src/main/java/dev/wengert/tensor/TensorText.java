package dev.wengert.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;

/** Prints a tensor as NumPy's {@code str} does with its default options. */
final class TensorText {
    private static final int THRESHOLD = 1000;
    private static final int EDGE_ITEMS = 3;
    private static final int DECIMALS = 8;
    private static final int LINE_WIDTH = 75;

    private final Shape shape;
    private final boolean shortened;
    private final Iterator<String> words; // of the elements that are shown, in order
    private final StringBuilder out = new StringBuilder();

    private TensorText(Shape shape, double[] values) {
        this.shape = shape;
        this.shortened = shape.size() > THRESHOLD;
        DoubleStream.Builder shown = DoubleStream.builder();
        select(0, 0, values, shown);
        this.words = words(shown.build().toArray()).iterator();
    }

    static String of(Shape shape, double[] values) {
        if (shape.rank() == 0) {
            return Double.toString(values[0]);
        }
        if (shape.size() == 0) {
            return shape.rank() == 1 ? "[]" : "[], shape " + shape;
        }
        TensorText text = new TensorText(shape, values);
        text.print(0);
        return text.out.toString();
    }

    /** The index that is shown after {@code i} along an axis. It is more than i + 1 if "..." stands between. */
    private int next(int axis, int i) {
        int extent = shape.extent(axis);
        return shortened && i == EDGE_ITEMS - 1 && extent > 2 * EDGE_ITEMS ? extent - EDGE_ITEMS : i + 1;
    }

    /** Collects the elements of one part that are shown; {@code index} counts the parts with axes from {@code axis}. */
    private void select(int axis, int index, double[] values, DoubleStream.Builder shown) {
        if (axis == shape.rank()) {
            shown.add(values[index]);
            return;
        }
        int extent = shape.extent(axis);
        for (int i = 0; i < extent; i = next(axis, i)) {
            select(axis + 1, index * extent + i, values, shown);
        }
    }

    private void print(int axis) {
        out.append('[');
        if (axis == shape.rank() - 1) {
            printRow(axis);
        } else {
            printParts(axis);
        }
        out.append(']');
    }

    private void printParts(int axis) {
        String separator = "\n".repeat(shape.rank() - axis - 1) + " ".repeat(axis + 1);
        for (int i = 0; i < shape.extent(axis); ) {
            if (i > 0) {
                out.append(separator);
            }
            print(axis + 1);
            int next = next(axis, i);
            if (next > i + 1) {
                out.append(separator).append("...");
            }
            i = next;
        }
    }

    private void printRow(int axis) {
        int column = shape.rank();
        for (int i = 0; i < shape.extent(axis); ) {
            column = printWord(words.next(), column);
            int next = next(axis, i);
            if (next > i + 1) {
                column = printWord("...", column);
            }
            i = next;
        }
    }

    /** Prints a word of a row, on a new line if it does not fit. Returns the column of the next word. */
    private int printWord(String word, int column) {
        int indent = shape.rank();
        if (column > indent) {
            out.append(' ');
            if (column + word.length() > LINE_WIDTH - indent) {
                stripBlanks();
                out.append('\n').append(" ".repeat(indent));
                column = indent;
            }
        }
        out.append(word);
        return column + word.length() + 1;
    }

    private void stripBlanks() {
        int end = out.length();
        while (out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
    }

    /** The numbers, equally long and with their points below each other. */
    private static List<String> words(double[] values) {
        boolean scientific = isScientific(values);
        Numeral[] numerals = new Numeral[values.length];
        int whole = 0;
        int fraction = 0;
        int exponent = 0;
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                numerals[i] = scientific ? Numeral.scientific(values[i]) : Numeral.positional(values[i]);
                whole = Math.max(whole, numerals[i].whole.length());
                fraction = Math.max(fraction, numerals[i].fraction.length());
                exponent = Math.max(exponent, numerals[i].exponentDigits());
            }
        }
        String[] words = new String[values.length];
        int width = 0;
        for (int i = 0; i < values.length; i++) {
            if (numerals[i] != null) {
                words[i] = numerals[i].print(whole, fraction, exponent);
            } else {
                words[i] = values[i] != values[i] ? "nan" : values[i] > 0 ? "inf" : "-inf";
            }
            width = Math.max(width, words[i].length());
        }
        for (int i = 0; i < values.length; i++) {
            words[i] = " ".repeat(width - words[i].length()) + words[i];
        }
        return List.of(words);
    }

    /** NumPy's choice: very large, very small or very different numbers have exponents. */
    private static boolean isScientific(double[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = 0;
        for (double value : values) {
            double x = Math.abs(value);
            if (x > 0 && x < Double.POSITIVE_INFINITY) {
                min = Math.min(min, x);
                max = Math.max(max, x);
            }
        }
        return max > 0 && (max >= 1e8 || min < 1e-4 || max / min > 1000);
    }

    /** A finite number in decimal digits: {@code whole.fraction}, and a power of ten if there is one. */
    private static final class Numeral {
        private final String whole;
        private final String fraction;
        private final Integer exponent; // null: not written

        private Numeral(double value, BigDecimal magnitude, Integer exponent) {
            String digits = magnitude.stripTrailingZeros().toPlainString();
            int point = digits.indexOf('.');
            // the sign bit, so that -0.0 shows its sign
            String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
            this.whole = sign + (point < 0 ? digits : digits.substring(0, point));
            this.fraction = point < 0 ? "" : digits.substring(point + 1);
            this.exponent = exponent;
        }

        static Numeral positional(double value) {
            BigDecimal x = shortest(value);
            if (x.scale() > DECIMALS) {
                x = exact(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
            }
            return new Numeral(value, x, null);
        }

        static Numeral scientific(double value) {
            BigDecimal x = shortest(value);
            if (x.precision() > DECIMALS + 1) {
                x = exact(value).round(new MathContext(DECIMALS + 1, RoundingMode.HALF_EVEN));
            }
            int exponent = x.signum() == 0 ? 0 : x.precision() - x.scale() - 1;
            return new Numeral(value, x.scaleByPowerOfTen(-exponent), exponent);
        }

        /** The decimal number that names the double, without its sign. */
        private static BigDecimal shortest(double value) {
            return new BigDecimal(Double.toString(Math.abs(value)));
        }

        /** The exact value of the double, without its sign. Digits are rounded from this value, not from the decimal number that names it. */
        private static BigDecimal exact(double value) {
            return new BigDecimal(Math.abs(value));
        }

        int exponentDigits() {
            return exponent == null
                    ? 0
                    : Math.max(2, String.valueOf(Math.abs(exponent)).length());
        }

        String print(int wholeLength, int fractionLength, int exponentDigits) {
            String padding = (exponent == null ? " " : "0").repeat(fractionLength - fraction.length());
            String number = " ".repeat(wholeLength - whole.length()) + whole + "." + fraction + padding;
            if (exponent == null) {
                return number;
            }
            String digits = String.valueOf(Math.abs(exponent));
            return number + (exponent < 0 ? "e-" : "e+") + "0".repeat(exponentDigits - digits.length()) + digits;
        }
    }
}
