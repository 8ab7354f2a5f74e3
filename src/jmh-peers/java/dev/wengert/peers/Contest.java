package dev.wengert.peers;

import dev.wengert.bench.EagerWengert;
import dev.wengert.bench.ReplayedWengert;
import dev.wengert.bench.Works;
import dev.wengert.peers.Contestant.Conversation;
import dev.wengert.peers.Contestant.Kind;
import dev.wengert.peers.Contestant.Run;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Measures this library beside others: the works, the time from the start of a process to its first gradient and to the end of
 * a whole job, the size on disk, and memory. Each library has a process of its own for each work; they run it in turn, several times, and medians count. Results must
 * agree to nine decimals. Writes table.md and times.csv to target/peers.
 */
public final class Contest {

    static final Path FOLDER = Path.of("target", "peers").toAbsolutePath();

    private static final double NINE_DECIMALS = 5e-10;
    private static final String OURS = "plan";
    private static final String EAGER = "eager";
    private static final String BLAS = "plan, BLAS";
    private static final String PYTHON = "PyTorch in Python";

    /** How many times the fastest native-backed library we want to be, for each work. */
    private static final Map<String, Double> TARGETS = new TreeMap<>(
            Map.of("W1", 50.0, "W2", 2.0, "W3", 3.0, "W4", 1.2, "W5", 0.9, "W6", 2.0, "W7-10", 50.0, "W7-100", 5.0));

    static {
        TARGETS.putAll(Map.of("W9", 2.0, "W10", 2.0, "W11", 10.0, "W12", 2.0));
        TARGETS.putAll(Map.of("W14", 1.0, "W15-1", 2.0, "W15-16", 1.0));
    }

    private final double warmUp;
    private final double slice;
    private final int rounds;
    private final List<String> works;
    private final boolean starts;
    private final boolean job;
    private final List<Contestant> contestants = contestants();
    private final Map<String, Map<Contestant, Double>> times = new LinkedHashMap<>();
    private final Map<String, Run> firsts = new LinkedHashMap<>();
    private final Map<String, Run> jobs = new LinkedHashMap<>();
    private final Map<Contestant, Double> memory = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    private Contest(boolean quick, List<String> chosen) {
        warmUp = quick ? 0.1 : 6; // a rehearsal and what it compiles take some seconds on two processors
        slice = quick ? 0.1 : 0.4;
        rounds = quick ? 1 : 5;
        starts = chosen.isEmpty();
        job = starts || chosen.contains(Works.JOB);
        works = !starts
                ? chosen.stream().filter(w -> !w.equals(Works.JOB)).toList()
                : quick ? List.of("W1", "W3", "W6", "W7-10") : Works.NAMES;
    }

    /**
     * Runs the contest.
     *
     * @param args "quick" for a run that only shows that everything works; names of works for these alone
     */
    public static void main(String... args) throws IOException {
        List<String> chosen = new ArrayList<>(List.of(args));
        Contest contest = new Contest(chosen.remove("quick"), chosen);
        if (contest.starts) {
            contest.measureProcesses("W1", contest.firsts);
        }
        if (contest.job) {
            contest.measureProcesses(Works.JOB, contest.jobs);
        }
        contest.measureWorks();
        contest.write();
    }

