package dev.wengert.kernel.vector;

import static dev.wengert.kernel.Elementary.HALF_PI_1;
import static dev.wengert.kernel.Elementary.HALF_PI_2;
import static dev.wengert.kernel.Elementary.HALF_PI_3;
import static dev.wengert.kernel.Elementary.IGNORED;
import static dev.wengert.kernel.Elementary.LN2_HIGH;
import static dev.wengert.kernel.Elementary.LN2_LOW;
import static dev.wengert.kernel.Elementary.LOG2_E;
import static dev.wengert.kernel.Elementary.MANTISSA;
import static dev.wengert.kernel.Elementary.NORMAL;
import static dev.wengert.kernel.Elementary.ONE;
import static dev.wengert.kernel.Elementary.REDUCIBLE;
import static dev.wengert.kernel.Elementary.SHIFT;
import static dev.wengert.kernel.Elementary.SQRT_HALF;
import static dev.wengert.kernel.Elementary.TINY;
import static dev.wengert.kernel.Elementary.TWO_OVER_PI;

import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Elementwise;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions of arrays in vectors: the twins of {@link Elementary}, which explains their steps. They take the same steps, and so
 * compute the same bits. Vectors with an extreme argument, and a remainder shorter than a vector, go through the functions of one number.
 *
 * <p>The steps that several functions share (exp(r) − 1 − r, here {@code t}, and the power of two from {@code shifted}) are repeated in
 * each. A helper with vectors in its signature would box them whenever C2 does not inline it, which depends on what was compiled before;
 * boxing costs 46 bytes an element and a factor of ten in time.
 */
public final class VectorElementary {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorElementary() {}

