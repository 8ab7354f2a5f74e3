import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error: redrawn in place on a terminal, a line a second in a file or a pipe. */
final class Progress {
    private static final int WIDTH = 79;

    private Progress() {}

    static ProgressBar bar(String task, long steps) {
        boolean terminal = System.console() != null;
        return ProgressBar.builder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? 100 : 1000)
                .setConsumer(
                        terminal
                                ? new ConsoleProgressBarConsumer(System.err, WIDTH)
                                : new DelegatingProgressBarConsumer(lines(System.err), WIDTH))
                .build();
    }

    private static Consumer<String> lines(PrintStream out) {
        Set<String> printed = ConcurrentHashMap.newKeySet(); // a bar that is closed draws its end once more
        return line -> {
            if (printed.add(line)) {
                out.println(line.stripTrailing());
            }
        };
    }
}
