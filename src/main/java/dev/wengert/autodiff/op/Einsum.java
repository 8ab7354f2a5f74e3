package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sums of products over indices, made of permutations and matrix products of two operands after the other. */
public final class Einsum {

    private static final Pattern FORM = Pattern.compile("[A-Za-z]*(,[A-Za-z]*)*(->[A-Za-z]*)?");

    /** A variable and the letters of its axes. */
    private record Term(Variable v, String letters) {}

    private Einsum() {}

    /** See {@link Variable#einsum}. */
    public static Variable of(String equation, Variable... x) {
        String spec = Given.value("einsum", "the equation", equation).replace(" ", "");
        List<Variable> operands = Given.array("einsum: operand", Variable.class, x);
        if (!FORM.matcher(spec).matches()) {
            throw new IllegalArgumentException(
                    "einsum: the equation must have letters for axes, commas between operands and -> before the result, as in"
                            + " ij,jk->ik, got " + Text.name(equation));
        }
        String[] sides = spec.split("->", 2);
        String[] inputs = sides[0].split(",", -1);
        if (inputs.length != operands.size()) {
            throw new IllegalArgumentException("einsum: there must be letters for each operand, got " + inputs.length
                    + " groups of letters and " + operands.size() + " operands");
        }
        String output = sides.length == 2 ? sides[1] : once(sides[0]);
        requireLetters(inputs, output);
        requireExtents(inputs, operands);
        Term product = summed(diagonal(new Term(operands.get(0), inputs[0])), needed(inputs, 1, output));
        for (int i = 1; i < inputs.length; i++) {
            String later = needed(inputs, i + 1, output);
            Term next = summed(diagonal(new Term(operands.get(i), inputs[i])), later + product.letters);
            product = product(summed(product, later + next.letters), next, later);
        }
        return product.v.permute(places(output, product.letters));
    }