    /** y = exp(x). */
    public static void exp(double[] x, double[] y, int n) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            if (v.abs().compare(VectorOperators.LE, NORMAL).allTrue()) {
                DoubleVector shifted = v.fma(LOG2_E, SHIFT);
                DoubleVector k = shifted.sub(SHIFT).neg();
                DoubleVector r = k.fma(DoubleVector.broadcast(SPECIES, LN2_HIGH), v);
                DoubleVector s = r.add(1.0);
                DoubleVector r2 = r.mul(r);
                DoubleVector t1 = r.fma(0.04166666666666669, 0.16666666666666682);
                DoubleVector t3 = r.fma(0.0013888888888869083, 0.008333333333316784);
                DoubleVector t5 = r.fma(2.4801587357697976e-05, 0.00019841269896959214);
                DoubleVector t7 = r.fma(2.7557244631241874e-07, 2.7557234327325776e-06);
                DoubleVector t9 = r.fma(2.0923946123155835e-09, 2.5112210561393566e-08);
                DoubleVector high = t9.fma(r2, t7).fma(r2, t5);
                DoubleVector t = r2.fma(
                        DoubleVector.broadcast(SPECIES, 0.5), r.mul(r2).mul(high.fma(r2.mul(r2), t3.fma(r2, t1))));
                DoubleVector rest = k.mul(LN2_LOW).fma(s.add(t), t);
                DoubleVector e = s.add(s.sub(1.0).neg().add(r).add(rest));
                e.mul(shifted.reinterpretAsLongs()
                                .add(1023)
                                .lanewise(VectorOperators.LSHL, 52)
                                .reinterpretAsDoubles())
                        .intoArray(y, l);
            } else {
                for (int i = l; i < l + LANES; i++) {
                    y[i] = Elementary.exp(x[i]);
                }
            }
        }
        for (; l < n; l++) {
            y[l] = Elementary.exp(x[l]);
        }
    }

    /**
     * Sets e[eAt + k] = exp(o[at + k] − m), corrected for the rounding of the difference, for 0 ≤ k &lt; n, if no o exceeds m. e must not
     * be o.
     */
    public static void expOfDifferences(double[] o, int at, double m, double[] e, int eAt, int n) {
        if (n < LANES) {
            expOfDifferencesOneByOne(o, at, m, e, eAt, n);
            return;
        }
        for (int k = 0; k < n; k += LANES) {
            int l = Math.min(k, n - LANES); // the last vector may begin within the one before
            DoubleVector v = DoubleVector.fromArray(SPECIES, o, at + l);
            DoubleVector x = v.sub(m);
            if (x.compare(VectorOperators.GE, -NORMAL).allTrue()) {
                DoubleVector back = x.sub(v);
                DoubleVector low = v.sub(x.sub(back))
                        .add(DoubleVector.broadcast(SPECIES, -m).sub(back));
                DoubleVector shifted = x.fma(LOG2_E, SHIFT);
                DoubleVector minus = shifted.sub(SHIFT).neg();
                DoubleVector r = minus.fma(DoubleVector.broadcast(SPECIES, LN2_HIGH), x);
                DoubleVector s = r.add(1.0);
                DoubleVector r2 = r.mul(r);
                DoubleVector t1 = r.fma(0.04166666666666669, 0.16666666666666682);
                DoubleVector t3 = r.fma(0.0013888888888869083, 0.008333333333316784);
                DoubleVector t5 = r.fma(2.4801587357697976e-05, 0.00019841269896959214);
                DoubleVector t7 = r.fma(2.7557244631241874e-07, 2.7557234327325776e-06);
                DoubleVector t9 = r.fma(2.0923946123155835e-09, 2.5112210561393566e-08);
                DoubleVector high = t9.fma(r2, t7).fma(r2, t5);
                DoubleVector t = r2.fma(
                        DoubleVector.broadcast(SPECIES, 0.5), r.mul(r2).mul(high.fma(r2.mul(r2), t3.fma(r2, t1))));
                DoubleVector sum = s.add(t);
                DoubleVector rest =
                        s.sub(1.0).neg().add(r).add(minus.mul(LN2_LOW).fma(sum, t));
                DoubleVector nearer = low.abs()
                        .sub(IGNORED)
                        .max(0.0)
                        .reinterpretAsLongs()
                        .or(low.reinterpretAsLongs().and(Long.MIN_VALUE))
                        .reinterpretAsDoubles();
                DoubleVector power = shifted.reinterpretAsLongs()
                        .add(1023)
                        .lanewise(VectorOperators.LSHL, 52)
                        .reinterpretAsDoubles();
                s.add(nearer.fma(sum, rest)).mul(power).intoArray(e, eAt + l);
            } else {
                expOfDifferencesOneByOne(o, at + l, m, e, eAt + l, LANES);
            }
        }
    }

    private static void expOfDifferencesOneByOne(double[] o, int at, double m, double[] e, int eAt, int n) {
        for (int k = 0; k < n; k++) {
            e[eAt + k] = Elementary.expOfDifference(o[at + k], m);
        }
    }

    /** y = the natural logarithm of x. */
    public static void log(double[] x, double[] y, int n) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            if (v.compare(VectorOperators.GE, Double.MIN_NORMAL).allTrue()
                    && v.compare(VectorOperators.LE, Double.MAX_VALUE).allTrue()) {
                LongVector bits = v.reinterpretAsLongs().add(ONE - SQRT_HALF);
                DoubleVector k = bits.lanewise(VectorOperators.LSHR, 52)
                        .or(Double.doubleToRawLongBits(0x1p52))
                        .reinterpretAsDoubles()
                        .sub(0x1p52 + 1023);
                DoubleVector f =
                        bits.and(MANTISSA).add(SQRT_HALF).reinterpretAsDoubles().sub(1.0);
                DoubleVector s = f.div(f.add(2.0));
                DoubleVector z = s.mul(s);
                DoubleVector w = z.mul(z);
                DoubleVector odd = w.fma(0.13318987384958386, 0.1538750371650508);
                odd = odd.fma(w, DoubleVector.broadcast(SPECIES, 0.2222222280565169));
                odd = odd.fma(w, DoubleVector.broadcast(SPECIES, 0.4000000000001135));
                DoubleVector even = w.fma(0.1324185143972357, 0.18181764837363504);
                even = even.fma(w, DoubleVector.broadcast(SPECIES, 0.28571428567805923));
                even = even.fma(w, DoubleVector.broadcast(SPECIES, 0.6666666666666665));
                DoubleVector half = f.mul(0.5);
                DoubleVector square = half.mul(f);
                DoubleVector squareLow = half.fma(f, square.neg());
                DoubleVector curved = s.mul(square.add(z.mul(odd.fma(z, even))));
                DoubleVector whole = k.mul(LN2_HIGH);
                DoubleVector linear = whole.add(f);
                DoubleVector linearLow = whole.sub(linear).add(f);
                DoubleVector a = linear.sub(square);
                DoubleVector aLow = linear.sub(a).sub(square);
                DoubleVector low =
                        k.fma(DoubleVector.broadcast(SPECIES, LN2_LOW), curved).sub(squareLow);
                a.add(aLow.add(linearLow).add(low)).intoArray(y, l);
            } else {
                for (int i = l; i < l + LANES; i++) {
                    y[i] = Elementary.log(x[i]);
                }
            }
        }
        for (; l < n; l++) {
            y[l] = Elementary.log(x[l]);
        }
    }

    /** y = tanh(x). */
    public static void tanh(double[] x, double[] y, int n) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            DoubleVector a = v.abs().min(20.0).mul(-2.0);
            DoubleVector shifted = a.fma(LOG2_E, SHIFT);
            DoubleVector k = shifted.sub(SHIFT).neg();
            DoubleVector r = k.fma(DoubleVector.broadcast(SPECIES, LN2_HIGH), a);
            DoubleVector r2 = r.mul(r);
            DoubleVector t1 = r.fma(0.04166666666666669, 0.16666666666666682);
            DoubleVector t3 = r.fma(0.0013888888888869083, 0.008333333333316784);
            DoubleVector t5 = r.fma(2.4801587357697976e-05, 0.00019841269896959214);
            DoubleVector t7 = r.fma(2.7557244631241874e-07, 2.7557234327325776e-06);
            DoubleVector t9 = r.fma(2.0923946123155835e-09, 2.5112210561393566e-08);
            DoubleVector high = t9.fma(r2, t7).fma(r2, t5);
            DoubleVector t =
                    r2.fma(DoubleVector.broadcast(SPECIES, 0.5), r.mul(r2).mul(high.fma(r2.mul(r2), t3.fma(r2, t1))));
            DoubleVector rest = k.mul(LN2_LOW).fma(r.add(1.0).add(t), t);
            DoubleVector p = shifted.reinterpretAsLongs()
                    .add(1023)
                    .lanewise(VectorOperators.LSHL, 52)
                    .reinterpretAsDoubles();
            DoubleVector c = p.sub(1.0);
            DoubleVector leading = p.mul(r);
            DoubleVector e = c.add(leading);
            rest = c.sub(e).add(leading).add(p.mul(rest));
            DoubleVector m = e.add(rest);
            DoubleVector z = m.add(2.0);
            DoubleVector zLow = z.sub(2.0).neg().add(e).add(rest);
            DoubleVector inverse = DoubleVector.broadcast(SPECIES, 1.0).div(z);
            DoubleVector q = m.mul(inverse);
            DoubleVector minusQ = q.neg();
            DoubleVector result = minusQ.fma(z, e).add(minusQ.fma(zLow, rest)).fma(inverse, q);
            result.abs()
                    .reinterpretAsLongs()
                    .or(v.reinterpretAsLongs().and(Long.MIN_VALUE))
                    .reinterpretAsDoubles()
                    .intoArray(y, l);
        }
        for (; l < n; l++) {
            y[l] = Elementary.tanh(x[l]);
        }
    }

    /** y = sech²(x). */
    public static void sech2(double[] x, double[] y, int n) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            DoubleVector a = v.abs().mul(-2.0);
            if (a.compare(VectorOperators.GE, -NORMAL).allTrue()) {
                DoubleVector shifted = a.fma(LOG2_E, SHIFT);
                DoubleVector k = shifted.sub(SHIFT).neg();
                DoubleVector r = k.fma(DoubleVector.broadcast(SPECIES, LN2_HIGH), a);
                DoubleVector s = r.add(1.0);
                DoubleVector r2 = r.mul(r);
                DoubleVector t1 = r.fma(0.04166666666666669, 0.16666666666666682);
                DoubleVector t3 = r.fma(0.0013888888888869083, 0.008333333333316784);
                DoubleVector t5 = r.fma(2.4801587357697976e-05, 0.00019841269896959214);
                DoubleVector t7 = r.fma(2.7557244631241874e-07, 2.7557234327325776e-06);
                DoubleVector t9 = r.fma(2.0923946123155835e-09, 2.5112210561393566e-08);
                DoubleVector high = t9.fma(r2, t7).fma(r2, t5);
                DoubleVector t = r2.fma(
                        DoubleVector.broadcast(SPECIES, 0.5), r.mul(r2).mul(high.fma(r2.mul(r2), t3.fma(r2, t1))));
                DoubleVector rest = s.sub(1.0).neg().add(r).add(k.mul(LN2_LOW).fma(s.add(t), t));
                DoubleVector e = s.add(rest);
                DoubleVector eLow = s.sub(e).add(rest);
                DoubleVector p = shifted.reinterpretAsLongs()
                        .add(1023)
                        .lanewise(VectorOperators.LSHL, 52)
                        .reinterpretAsDoubles();
                DoubleVector scaled = p.mul(e);
                DoubleVector sum = scaled.add(1.0);
                DoubleVector sumLow = sum.sub(1.0).neg().add(scaled).add(p.mul(eLow));
                DoubleVector square = sum.fma(sum, sum.mul(2.0).mul(sumLow));
                e.div(square).mul(p.mul(4.0)).intoArray(y, l);
            } else {
                for (int i = l; i < l + LANES; i++) {
                    y[i] = Elementary.sech2(x[i]);
                }
            }
        }
        for (; l < n; l++) {
            y[l] = Elementary.sech2(x[l]);
        }
    }

    /** y = 1/(1 + exp(−x)). */
    public static void sigmoid(double[] x, double[] y, int n) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            if (v.compare(VectorOperators.GE, -40.0).allTrue()) {
                DoubleVector a = v.abs().neg().max(-40.0);
                DoubleVector shifted = a.fma(LOG2_E, SHIFT);
                DoubleVector k = shifted.sub(SHIFT).neg();
                DoubleVector r = k.fma(DoubleVector.broadcast(SPECIES, LN2_HIGH), a);
                DoubleVector r2 = r.mul(r);
                DoubleVector t1 = r.fma(0.04166666666666669, 0.16666666666666682);
                DoubleVector t3 = r.fma(0.0013888888888869083, 0.008333333333316784);
                DoubleVector t5 = r.fma(2.4801587357697976e-05, 0.00019841269896959214);
                DoubleVector t7 = r.fma(2.7557244631241874e-07, 2.7557234327325776e-06);
                DoubleVector t9 = r.fma(2.0923946123155835e-09, 2.5112210561393566e-08);
                DoubleVector high = t9.fma(r2, t7).fma(r2, t5);
                DoubleVector t = r2.fma(
                        DoubleVector.broadcast(SPECIES, 0.5), r.mul(r2).mul(high.fma(r2.mul(r2), t3.fma(r2, t1))));
                DoubleVector rest = k.mul(LN2_LOW).fma(r.add(1.0).add(t), t);
                DoubleVector p = shifted.reinterpretAsLongs()
                        .add(1023)
                        .lanewise(VectorOperators.LSHL, 52)
                        .reinterpretAsDoubles();
                DoubleVector leading = p.mul(r);
                DoubleVector b = p.add(leading);
                rest = p.sub(b).add(leading).add(p.mul(rest));
                DoubleVector e = b.add(rest);
                DoubleVector z = e.add(1.0);
                DoubleVector zLow = z.sub(1.0).neg().add(b).add(rest);
                DoubleVector inverse = DoubleVector.broadcast(SPECIES, 1.0).div(z);
                var right = v.compare(VectorOperators.GE, 0.0);
                DoubleVector q = e.mul(inverse).blend(inverse, right);
                DoubleVector minusQ = q.neg();
                DoubleVector remainder = minusQ.fma(z, b.blend(1.0, right));
                remainder
                        .add(minusQ.fma(zLow, rest.blend(0.0, right)))
                        .fma(inverse, q)
                        .intoArray(y, l);
            } else {
                for (int i = l; i < l + LANES; i++) {
                    y[i] = Elementary.sigmoid(x[i]);
                }
            }
        }
        for (; l < n; l++) {
            y[l] = Elementary.sigmoid(x[l]);
        }
    }

    /** y = sin(x). */
    public static void sin(double[] x, double[] y, int n) {
        wave(x, y, n, 0);
    }

    /** y = cos(x). */
    public static void cos(double[] x, double[] y, int n) {
        wave(x, y, n, 1);
    }

    /** y = sin(x + quarters·π/2). */
    private static void wave(double[] x, double[] y, int n, int quarters) {
        int l = 0;
        for (; l <= n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, l);
            DoubleVector size = v.abs();
            if (size.compare(VectorOperators.LE, REDUCIBLE).allTrue()
                    && size.compare(VectorOperators.GE, TINY).allTrue()) {
                DoubleVector shifted = v.fma(TWO_OVER_PI, SHIFT);
                DoubleVector k = shifted.sub(SHIFT);
                DoubleVector minus = k.neg();
                DoubleVector first = minus.fma(DoubleVector.broadcast(SPECIES, HALF_PI_1), v);
                DoubleVector second = k.mul(HALF_PI_2);
                DoubleVector r = first.sub(second);
                DoubleVector low = second.neg().sub(r.sub(first));
                low = low.sub(k.fma(DoubleVector.broadcast(SPECIES, HALF_PI_2), second.neg()));
                low = minus.fma(DoubleVector.broadcast(SPECIES, HALF_PI_3), low);
                DoubleVector z = r.mul(r);
                DoubleVector w = z.mul(z);
                DoubleVector even = w.fma(-2.5050758627557568e-08, -0.0001984126982981633);
                even = even.fma(w, DoubleVector.broadcast(SPECIES, -0.16666666666666632));
                DoubleVector odd = w.fma(1.5896826584592687e-10, 2.7557313695040828e-06);
                odd = odd.fma(w, DoubleVector.broadcast(SPECIES, 0.008333333333322424));
                DoubleVector p = odd.fma(z, even);
                DoubleVector sine = r.add(r.mul(z).fma(p, low.mul(z.fma(-0.5, 1.0))));

                even = w.fma(2.087572364602285e-09, 2.4801587289490648e-05);
                even = even.fma(w, DoubleVector.broadcast(SPECIES, 0.0416666666666666));
                odd = w.fma(-1.135966802383401e-11, -2.75573143549338e-07);
                odd = odd.fma(w, DoubleVector.broadcast(SPECIES, -0.0013888888888874136));
                p = odd.fma(z, even);
                DoubleVector half = z.mul(0.5);
                DoubleVector halfLow = r.fma(low, r.fma(r, z.neg()).mul(0.5));
                DoubleVector one = half.neg().add(1.0);
                DoubleVector cosine = one.add(one.sub(1.0).neg().sub(half).add(w.fma(p, halfLow.neg())));

                LongVector quadrant = shifted.reinterpretAsLongs().add((long) quarters);
                LongVector cosines = quadrant.and(1).neg();
                LongVector sines = cosines.not();
                LongVector either = cosine.reinterpretAsLongs()
                        .and(cosines)
                        .or(sine.reinterpretAsLongs().and(sines));
                either.lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
                        .reinterpretAsDoubles()
                        .intoArray(y, l);
            } else {
                for (int i = l; i < l + LANES; i++) {
                    y[i] = quarters == 0 ? Elementary.sin(x[i]) : Elementary.cos(x[i]);
                }
            }
        }
        for (; l < n; l++) {
            y[l] = quarters == 0 ? Elementary.sin(x[l]) : Elementary.cos(x[l]);
        }
    }

    /** y[k + l] = a[k + l] = 0 ? 0 : a[k + l]·b[k + l], for {@code 0 ≤ l < n}. */
    public static void gate(double[] a, double[] b, double[] y, int k, int n) {
        int l = k;
        for (; l <= k + n - LANES; l += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, a, l);
            DoubleVector product = v.mul(DoubleVector.fromArray(SPECIES, b, l));
            DoubleVector.zero(SPECIES)
                    .blend(product, v.compare(VectorOperators.NE, 0.0))
                    .intoArray(y, l);
        }
        for (; l < k + n; l++) {
            y[l] = Elementwise.gate(a[l], b[l]);
        }
    }
}
