package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Operands;
import dev.wengert.autodiff.plan.Instruction;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A named leaf whose value can be replaced: the only mutable part of a model.
 *
 * <p>{@link #variable()} returns the same leaf until {@link #set} replaces it. A gradient with respect to a parameter that was set after
 * the loss was computed is an error, not zeros. A {@link Plan} reads the value anew at each run. A parameter holds no graph. Setting is
 * atomic and visible to other threads. Reading and then setting is not atomic: if two threads update one parameter, one update may be lost.
 *
 * <p>A plan that {@linkplain Tape#compile(java.util.List) assigns} to the parameter sets it at the end of each run. The value then stays in
 * the plan's buffer, and is copied into a tensor when it is asked for.
 */
public final class Parameter {

    private final String name;
    private final Shape shape;

    /** The leaf of the current value; null while the value is only in the buffer of a plan. */
    private volatile Variable leaf;

    /** The buffer of the plan that assigned the current value. Others write and read it only while they hold this parameter's lock. */
    private double[] assigned;

    /** The number of times that the value was replaced. */
    private volatile long version;

    /**
     * A parameter with its first value.
     *
     * @param name the name, used in messages and tapes
     * @param value the first value, whose shape it keeps
     */
    public Parameter(String name, Tensor value) {
        this.name = Given.value("parameter", "its name", name);
        this.leaf = new Variable(Given.value("parameter", "its value", value), this);
        this.shape = value.shape();
    }

    /**
     * The name of the parameter.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The current value. This tensor never changes, even when the parameter is set.
     *
     * @return the value
     */
    public Tensor value() {
        return variable().tensor();
    }

    /**
     * Copies the current value into an array, and allocates nothing.
     *
     * @param y receives the elements in row-major order
     * @throws IllegalArgumentException if the length of the array differs from the parameter's size
     */
    public void get(double[] y) {
        int length = Given.value("get", "the array", y).length;
        if (length != shape.size()) {
            throw new IllegalArgumentException(
                    "get: " + this + " needs an array of " + shape.size() + " elements, got " + length);
        }
        copyTo(y);
    }

    /**
     * The leaf that stands for the current value in graphs.
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
     * @throws ShapeException if its shape differs from the parameter's
     */
    public void set(Tensor value) {
        replace(leaf(value));
    }

    /**
     * Replaces the values of several parameters: of all, or, if anything is thrown, of none.
     *
     * @param values the new values
     * @throws ShapeException if the shape of a value differs from its parameter's
     */
    public static void setAll(Map<Parameter, Tensor> values) {
        Map<Parameter, Variable> leaves = new LinkedHashMap<>();
        Given.map("setAll: value", Parameter.class, Tensor.class, values)
                .forEach((parameter, value) -> leaves.put(parameter, parameter.leaf(value)));
        leaves.forEach(Parameter::replace); // allocates nothing
    }

    private Variable leaf(Tensor value) {
        Operands.requireValue(name, shape, value);
        return new Variable(value, this);
    }

    /** Replaces the leaf. This cannot throw. */
    synchronized void replace(Variable with) {
        leaf = with;
        assigned = null;
        version++;
    }

    Shape shape() {
        return shape;
    }

    /** A number that changes whenever the value changes. */
    long version() {
        return version;
    }

    /** Copies the current value into the buffer of a plan; returns its version. */
    synchronized long copyTo(double[] buffer) {
        double[] present = leaf == null ? assigned : TensorArrays.of(leaf.tensor());
        System.arraycopy(present, 0, buffer, 0, present.length);
        return version;
    }

    /** Lets an instruction write a new value into the buffer of a plan, which then holds the current value; returns its version. */
    synchronized long assign(double[] buffer, Instruction write) {
        write.run();
        assigned = buffer;
        leaf = null;
        return ++version;
    }

    @Override
    public String toString() {
        return Text.name(name) + " " + shape;
    }
}
