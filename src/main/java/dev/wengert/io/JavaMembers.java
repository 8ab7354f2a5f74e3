package dev.wengert.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Methods and constants of the library as text, each with those that it uses. They are taken out of the sources that the library was
 * compiled from, which the build copies into the jar, so that a program made of them computes the same bits.
 *
 * <p>The sources are formatted, so a member of a class is what stands between two lines of its indentation. Methods of one name are taken
 * together. Where the folder {@code source} beside this class has a class of the same name, its members replace those of the library: they
 * do without vectors and threads.
 */
final class JavaMembers {

    /** The class whose members become members of the program's own class. */
    static final String STEPS = "Steps";

    /** Classes that are only there for the program: plain forms of others. */
    private static final Set<String> OWN = Set.of(STEPS, "Shape", "Geometry", "MatrixProduct");

    /** Classes that are taken as a whole. */
    private static final Set<String> WHOLE = Set.of("Shape", "Geometry");

    private static final Set<String> KERNEL = Set.of(
            "Angles",
            "Convolutions",
            "Elementary",
            "Elementwise",
            "Gammas",
            "GeneralPower",
            "Norms",
            "Pairs",
            "Powers",
            "Reductions",
            "Rows",
            "Scans",
            "SoftmaxRows",
            "Sorting",
            "Special",
            "Threefry",
            "Trigonometric");

    private static final Set<String> OPERATIONS = Set.of("Blocks", "Draw", "Indices", "MatMul", "Strided");

    /** Those of the library that have members in the folder {@code source} as well. */
    private static final Set<String> REPLACED = Set.of("SoftmaxRows");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("(?<![.\\w])(?:([A-Z]\\w*)\\.)?(\\w+)");
    private static final Pattern ACCESS = Pattern.compile("(?m)^    (public |private |protected )");

    private static final Map<String, List<Member>> SOURCES = sources();

    /** A method or constant with its comment, and the names in its code: members of classes, and others. */
    private record Member(String name, String text, Map<String, Set<String>> uses) {

        static Member of(String within, String name, String text) {
            return new Member(name, text, JavaMembers.uses(within, text));
        }
    }

    private final Map<String, Set<String>> taken = new TreeMap<>();

    /** Takes the members that a piece of code of the program's own class uses. */
    void use(String code) {
        take(uses(STEPS, code));
    }

    private void take(Map<String, Set<String>> uses) {
        uses.forEach((type, names) -> {
            Set<String> before = taken.computeIfAbsent(type, t -> new TreeSet<>());
            for (Member member : SOURCES.get(type)) {
                if (names.contains(member.name) && before.add(member.name)) {
                    SOURCES.get(type).stream()
                            .filter(m -> m.name.equals(member.name))
                            .forEach(m -> take(m.uses));
                }
            }
        });
    }

    /** By class: the names of members that a piece of code of one of them may use. */
    private static Map<String, Set<String>> uses(String within, String code) {
        String plain = COMMENT.matcher(code).replaceAll("");
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Matcher m = NAME.matcher(plain); m.find(); ) {
            String type = m.group(1) == null ? within : m.group(1);
            if (isKnown(type)) {
                uses.computeIfAbsent(type, t -> new TreeSet<>()).add(m.group(2));
            }
            if (WHOLE.contains(m.group(2))) {
                uses.computeIfAbsent(m.group(2), t -> new TreeSet<>());
            }
        }
        return uses;
    }

    /** Whether a class of the program may have a name. */
    static boolean isKnown(String type) {
        return OWN.contains(type) || KERNEL.contains(type) || OPERATIONS.contains(type);
    }

    /** The text of what was taken of {@link #STEPS}. */
    String steps() {
        return text(STEPS);
    }

    /** The text of what was taken of other classes, as nested classes. */
    String nested() {
        StringBuilder text = new StringBuilder();
        for (String type : taken.keySet()) {
            if (WHOLE.contains(type)) {
                text.append('\n')
                        .append(source("source/" + type + ".java")
                                .replaceFirst("\nfinal class", "\nstatic final class"));
            } else if (!type.equals(STEPS)) {
                text.append("\n/** From ").append("wengert's ").append(type).append(". */\n");
                text.append("static final class ").append(type).append(" {\n");
                text.append(ACCESS.matcher(text(type)).replaceAll("    ")).append("}\n");
            }
        }
        return text.toString().replaceAll("(?m)^(?=.)", "    ");
    }

    /** The names of the nested classes. */
    Set<String> types() {
        return taken.keySet();
    }

    private String text(String type) {
        StringBuilder text = new StringBuilder();
        Set<String> names = taken.getOrDefault(type, Set.of());
        SOURCES.get(type).stream()
                .filter(member -> names.contains(member.name))
                .forEach(member -> text.append('\n').append(member.text));
        return text.toString();
    }

    private static Map<String, List<Member>> sources() {
        Map<String, List<Member>> sources = new TreeMap<>();
        OWN.forEach(type -> sources.put(type, parse(type, source("source/" + type + ".java"))));
        KERNEL.forEach(type -> sources.put(type, parse(type, source("/dev/wengert/kernel/" + type + ".java"))));
        OPERATIONS.forEach(
                type -> sources.put(type, parse(type, source("/dev/wengert/autodiff/op/" + type + ".java"))));
        for (String type : REPLACED) {
            for (Member plain : parse(type, source("source/" + type + ".java"))) {
                sources.get(type).replaceAll(member -> member.name.equals(plain.name) ? plain : member);
            }
        }
        return sources;
    }

    private static String source(String name) {
        try (InputStream in = JavaMembers.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("Fma.of(", "Math.fma(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The static members of a class, in order. */
    private static List<Member> parse(String type, String source) {
        List<Member> members = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean inside = false;
        for (String line : source.split("\n")) {
            if (line.matches("(public )?(final class|record|enum) .*")) {
                inside = true;
            } else if (inside && (line.startsWith("    ") || line.isEmpty())) {
                if (!line.isEmpty() || text.length() > 0) {
                    text.append(line).append('\n');
                }
                if (ends(line, text)) {
                    String code = COMMENT.matcher(text).replaceAll("").strip();
                    if (code.matches("(?s)((public|private) )?static (?!final class|\\{).*")) {
                        members.add(Member.of(type, name(code), text.toString()));
                    }
                    text.setLength(0);
                }
            }
        }
        return members;
    }

    /** Whether a member ends with a line: a closing brace at its own indentation, or a semicolon outside of all braces. */
    private static boolean ends(String line, CharSequence member) {
        if (line.matches("    [^ ].*[;}]") && !line.matches("    [/*].*") || line.matches("    };?")) {
            return true;
        }
        String code = COMMENT.matcher(member).replaceAll("");
        return line.matches("     .*;") && !code.contains("{");
    }

    private static String name(String code) {
        String head = code.split("[=;{]", 2)[0];
        int bracket = head.indexOf('(');
        String before = (bracket < 0 ? head : head.substring(0, bracket)).strip();
        return before.substring(before.lastIndexOf(' ') + 1);
    }
}