    /** The letters that appear once, in order: the result where none is named. */
    private static String once(String letters) {
        return letters.chars()
                .filter(c -> c != ',' && letters.indexOf(c) == letters.lastIndexOf(c))
                .sorted()
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    private static String needed(String[] inputs, int from, String output) {
        return String.join("", List.of(inputs).subList(from, inputs.length)) + output;
    }

    private static void requireLetters(String[] inputs, String output) {
        String all = String.join("", inputs);
        for (char c : output.toCharArray()) {
            if (all.indexOf(c) < 0 || output.indexOf(c) != output.lastIndexOf(c)) {
                throw new IllegalArgumentException(
                        "einsum: each letter of the result must be one of an operand, and stand there once, got " + c
                                + " in " + output);
            }
        }
    }

    private static void requireExtents(String[] inputs, List<Variable> operands) {
        int[] extents = new int[128];
        for (int i = 0; i < inputs.length; i++) {
            Shape s = operands.get(i).shape();
            if (s.rank() != inputs[i].length()) {
                throw new ShapeException(
                        "einsum",
                        "an operand must have an axis for each letter",
                        "operand " + i + " " + s + " and letters "
                                + (inputs[i].isEmpty() ? "none" : Text.name(inputs[i])));
            }
            for (int axis = 0; axis < s.rank(); axis++) {
                char letter = inputs[i].charAt(axis);
                if (extents[letter] != 0 && extents[letter] != s.extent(axis) + 1) {
                    throw new ShapeException(
                            "einsum",
                            "axes of a letter must have the same extent",
                            (extents[letter] - 1) + " and " + s.extent(axis) + " for " + letter);
                }
                extents[letter] = s.extent(axis) + 1;
            }
        }
    }

    /** Takes the diagonal along axes of the same letter. */
    private static Term diagonal(Term term) {
        String letters = term.letters;
        for (int i = 0; i < letters.length(); i++) {
            int j = letters.indexOf(letters.charAt(i), i + 1);
            if (j >= 0) {
                int first = i;
                List<Integer> order = axes(letters.length(), axis -> axis != first && axis != j);
                order.add(i);
                order.add(j);
                String others = letters(letters, order.subList(0, order.size() - 2));
                return diagonal(new Term(permuted(term.v, order).diagonal(), others + letters.charAt(i)));
            }
        }
        return term;
    }

    /** Sums over the axes of letters that are not needed. */
    private static Term summed(Term term, String needed) {
        List<Integer> gone = axes(term.letters.length(), axis -> needed.indexOf(term.letters.charAt(axis)) < 0);
        List<Integer> kept = axes(term.letters.length(), axis -> !gone.contains(axis));
        return gone.isEmpty() ? term : new Term(term.v.sum(array(gone)), letters(term.letters, kept));
    }

    /** The product of two terms, summed over the letters of both that are not needed. */
    private static Term product(Term left, Term right, String needed) {
        IntPredicate inRight = axis -> right.letters.indexOf(left.letters.charAt(axis)) >= 0;
        IntPredicate isNeeded = axis -> needed.indexOf(left.letters.charAt(axis)) >= 0;
        int rank = left.letters.length();
        List<Integer> stack = axes(rank, inRight.and(isNeeded));
        List<Integer> rows = axes(rank, inRight.negate());
        List<Integer> inner = axes(rank, inRight.and(isNeeded.negate()));
        List<Integer> columns =
                axes(right.letters.length(), axis -> left.letters.indexOf(right.letters.charAt(axis)) < 0);
        List<Integer> order = new ArrayList<>(stack);
        order.addAll(rows);
        order.addAll(inner);
        List<Integer> other = new ArrayList<>();
        for (int axis : stack) {
            other.add(right.letters.indexOf(left.letters.charAt(axis)));
        }
        for (int axis : inner) {
            other.add(right.letters.indexOf(left.letters.charAt(axis)));
        }
        other.addAll(columns);
        Shape l = left.v.shape();
        Shape r = right.v.shape();
        int stacked = size(l, stack);
        int between = size(l, inner);
        Variable a = permuted(left.v, order).reshape(stacked, size(l, rows), between);
        Variable b = permuted(right.v, other).reshape(stacked, between, size(r, columns));
        List<Integer> extents = new ArrayList<>();
        stack.forEach(axis -> extents.add(l.extent(axis)));
        rows.forEach(axis -> extents.add(l.extent(axis)));
        columns.forEach(axis -> extents.add(r.extent(axis)));
        String letters = letters(left.letters, stack) + letters(left.letters, rows) + letters(right.letters, columns);
        return new Term(a.matmul(b).reshape(array(extents)), letters);
    }

    /** The product of a variable and another, summed over the last axes of the one and the first of the other. */
    public static Variable tensordot(Variable left, Variable right, int axes) {
        Operands.require("tensordot", 1, right);
        Shape l = left.shape();
        Shape r = right.shape();
        boolean fits = axes >= 0 && axes <= l.rank() && axes <= r.rank();
        for (int k = 0; fits && k < axes; k++) {
            fits = l.extent(l.rank() - axes + k) == r.extent(k);
        }
        if (!fits) {
            throw new ShapeException(
                    "tensordot",
                    "the last axes of left must be the first of right, as many as given",
                    axes + " axes, left " + l + " and right " + r);
        }
        List<Integer> rows = axes(l.rank() - axes, axis -> true);
        List<Integer> inner = axes(axes, axis -> true);
        List<Integer> columns = axes(r.rank(), axis -> axis >= axes);
        int between = size(r, inner);
        List<Integer> extents = new ArrayList<>();
        rows.forEach(axis -> extents.add(l.extent(axis)));
        columns.forEach(axis -> extents.add(r.extent(axis)));
        Variable product = left.reshape(size(l, rows), between).matmul(right.reshape(between, size(r, columns)));
        return product.reshape(array(extents));
    }

    private static List<Integer> axes(int rank, IntPredicate which) {
        return IntStream.range(0, rank).filter(which).boxed().collect(Collectors.toCollection(ArrayList::new));
    }

    private static int size(Shape s, List<Integer> axes) {
        return axes.stream().mapToInt(s::extent).reduce(1, Math::multiplyExact);
    }

    private static String letters(String of, List<Integer> axes) {
        return axes.stream().map(axis -> String.valueOf(of.charAt(axis))).collect(Collectors.joining());
    }

    private static Variable permuted(Variable v, List<Integer> order) {
        return v.permute(array(order));
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(i -> i).toArray();
    }

    private static int[] places(String output, String letters) {
        return output.chars().map(letters::indexOf).toArray();
    }
}
