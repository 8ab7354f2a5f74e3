package dev.wengert.autodiff;

import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Objects;

/**
 * A named, replaceable leaf: the one mutable thing a model has.
 *
 * <p>{@link #variable()} is the same leaf of the graph until {@link #set} replaces it. A gradient with respect to a parameter
 * that was set after the loss was computed is an error, not zeros; a {@link Plan} reads the value anew at each run. A parameter
 * holds no graph. Setting is atomic and visible to other threads.
 */
public final class Parameter {

    private final String name;
    private volatile Variable leaf;

    /**
     * A parameter with its first value.
     *
     * @param name how it is called in messages and tapes
     * @param value the first value, whose shape it keeps
     */
    public Parameter(String name, Tensor value) {
        this.name = Objects.requireNonNull(name, "name");
        this.leaf = new Variable(value, this);
    }

    /**
     * How the parameter is called.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The present value.
     *
     * @return the value
     */
    public Tensor value() {
        return leaf.tensor();
    }

    /**
     * The leaf that stands for the present value in graphs.
     *
     * @return the same variable until the parameter is set
     */
    public Variable variable() {
        return leaf;
    }

    /**
     * Replaces the value.
     *
     * @param value the new value
     * @throws ShapeException if its shape is another than the parameter's
     */
    public void set(Tensor value) {
        if (!value.shape().equals(leaf.shape())) {
            throw new ShapeException(
                    "set",
                    "the value of parameter " + name + " must keep its shape",
                    "parameter " + leaf.shape() + " and value " + value.shape());
        }
        leaf = new Variable(value, this);
    }

    /** Replaces the leaf by one that is traced. */
    Variable trace(Tensor value) {
        leaf = Variable.traced(value, this);
        return leaf;
    }

    /** Puts a leaf back that {@link #trace} replaced. */
    void restore(Variable before) {
        leaf = before;
    }

    @Override
    public String toString() {
        return name + " " + leaf.shape();
    }
}
