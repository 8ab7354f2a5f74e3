package dev.wengert.autodiff;

import dev.wengert.autodiff.plan.Instruction;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Objects;

/**
 * A named, replaceable leaf: the one mutable thing a model has.
 *
 * <p>{@link #variable()} is the same leaf of the graph until {@link #set} replaces it. A gradient with respect to a parameter
 * that was set after the loss was computed is an error, not zeros; a {@link Plan} reads the value anew at each run. A parameter
 * holds no graph. Setting is atomic and visible to other threads; reading
 * and then setting is two steps, so of two threads that move one parameter one may undo what the other did.
 *
 * <p>A plan that {@linkplain Tape#compile(java.util.List) assigns} to the parameter sets it at the end of each run. The value then
 * stays in the plan's buffer; it becomes a tensor, by a copy, when somebody asks for it.
 */
public final class Parameter {

    private final String name;
    private final Shape shape;

    /** Stands for the present value; null while that is in the buffer of a plan only. */
    private volatile Variable leaf;

    /** The buffer of the plan that assigned the present value; it is written and read by others with this parameter locked. */
    private double[] assigned;

    /** Counts the values that there have been. */
    private volatile long version;

    /**
     * A parameter with its first value.
     *
     * @param name how it is called in messages and tapes
     * @param value the first value, whose shape it keeps
     */
    public Parameter(String name, Tensor value) {
        this.name = Objects.requireNonNull(name, "name");
        this.leaf = new Variable(value, this);
        this.shape = value.shape();
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
     * The present value. It is a tensor, hence it never changes, whatever becomes of the parameter.
     *
     * @return the value
     */
    public Tensor value() {
        return variable().tensor();
    }

    /**
     * The leaf that stands for the present value in graphs.
     *
     * @return the same variable until the parameter is set
     */
    public Variable variable() {
        Variable present = leaf;
        return present != null ? present : leafOfAssigned();
    }

    private synchronized Variable leafOfAssigned() {
        if (leaf == null) {
            leaf = new Variable(TensorArrays.wrap(shape, assigned.clone()), this);
        }
        return leaf;
    }

    /**
     * Replaces the value.
     *
     * @param value the new value
     * @throws ShapeException if its shape is another than the parameter's
     */
    public void set(Tensor value) {
        if (value == null) {
            throw new NullPointerException("set: the value of parameter " + name + " must be a tensor, got null");
        }
        if (!value.shape().equals(shape)) {
            throw new ShapeException(
                    "set",
                    "the value of parameter " + name + " must keep its shape",
                    "parameter " + shape + " and value " + value.shape());
        }
        replace(new Variable(value, this));
    }

    /** Replaces the leaf by one that is traced. */
    Variable trace(Tensor value) {
        Variable traced = Variable.traced(value, this);
        replace(traced);
        return traced;
    }

    /** Puts a leaf back that {@link #trace} replaced. */
    void restore(Variable before) {
        replace(before);
    }

    private synchronized void replace(Variable with) {
        leaf = with;
        assigned = null;
        version++;
    }

    Shape shape() {
        return shape;
    }

    /** Another number than before if the value is another. */
    long version() {
        return version;
    }

    /** Copies the present value into the buffer of a plan, and says which one it is. */
    synchronized long copyTo(double[] buffer) {
        double[] present = leaf == null ? assigned : TensorArrays.of(leaf.tensor());
        System.arraycopy(present, 0, buffer, 0, present.length);
        return version;
    }

    /** Lets an instruction write a new value into the buffer of a plan, which holds the present value from now on; says which one. */
    synchronized long assign(double[] buffer, Instruction write) {
        write.run();
        assigned = buffer;
        leaf = null;
        return ++version;
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
