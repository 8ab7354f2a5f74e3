package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Rows of a table, by their numbers: words, categories, users. */
public final class Embedding implements Layer {

    private static final int NO_PADDING = -1;

    private final Label label;
    private final int padding;
    private final Parameter weight;

    private Embedding(Label label, int rows, int width, int padding, Initialiser initialiser, RandomGenerator random) {
        this.label = label;
        this.padding = padding;
        label.positive("rows and width", rows, width);
        Given.value(label.toString(), "the generator", random);
        Tensor drawn =
                Given.value(label.toString(), "the initialiser", initialiser).draw(random, rows, width, rows, width);
        this.weight = new Parameter(label.parameter("weight"), drawn);
    }

    /**
     * A table of numbers drawn from the standard normal distribution, as PyTorch's.
     *
     * @param name the name of the layer; its parameter is {@code name.weight}
     * @param rows the number of rows
     * @param width the length of a row
     * @param random the generator that draws the numbers
     * @throws IllegalArgumentException if rows or width is less than 1
     */
    public Embedding(String name, int rows, int width, RandomGenerator random) {
        this(new Label("Embedding", name), rows, width, NO_PADDING, Initialiser.normal(0, 1), random);
    }

    /**
     * A table of numbers that an initialiser draws, such as {@code Initialiser.normal(0, 0.02)}.
     *
     * @param name the name of the layer; its parameter is {@code name.weight}
     * @param rows the number of rows
     * @param width the length of a row
     * @param initialiser draws the table
     * @param random the generator
     * @throws IllegalArgumentException if rows or width is less than 1
     */
    public Embedding(String name, int rows, int width, Initialiser initialiser, RandomGenerator random) {
        this(new Label("Embedding", name), rows, width, NO_PADDING, initialiser, random);
    }

    /**
     * A table with a row that stands for nothing: it is zeros, and no derivative passes to it.
     *
     * @param name the name of the layer; its parameter is {@code name.weight}
     * @param rows the number of rows
     * @param width the length of a row
     * @param padding the number of the row; −1 is the last
     * @param random the generator that draws the other rows
     * @throws IllegalArgumentException if rows or width is less than 1, or there is no such row
     */
    public Embedding(String name, int rows, int width, int padding, RandomGenerator random) {
        this(
                new Label("Embedding", name),
                rows,
                width,
                padding < 0 ? padding + rows : padding,
                Initialiser.normal(0, 1),
                random);
        if (this.padding < 0 || this.padding >= rows) {
            throw new IllegalArgumentException(
                    label + ": the row of padding must be from " + -rows + " to " + (rows - 1) + ", got " + padding);
        }
        double[] values = weight.value().toArray();
        Arrays.fill(values, this.padding * width, (this.padding + 1) * width, 0);
        weight.set(Tensor.of(weight.value().shape(), values));
    }

    /**
     * The rows.
     *
     * @param x whole numbers from 0, less than the number of rows, of any shape
     * @return the rows, of the shape of x followed by the width
     * @throws IllegalArgumentException if an entry of x is not such a number
     */
    @Override
    public Variable apply(Variable x) {
        Given.value(label.toString(), "x", x);
        Variable y = weight.variable().gather(x);
        return padding == NO_PADDING ? y : Variable.where(x.eq(padding).expandDims(-1), y.detach(), y);
    }

    /**
     * The table.
     *
     * @return the table, [rows, width]
     */
    public Parameter weight() {
        return weight;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight);
    }

    @Override
    public String toString() {
        return label.with(weight.value().shape().extent(0) + " -> "
                + weight.value().shape().extent(1));
    }
}
