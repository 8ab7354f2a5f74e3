package dev.wengert.check.detection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Says after every twentieth part of a task how far it is. */
final class Progress {

    private static final int PARTS = 20;

    private final String task;
    private final int steps;
    private final Consumer<String> log;
    private final AtomicInteger done = new AtomicInteger();

    Progress(String task, int steps, Consumer<String> log) {
        this.task = task;
        this.steps = steps;
        this.log = log;
    }

    void step() {
        int now = done.incrementAndGet();
        if (now * PARTS / steps > (now - 1) * PARTS / steps) {
            log.accept(task + ": " + now + " of " + steps);
        }
    }
}
