package dev.wengert.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A virtual machine with one peer in it, which does what it is told on standard input, a line each. Its answers begin with {@code @},
 * since native libraries print what they like.
 *
 * <ul>
 *   <li>{@code results W2 3}: runs a work three times and tells the results
 *   <li>{@code time W2 0.5}: runs it for half a second and tells the nanoseconds of a run, the median over ten parts of that time
 *   <li>{@code memory}: tells the largest resident size so far, in KiB
 * </ul>
 */
public final class PeerProcess {

    /** How an answer begins. */
    public static final String ANSWER = "@ ";

    private static final int PARTS = 10;

    private final Peer peer;
    private final Map<String, Supplier<double[]>> works = new HashMap<>();

    /** Where results go, so that no run can be optimised away. */
    private double sink;

    private PeerProcess(Peer peer) {
        this.peer = peer;
    }

    /**
     * Serves until its input ends; or does a work once, and tells its results and the memory.
     *
     * @param args the class of the peer; {@code first} for one run, of W1 or of the work that follows
     */
    public static void main(String... args) throws Exception {
        Peer peer = (Peer) Class.forName(args[0]).getDeclaredConstructor().newInstance();
        PeerProcess process = new PeerProcess(peer);
        if (args.length > 1) {
            System.out.println(ANSWER + process.results(args.length > 2 ? args[2] : "W1", 1));
            System.out.println(ANSWER + memory());
            Runtime.getRuntime().halt(0);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(ANSWER + process.answer(line.split(" ")));
        }
        // some native libraries have threads that would keep the process alive
        Runtime.getRuntime().halt(0);
    }

    private String answer(String[] command) throws IOException {
        try {
            return switch (command[0]) {
                case "results" -> results(command[1], Integer.parseInt(command[2]));
                case "time" -> Double.toString(nanos(work(command[1]), Double.parseDouble(command[2])));
                case "memory" -> memory();
                default -> throw new IllegalArgumentException(command[0]);
            };
        } catch (RuntimeException | LinkageError e) {
            e.printStackTrace();
            return "failed " + e.toString().replace('\n', ' ');
        }
    }

    private Supplier<double[]> work(String name) {
        return works.computeIfAbsent(name, peer::prepare);
    }

    private String results(String name, int count) {
        Supplier<double[]> work = work(name);
        if (work == null) {
            return "cannot";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(Arrays.stream(work.get()).mapToObj(Double::toString).collect(Collectors.joining(" ")));
            text.append(' ');
        }
        return text.toString().strip();
    }

    private double nanos(Supplier<double[]> work, double seconds) {
        double[] parts = new double[PARTS];
        long part = (long) (seconds * 1e9 / PARTS);
        int count = 1;
        int done = 0;
        for (long begin = System.nanoTime(); done < PARTS && System.nanoTime() - begin < seconds * 1e9; ) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                sink += work.get()[0];
            }
            long time = System.nanoTime() - start;
            if (time < part && 2 * time < part) {
                // too few runs for a part of the time
                count *= 2;
            } else {
                parts[done++] = (double) time / count;
            }
        }
        Arrays.sort(parts, 0, done);
        return parts[done / 2];
    }

    private static String memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return line.replaceAll("\\D", "");
            }
        }
        return "0";
    }
}
