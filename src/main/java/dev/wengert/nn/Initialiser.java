package dev.wengert.nn;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * Draws the first values of a parameter. The fans are given, because they depend on the layout: the weight [in, out] of {@link Linear} has
 * fans in and out, that of a convolution [out, in/groups, k..] has in/groups·k.. and out·k... The same generator draws the same bits
 * everywhere.
 *
 * <pre>{@code
 * Linear layer = new Linear("one", 64, 32, true, Initialiser.kaimingNormal(Math.sqrt(2)), random);
 * layer.bias().set(Initialiser.uniformByFan().draw(random, 64, 32, 32));
 * }</pre>
 */
@FunctionalInterface
public interface Initialiser {

    /**
     * Draws values.
     *
     * @param random the generator
     * @param fanIn how many inputs each output is computed from
     * @param fanOut how many outputs each input is part of
     * @param extents the extents of the parameter
     * @return the values
     */
    Tensor draw(RandomGenerator random, int fanIn, int fanOut, int... extents);

    /**
     * Uniform in {@code ±√(6/(fanIn + fanOut))} (Glorot and Bengio 2010): the default of {@link Linear}.
     *
     * @return the initialiser
     */
    static Initialiser xavierUniform() {
        return xavierUniform(1);
    }

    /**
     * Uniform in {@code ±gain·√(6/(fanIn + fanOut))} (Glorot and Bengio 2010).
     *
     * @param gain the factor, such as 5/3 before tanh
     * @return the initialiser
     */
    static Initialiser xavierUniform(double gain) {
        Initialisers.factor("xavierUniform", "the gain", gain);
        return (random, in, out, extents) -> Initialisers.symmetric(
                random, gain * Math.sqrt(6.0 / Initialisers.fan("xavierUniform", (double) in + out)), extents);
    }

    /**
     * Normal with mean 0 and standard deviation {@code gain·√(2/(fanIn + fanOut))} (Glorot and Bengio 2010).
     *
     * @param gain the factor, such as 5/3 before tanh
     * @return the initialiser
     */
    static Initialiser xavierNormal(double gain) {
        Initialisers.factor("xavierNormal", "the gain", gain);
        return (random, in, out, extents) -> Initialisers.normal(
                random, 0, gain * Math.sqrt(2.0 / Initialisers.fan("xavierNormal", (double) in + out)), extents);
    }

    /**
     * Uniform in {@code ±gain·√(3/fanIn)} (He et al. 2015).
     *
     * @param gain the factor: √2 before relu, {@code √(2/(1 + slope²))} before leakyRelu
     * @return the initialiser
     */
    static Initialiser kaimingUniform(double gain) {
        Initialisers.factor("kaimingUniform", "the gain", gain);
        return (random, in, out, extents) ->
                Initialisers.symmetric(random, gain * Math.sqrt(3.0 / Initialisers.fan("kaimingUniform", in)), extents);
    }

    /**
     * Normal with mean 0 and standard deviation {@code gain/√fanIn} (He et al. 2015). For the mode fan-out exchange the fans.
     *
     * @param gain the factor: √2 before relu, {@code √(2/(1 + slope²))} before leakyRelu
     * @return the initialiser
     */
    static Initialiser kaimingNormal(double gain) {
        Initialisers.factor("kaimingNormal", "the gain", gain);
        return (random, in, out, extents) ->
                Initialisers.normal(random, 0, gain / Math.sqrt(Initialisers.fan("kaimingNormal", in)), extents);
    }

    /**
     * Uniform in {@code ±1/√fanIn}: PyTorch's default for the weights and the biases of linear layers and convolutions.
     *
     * @return the initialiser
     */
    static Initialiser uniformByFan() {
        return (random, in, out, extents) ->
                Initialisers.symmetric(random, 1 / Math.sqrt(Initialisers.fan("uniformByFan", in)), extents);
    }

    /**
     * Orthogonal rows, or columns if there are fewer of these, of length gain (Saxe et al. 2014). Axes after the first count as columns.
     *
     * @param gain the length
     * @return the initialiser, of two axes or more
     */
    static Initialiser orthogonal(double gain) {
        Initialisers.factor("orthogonal", "the gain", gain);
        return (random, in, out, extents) -> Initialisers.orthogonal(random, gain, Shape.of("orthogonal", extents));
    }

    /**
     * Uniform in [low, high).
     *
     * @param low the lower bound
     * @param high the upper bound
     * @return the initialiser
     */
    static Initialiser uniform(double low, double high) {
        Initialisers.bounds("uniform", low, high);
        return (random, in, out, extents) -> Tensor.random(Given.value("uniform", "the generator", random), extents)
                .map(v -> low + (high - low) * v);
    }

    /**
     * Normal.
     *
     * @param mean the mean
     * @param std the standard deviation
     * @return the initialiser
     */
    static Initialiser normal(double mean, double std) {
        Initialisers.factor("normal", "the standard deviation", std);
        Initialisers.factor("normal", "the size of the mean", Math.abs(mean));
        return (random, in, out, extents) -> Initialisers.normal(random, mean, std, extents);
    }

    /**
     * Normal, of the values from low to high.
     *
     * @param mean the mean of the distribution that is cut
     * @param std its standard deviation
     * @param low the lower bound
     * @param high the upper bound
     * @return the initialiser
     */
    static Initialiser truncatedNormal(double mean, double std, double low, double high) {
        Initialisers.factor("truncatedNormal", "the standard deviation", std);
        Initialisers.factor("truncatedNormal", "the size of the mean", Math.abs(mean));
        Initialisers.bounds("truncatedNormal", low, high);
        return (random, in, out, extents) -> Initialisers.truncated(random, mean, std, low, high, extents);
    }

    /**
     * The same value everywhere.
     *
     * @param value the value
     * @return the initialiser, which draws nothing
     */
    static Initialiser constant(double value) {
        return (random, in, out, extents) -> Tensor.full(Shape.of("constant", extents), value);
    }
}
