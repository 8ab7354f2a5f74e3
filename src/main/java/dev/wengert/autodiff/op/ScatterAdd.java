package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/** Starts with {@code rows} rows of zeros, and adds each row of x to the row that the second operand names. */
public record ScatterAdd(int rows) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Shape index = x[1];
        boolean fits = x[0].rank() >= index.rank();
        for (int d = 0; fits && d < index.rank(); d++) {
            fits = x[0].extent(d) == index.extent(d);
        }
        if (!fits) {
            throw new ShapeException(
                    "scatterAdd",
                    "the extents of the operand must start with those of the index",
                    "operand " + x[0] + " and index " + index);
        }
        int[] extents = x[0].toArray();
        int[] row = Arrays.copyOfRange(extents, index.rank(), extents.length);
        return Shape.of("scatterAdd", rows).concat("scatterAdd", Shape.of("scatterAdd", row));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = s[1].size();
        Indices.check("scatterAdd", "index", x[1], n, rows);
        Arrays.fill(y, 0, out.size(), 0.0);
        Rows.addRows(x[0], x[1], y, n, Blocks.width(out, 0));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return Gather.GATHER;
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : Gather.GATHER.apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    @Override
    public boolean passes(int i) {
        return i == 0;
    }

    @Override
    public String label() {
        return "scatterAdd(" + rows + ")";
    }
}