    private static List<Contestant> contestants() {
        Path java = Path.of(System.getProperty("java.home"));
        List<String> vector = List.of("-Ddev.wengert.threads=1", "--add-modules", "jdk.incubator.vector");
        List<String> flagless = List.of("-Ddev.wengert.threads=1");
        List<Path> library = classPath("dev/wengert/wengert", "de/siegmar/fastcsv");
        String eager = EagerWengert.class.getName();
        String replayed = ReplayedWengert.class.getName();
        List<Contestant> all = new ArrayList<>();
        all.add(contestant(OURS, replayed, Kind.OURS, java, vector, library));
        all.add(contestant(EAGER, eager, Kind.OURS, java, vector, library));
        all.add(contestant("plan, flagless", replayed, Kind.OURS, java, flagless, library));
        all.add(contestant("eager, flagless", eager, Kind.OURS_AT_START, java, flagless, library));
        List<String> blas = new ArrayList<>(vector);
        blas.addAll(List.of("-Ddev.wengert.blas=netlib", "--enable-native-access=ALL-UNNAMED"));
        List<Path> bridged = new ArrayList<>(library);
        bridged.addAll(classPath("dev/ludovic/netlib", "sourceforge/f2j"));
        all.add(contestant(BLAS, BlasWengert.class.getName(), Kind.OURS, java, blas, bridged));
        Path older = Path.of(System.getProperty("peers.java17", "/usr/lib/jvm/java-17-openjdk-amd64"));
        if (Files.isDirectory(older)) {
            all.add(contestant("plan, 17", replayed, Kind.OURS, older, vector, library));
            all.add(contestant("eager, 17 flagless", eager, Kind.OURS_AT_START, older, flagless, library));
            all.add(contestant("plan, 17 flagless", replayed, Kind.OURS, older, flagless, library));
        }
        List<String> open = List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        List<String> torch = new ArrayList<>(open);
        torch.addAll(List.of(
                "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1", "-Dai.djl.pytorch.num_interop_threads=1"));
        all.add(contestant(
                "DJL + PyTorch",
                PyTorch.class.getName(),
                Kind.NATIVE_BACKED,
                java,
                torch,
                classPath("ai/djl/", "gson", "error_prone", "/jna/jna/", "commons-(compress|codec|io)", "slf4j")));
        all.add(contestant(
                "TensorFlow",
                TensorFlow.class.getName(),
                Kind.NATIVE_BACKED,
                java,
                open,
                classPath("org/tensorflow/", "javacpp/1.5.11", "google/protobuf")));
        List<Path> nd4j = new ArrayList<>(files(FOLDER.resolve("nd4j")));
        nd4j.addAll(classPath(
                "org/nd4j/",
                "openblas",
                "commons-",
                "byteunits",
                "flatbuffers",
                "oshi",
                "/jna/",
                "threetenbp",
                "neoitertools",
                "slf4j"));
        all.add(contestant("ND4J", SameDiffPeer.class.getName(), Kind.NATIVE_BACKED, java, open, nd4j));
        all.add(contestant(
                "Rapaio",
                RapaioPeer.class.getName(),
                Kind.PURE_JAVA,
                java,
                List.of("--add-modules", "jdk.incubator.vector"),
                classPath("rapaio-lib")));
        all.add(contestant(
                "Hipparchus",
                Hipparchus.class.getName(),
                Kind.PURE_JAVA,
                java,
                List.of(),
                classPath("hipparchus-core")));
        return all;
    }

    private static Contestant contestant(
            String name, String peer, Kind kind, Path java, List<String> options, List<Path> libraries) {
        List<Path> classPath = new ArrayList<>(libraries);
        classPath.add(FOLDER.resolve("classes"));
        return new Contestant(name, peer, kind, java, options, classPath);
    }

