package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;

/**
 * The means of windows of images, [N, C, H, W]: see {@link Variable#avgPool2d(int, int, int)}. For its other options write a lambda.
 *
 * @param kernel the extent of a window
 * @param stride the step from window to window
 * @param padding how many elements stand before the first, and behind the last; at most half of the kernel
 */
public record AvgPool2d(int kernel, int stride, int padding) implements Layer {

    /** Requires numbers in range. */
    public AvgPool2d {
        Label.requirePool("AvgPool2d", kernel, stride, padding);
    }

    /**
     * Windows side by side: the stride is the kernel.
     *
     * @param kernel the extent of a window
     */
    public AvgPool2d(int kernel) {
        this(kernel, kernel, 0);
    }

    @Override
    public Variable apply(Variable x) {
        return Given.value("AvgPool2d", "x", x).avgPool2d(kernel, stride, padding);
    }
}
