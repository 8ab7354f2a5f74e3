package dev.wengert.train;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** A line for each epoch, and on a terminal a bar for the batches of the present one. */
final class Progress implements Listener {

    private static final int WIDTH = 30;

    /** A bar is drawn again after so many nanoseconds, 20 times a second. */
    private static final long PAUSE = 50_000_000;

    private final PrintStream out;
    private final boolean bar;
    private int epochs;
    private long drawn;
    private int length;

    Progress(PrintStream out, boolean bar) {
        this.out = out;
        this.bar = bar;
    }

    /** Whether somebody looks. From Java 22 on there is a console without a terminal, too, and a method that tells. */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public void onStart(int epochs) {
        this.epochs = epochs;
    }

    @Override
    public void onBatch(int epoch, int batch, int batches, double loss) {
        if (!bar || System.nanoTime() - drawn < PAUSE) {
            return;
        }
        drawn = System.nanoTime();
        int done = (int) ((long) batch * WIDTH / batches);
        draw(String.format(
                Locale.ROOT,
                "epoch %s [%s%s] %d/%d  loss %s",
                of(epoch),
                "=".repeat(done),
                " ".repeat(WIDTH - done),
                batch,
                batches,
                Epoch.rounded(loss)));
    }

    @Override
    public void onEpoch(History history) {
        Epoch epoch = history.last();
        draw("");
        out.println(epoch.toString().replaceFirst("epoch \\d+", "epoch " + of(epoch.number())));
    }

    @Override
    public void onEnd(History history) {
        draw("");
        out.println(history.end());
    }

    private String of(int epoch) {
        String most = epochs == Integer.MAX_VALUE ? "" : String.valueOf(epochs);
        return String.format(Locale.ROOT, "%" + Math.max(1, most.length()) + "d", epoch)
                + (most.isEmpty() ? "" : "/" + most);
    }

    /** Writes over the bar. */
    private void draw(String text) {
        if (bar && (length > 0 || !text.isEmpty())) {
            out.print("\r" + text + " ".repeat(Math.max(0, length - text.length())) + (text.isEmpty() ? "\r" : ""));
            out.flush();
            length = text.length();
        }
    }
}