    /** Those of our own class path in whose names one of some patterns is found. */
    private static List<Path> classPath(String... patterns) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Arrays.stream(patterns).anyMatch(p -> entry.matches(".*" + p + ".*")))
                .map(Path::of)
                .toList();
    }

    private static List<Path> files(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of its jars and of what they have unpacked, in MB. */
    private static double size(Contestant contestant) {
        return (Stream.concat(
                                contestant.classPath().stream().filter(Files::isRegularFile),
                                files(contestant.cache()).stream())
                        .mapToLong(file -> file.toFile().length())
                        .sum())
                / 1e6;
    }

    /** Starts processes that do a work once, in turn; keeps the medians. */
    private void measureProcesses(String work, Map<String, Run> medians) {
        Map<String, Supplier<Run>> processes = new LinkedHashMap<>();
        boolean first = work.equals("W1");
        for (Contestant contestant : contestants) {
            if (first ? !contestant.name().startsWith("plan") : contestant.kind() != Kind.OURS_AT_START) {
                processes.put(contestant.name(), () -> contestant.once(work));
            }
        }
        if (!first) {
            String python = System.getProperty("peers.python", "/usr/bin/python3");
            processes.put(PYTHON, () -> Contestant.program(PYTHON, python, "src/jmh-peers/digits.py"));
        }
        Map<String, List<Run>> all = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (String name : List.copyOf(processes.keySet())) {
                try {
                    Run run = processes.get(name).get();
                    if (run.result().equals("cannot")) {
                        processes.remove(name);
                    } else if (round > 0) {
                        // the first one unpacks native libraries, and fills the caches of the system
                        all.computeIfAbsent(name, n -> new ArrayList<>()).add(run);
                    }
                } catch (IllegalStateException | UncheckedIOException e) {
                    processes.remove(name);
                    remarks.add(work + ": " + e.getMessage());
                }
            }
        }
        all.forEach((name, runs) -> medians.put(
                name,
                new Run(
                        runs.get(0).result(),
                        median(runs.stream().map(Run::milliseconds).toList()),
                        median(runs.stream().map(Run::mebibytes).toList()))));
    }

    private void measureWorks() {
        for (String work : works) {
            System.err.println(work);
            Map<Contestant, Conversation> running = start(work);
            running.forEach((contestant, conversation) -> conversation.ask("time " + work + " " + warmUp));
            Map<Contestant, List<Double>> rows = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                running.forEach((contestant, conversation) -> rows.computeIfAbsent(contestant, c -> new ArrayList<>())
                        .add(Double.parseDouble(conversation.ask("time " + work + " " + slice))));
            }
            Map<Contestant, Double> medians = new LinkedHashMap<>();
            rows.forEach((contestant, row) -> medians.put(contestant, median(row)));
            times.put(work, medians);
            running.forEach((contestant, conversation) -> {
                double mebibytes = Double.parseDouble(conversation.ask("memory")) / 1024;
                memory.merge(contestant, mebibytes, Math::max);
                conversation.end();
            });
        }
    }

    /** A process for each contestant that can do a work, with the right results. */
    private Map<Contestant, Conversation> start(String work) {
        Map<Contestant, Conversation> running = new LinkedHashMap<>();
        double[] expected = null;
        for (Contestant contestant : contestants) {
            if (contestant.kind() == Kind.OURS_AT_START) {
                continue;
            }
            Conversation conversation = contestant.start();
            double[] results = results(contestant, conversation, work);
            if (results != null) {
                expected = expected == null ? results : expected;
                double error = distance(results, expected);
                if (error < NINE_DECIMALS) {
                    running.put(contestant, conversation);
                    continue;
                }
                remarks.add(String.format(
                        Locale.ROOT, "%s: the results of %s differ from ours by %.2g", work, contestant.name(), error));
            }
            conversation.end();
        }
        return running;
    }

    /** What a work gives, three runs of it; null if the contestant cannot do it. */
    private double[] results(Contestant contestant, Conversation conversation, String work) {
        String answer = conversation.ask("results " + work + " 3");
        if (answer == null || answer.startsWith("failed")) {
            remarks.add(work + ": " + contestant.name() + " " + (answer == null ? "died" : answer));
            return null;
        }
        if (answer.equals("cannot")) {
            return null;
        }
        return Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static double distance(double[] a, double[] b) {
        double most = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    private static double median(List<Double> x) {
        double[] sorted = x.stream().mapToDouble(v -> v).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(machine()).append('\n');
        List<Contestant> columns = contestants.stream()
                .filter(contestant -> contestant.kind() != Kind.OURS_AT_START)
                .toList();
        text.append("| µs |");
        columns.forEach(c -> text.append(' ').append(c.name()).append(" |"));
        text.append("\n| --- |").append(" ---: |".repeat(columns.size())).append('\n');
        StringBuilder csv = new StringBuilder("work,contestant,nanoseconds\n");
        times.forEach((work, row) -> {
            text.append("| ").append(work).append(" |");
            for (Contestant contestant : columns) {
                Double nanos = row.get(contestant);
                text.append(' ')
                        .append(nanos == null ? "–" : digits(nanos / 1000))
                        .append(" |");
                if (nanos != null) {
                    csv.append(work)
                            .append(',')
                            .append('"')
                            .append(contestant.name())
                            .append("\",")
                            .append(nanos)
                            .append('\n');
                }
            }
            text.append('\n');
        });
        text.append("\n(W8: 1000 operations, so its µs are ns for each.)\n\n");
        ratios(text);
        if (starts) {
            text.append("\n| | first gradient, ms | memory then, MiB | most memory in a work, MiB | on disk, MB |\n");
            text.append("| --- | ---: | ---: | ---: | ---: |\n");
            for (Contestant contestant : contestants) {
                Run run = firsts.get(contestant.name());
                if (run != null) {
                    text.append(String.format(
                            Locale.ROOT,
                            "| %s | %.0f | %.0f | %.0f | %.1f |%n",
                            contestant.name(),
                            run.milliseconds(),
                            run.mebibytes(),
                            memory.get(contestant),
                            size(contestant)));
                }
            }
        }
        if (job) {
            text.append("\n| W13 | ms | plan: times as fast | memory, MiB | accuracy |\n");
            text.append("| --- | ---: | ---: | ---: | ---: |\n");
            jobs.forEach((name, run) -> text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %s | %.0f | %.4f |%n",
                    name,
                    run.milliseconds(),
                    digits(run.milliseconds() / jobs.get(OURS).milliseconds()),
                    run.mebibytes(),
                    Double.parseDouble(run.result()))));
        }
        remarks.forEach(remark -> text.append("\n- ").append(remark));
        Files.writeString(FOLDER.resolve("table.md"), text);
        Files.writeString(FOLDER.resolve("times.csv"), csv);
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(text);
    }

    private void ratios(StringBuilder text) {
        text.append("| | fastest native-backed | its µs | plan: times as fast | target | | with BLAS | eager |\n");
        text.append("| --- | --- | ---: | ---: | ---: | --- | ---: | ---: |\n");
        times.forEach((work, row) -> {
            Contestant best = null;
            for (Contestant contestant : row.keySet()) {
                if (contestant.kind() == Kind.NATIVE_BACKED && (best == null || row.get(contestant) < row.get(best))) {
                    best = contestant;
                }
            }
            if (best == null) {
                return;
            }
            double reference = row.get(best);
            double plan = time(row, OURS);
            Double target = TARGETS.get(work);
            boolean met = target == null
                    ? plan <= 20e3 && time(row, EAGER) <= 150e3 // W8: nanoseconds an operation
                    : reference / plan >= target;
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    work,
                    best.name(),
                    digits(reference / 1000),
                    digits(reference / plan),
                    target == null ? "≤ 20 ns, eager ≤ 150 ns" : "≥ " + target,
                    met ? "met" : "missed",
                    digits(reference / time(row, BLAS)),
                    digits(reference / time(row, EAGER))));
        });
    }

    private static double time(Map<Contestant, Double> row, String name) {
        return row.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToDouble(Map.Entry::getValue)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Three significant digits, or all of a whole number. */
    private static String digits(double x) {
        int decimals = (int) Math.max(0, 2 - Math.floor(Math.log10(x)));
        return String.format(Locale.ROOT, "%." + decimals + "f", x);
    }

    private static String machine() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 2))
                .orElse("unknown processor");
        StringBuilder text = new StringBuilder();
        text.append(processor)
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors; Java ")
                .append(Runtime.version())
                .append("; one thread each");
        for (Path jar : classPath(
                "pytorch-engine",
                "pytorch-native-cpu",
                "tensorflow-core-api",
                "nd4j-api",
                "rapaio-lib",
                "hipparchus-core")) {
            text.append("; ").append(jar.getFileName());
        }
        return text.append('\n').toString();
    }
}
