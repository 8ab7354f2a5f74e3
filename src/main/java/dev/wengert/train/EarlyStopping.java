package dev.wengert.train;

import dev.wengert.io.Weights;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells when a figure, such as the loss of a validation set, has not improved for some epochs, and keeps the weights of the best one.
 *
 * <pre>{@code
 * EarlyStopping stopping = EarlyStopping.lowest(10);
 * while (!stopping.reached()) {
 *     ...
 *     stopping.offer(validationLoss, Weights.of(mlp));
 * }
 * stopping.best().into(mlp);
 * }</pre>
 */
public final class EarlyStopping {

    private final int patience;
    private final boolean maximizes;
    private final double minDelta;
    private double bestFigure;
    private Weights best;

    /** How many figures in a row did not improve. */
    private int since;

    /**
     * Stops when a figure no longer falls, such as a loss or an error.
     *
     * @param patience how many figures in a row may be without improvement, 1 or more
     * @return one that was offered nothing yet
     * @throws IllegalArgumentException if the patience is less than 1
     */
    public static EarlyStopping lowest(int patience) {
        return new EarlyStopping(patience, false, 0);
    }

    /**
     * Stops when a figure no longer rises, such as an accuracy.
     *
     * @param patience how many figures in a row may be without improvement, 1 or more
     * @return one that was offered nothing yet
     * @throws IllegalArgumentException if the patience is less than 1
     */
    public static EarlyStopping highest(int patience) {
        return new EarlyStopping(patience, true, 0);
    }

    private EarlyStopping(int patience, boolean maximizes, double minDelta) {
        if (patience < 1) {
            throw new IllegalArgumentException("EarlyStopping: the patience must be 1 or more, got " + patience);
        }
        this.patience = patience;
        this.maximizes = maximizes;
        this.minDelta = minDelta;
    }

    /**
     * The same with a least improvement: a figure counts if it is better than the best one by more than this.
     *
     * @param delta the least improvement, 0 or more
     * @return one that was offered nothing yet
     * @throws IllegalArgumentException unless delta is finite and at least 0
     */
    public EarlyStopping minDelta(double delta) {
        return new EarlyStopping(patience, maximizes, Given.notNegative("minDelta", "delta", delta));
    }

    /**
     * Takes the figure of an epoch.
     *
     * @param figure the figure
     * @param weights the weights that gave it
     * @return whether it is the best so far
     * @throws IllegalArgumentException if the figure is NaN
     */
    public boolean offer(double figure, Weights weights) {
        Given.value("offer", "the weights", weights);
        if (Double.isNaN(figure)) {
            throw new IllegalArgumentException("offer: the figure must be a number, got NaN");
        }
        boolean better = best == null || (maximizes ? figure > bestFigure + minDelta : figure < bestFigure - minDelta);
        if (better) {
            bestFigure = figure;
            best = weights;
        }
        since = better ? 0 : since + 1;
        return better;
    }

    /**
     * Whether there was no improvement for as many figures in a row as the patience says.
     *
     * @return whether to stop
     */
    public boolean reached() {
        return since >= patience;
    }

    /**
     * The weights of the best figure.
     *
     * @return the weights
     * @throws IllegalStateException if nothing was offered
     */
    public Weights best() {
        requireOffer("best");
        return best;
    }

    /**
     * The best figure.
     *
     * @return the figure
     * @throws IllegalStateException if nothing was offered
     */
    public double bestFigure() {
        requireOffer("bestFigure");
        return bestFigure;
    }

    private void requireOffer(String caller) {
        if (best == null) {
            throw new IllegalStateException(caller + ": a figure must be offered before, got none");
        }
    }

    /** "lowest" or "highest". */
    String direction() {
        return maximizes ? "highest" : "lowest";
    }

    /** What has changed since the start, for a checkpoint. */
    Weights state() {
        Map<String, Tensor> numbers = new LinkedHashMap<>();
        numbers.put("since", Tensor.scalar(since));
        if (best == null) {
            return Weights.of(numbers);
        }
        numbers.put("figure", Tensor.scalar(bestFigure));
        return Weights.of(numbers).with("weights", best);
    }

    void restore(Weights state) {
        since = (int) state.tensors().get("since").item();
        best = state.tensors().containsKey("figure") ? state.part("weights") : null;
        bestFigure = best == null ? 0 : state.tensors().get("figure").item();
    }

    @Override
    public String toString() {
        return "early stopping after " + patience + " epochs without improvement"
                + (best == null ? "" : ", best " + Text.name(String.valueOf(bestFigure)));
    }
}
