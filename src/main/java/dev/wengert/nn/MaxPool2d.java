package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;

/**
 * The largest elements of windows of images, [N, C, H, W]: see {@link Variable#maxPool2d(int, int, int)}. For its other options write a lambda.
 *
 * @param kernel the extent of a window
 * @param stride the step from window to window
 * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
 */
public record MaxPool2d(int kernel, int stride, int padding) implements Layer {

    /** Requires numbers in range. */
    public MaxPool2d {
        Label.requirePool("MaxPool2d", kernel, stride, padding);
    }

    /**
     * Windows side by side: the stride is the kernel.
     *
     * @param kernel the extent of a window
     */
    public MaxPool2d(int kernel) {
        this(kernel, kernel, 0);
    }

    @Override
    public Variable apply(Variable x) {
        return Given.value("MaxPool2d", "x", x).maxPool2d(kernel, stride, padding);
    }
}
