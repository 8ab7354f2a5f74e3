import java.math.BigDecimal;
import java.util.Locale;

/** How far the numbers of autograd, and those of a formula in double, are from the exact ones: the largest difference. */
final class LargestErrors {
    private static final double U = 0x1p-53;

    private final double relativeBound;
    private double autogradUlps;
    private double autogradBounds;
    private double formulaUlps;
    private double formulaBounds;

    /** Differences for q classes, for which the library promises a relative error of (q + 16)u at most. */
    LargestErrors(int q) {
        relativeBound = (q + 16) * U;
    }

    void add(double autograd, double formula, BigDecimal exact) {
        double nearest = exact.doubleValue();
        double rest = exact.subtract(new BigDecimal(nearest)).doubleValue();
        double ulp = Math.ulp(nearest);
        // where doubles thin out towards 0, the promise is four steps of the smallest double
        double least = Math.abs(nearest) < Double.MIN_NORMAL ? 4 * Double.MIN_VALUE : 0;
        double bound = Math.max(relativeBound * Math.abs(nearest), least);

        double difference = Math.abs(autograd - nearest - rest); // the first difference is exact if the two are near
        autogradUlps = Math.max(autogradUlps, difference / ulp);
        autogradBounds = Math.max(autogradBounds, difference / bound);
        difference = Math.abs(formula - nearest - rest);
        formulaUlps = Math.max(formulaUlps, difference / ulp);
        formulaBounds = Math.max(formulaBounds, difference / bound);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%14.3g %8.3g %25.3g %8.3g", autogradUlps, autogradBounds, formulaUlps, formulaBounds);
    }
}
