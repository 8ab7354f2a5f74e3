package dev.wengert.optim;

import dev.wengert.testing.AllocationMeter;
import java.util.List;

/**
 * Prints how many bytes a thread allocates in many steps of schedules, beyond what it costs to ask. For a virtual machine that interprets
 * (-Xint): a compiler could remove allocations, and we want to see all.
 */
final class RateAllocation {

    private RateAllocation() {}

    /** One of each kind. */
    static List<Rate> schedules() {
        Plateau plateau = new Plateau(0.1).patience(0);
        plateau.offer(1);
        plateau.offer(1);
        OneCycle cycle = new OneCycle(0.1, 900);
        Cyclic cycles = new Cyclic(0.1, 0.3, 40, 60).expRange(0.999);
        return List.of(
                Rate.constant(0.1),
                Rate.step(0.1, 30, 0.9),
                Rate.multiStep(0.1, 0.5, 8, 4, 4, 10),
                Rate.exponential(0.1, 0.99),
                Rate.linear(0.3, 0.2, 70),
                Rate.polynomial(0.1, 900, 1.5),
                Rate.cosine(0.1, 800, 0.01),
                Rate.cosineRestarts(0.1, 10, 2, 0.01),
                cycle,
                cycle.threePhase().momentum(0.85, 0.95),
                cycles,
                cycles.momentum(0.8, 0.9),
                plateau,
                Rate.cosine(0.1, 800)
                        .times(plateau)
                        .then(500, Rate.constant(0.1))
                        .warmUp(10));
    }

    public static void main(String[] args) throws ReflectiveOperationException {
        AllocationMeter meter = new AllocationMeter();
        Rate[] schedules = schedules().toArray(new Rate[0]);
        steps(schedules, 10);
        meter.read();
        long start = meter.read();
        long cost = meter.read() - start;
        start = meter.read();
        steps(schedules, 1000);
        System.out.println(meter.read() - start - cost + " bytes in 1000 steps of " + schedules.length + " schedules");

        Plateau plateau = new Plateau(0.1);
        start = meter.read();
        plateau.offer(1);
        System.out.println((meter.read() - start - cost > 0) + ": the meter sees what an offer makes");
    }

    private static double steps(Rate[] schedules, int n) {
        double sum = 0;
        for (Rate rate : schedules) {
            for (int step = 0; step < n; step++) {
                sum += rate.at(step);
            }
        }
        return sum;
    }
}
