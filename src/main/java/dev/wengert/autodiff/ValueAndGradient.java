package dev.wengert.autodiff;

/**
 * The value of a function at a point, and its gradient there.
 *
 * @param value the value of the function
 * @param gradient the gradient, of the shape of the point
 * @param <T> {@link Variable}, or {@link dev.wengert.tensor.Tensor}
 */
public record ValueAndGradient<T>(T value, T gradient) {}
