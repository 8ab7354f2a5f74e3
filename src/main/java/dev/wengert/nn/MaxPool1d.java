package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;

/**
 * The largest elements of windows of signals, [N, C, L]: see {@link Variable#maxPool1d(int, int, int)}. For its other options write a lambda.
 *
 * @param kernel the extent of a window
 * @param stride the step from window to window
 * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
 */
public record MaxPool1d(int kernel, int stride, int padding) implements Layer {

    /** Requires numbers in range. */
    public MaxPool1d {
        Label.requirePool("MaxPool1d", kernel, stride, padding);
    }

    /**
     * Windows side by side: the stride is the kernel.
     *
     * @param kernel the extent of a window
     */
    public MaxPool1d(int kernel) {
        this(kernel, kernel, 0);
    }

    @Override
    public Variable apply(Variable x) {
        return Given.value("MaxPool1d", "x", x).maxPool1d(kernel, stride, padding);
    }
}
