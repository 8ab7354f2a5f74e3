import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Does what Maven's site plugin does not. {@code mvn site} runs it twice, as a source file. With "samples", before the pages are made, it
 * writes a page for each sample and a list of them. With "finish", after the pages are made, it
 *
 * <ul>
 *   <li>gives headings the anchors that GitHub gives them, so that links to them work in both places;
 *   <li>aligns columns of numbers, and sets indices and exponents of formulas;
 *   <li>fails if a link is dead, or if a page loads anything from elsewhere.
 * </ul>
 */
public final class Site {

    private static final Path SAMPLES = Path.of("samples");
    private static final Path GENERATED = Path.of("target", "generated-site", "markdown");
    private static final Path SITE = Path.of("target", "site");
    private static final Path API = SITE.resolve("apidocs");

    private static final Pattern FIRST_SENTENCE = Pattern.compile("/\\*\\*\\s+\\* (.*?[.?])\\s", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("<(h[1-6])>(.*?)</\\1>", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("<table.*?</table>", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("<tr.*?</tr>", Pattern.DOTALL);
    private static final Pattern CELL = Pattern.compile("<(t[dh])>(.*?)</\\1>", Pattern.DOTALL);
    private static final Pattern NUMBER =
            Pattern.compile("[−–-]|[−<≤≥~-]? ?\\d[\\d.,]*(e-?\\d+)?( ?[%×A-Za-zµ]{1,3})?");
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final Pattern ID = Pattern.compile("\\s(?:id|name)=\"([^\"]*)\"");
    private static final Pattern REFERENCE = Pattern.compile("<(\\w+)\\s[^>]*?\\b(?:href|src|data)=\"([^\"]*)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("^(?:[a-z]+:)?//.*");
    private static final Pattern LOADED_BY_STYLE =
            Pattern.compile("url\\(\\s*['\"]?(?:https?:)?//|@import\\s+['\"]https?:");

    /** An index or an exponent: one group in braces, or letters and digits. */
    private static final Pattern SCRIPT = Pattern.compile("([_^])(?:\\{((?:[^{}])*)\\}|([A-Za-z0-9]+))");

    private Site() {}

    /**
     * Does one of the two.
     *
     * @param args "samples" or "finish"
     */
    public static void main(String... args) throws IOException {
        if (args[0].equals("samples")) {
            samples();
            return;
        }
        for (Path page : pages()) {
            Files.writeString(page, finished(page, Files.readString(page)));
        }
        List<String> mistakes = mistakes();
        mistakes.forEach(System.err::println);
        System.exit(mistakes.isEmpty() ? 0 : 1);
    }

    /** The pages of an earlier run or of this one: not the API, nor the report of coverage, which stands in the same folder. */
    private static List<Path> pages() throws IOException {
        return Files.exists(SITE)
                ? files(SITE, ".html").stream()
                        .filter(page -> page.getParent().equals(SITE) || page.startsWith(SITE.resolve("samples")))
                        .toList()
                : List.of();
    }

    private static List<Path> files(Path folder, String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }

    private static void samples() throws IOException {
        for (Path page : pages()) {
            // or the plugin keeps a page whose text has not changed, with the menu of then
            Files.delete(page);
        }
        Path folder = Files.createDirectories(GENERATED.resolve("samples"));
        StringBuilder list = new StringBuilder(
                "# Samples\n\nPrograms, one idea each, with their output at the end. In a clone of the repository"
                        + " `mvn -q test-compile exec:java -Dexec.mainClass=S02OneHotAndArgmax` runs one of them.\n\n");
        for (Path file : files(SAMPLES, ".java")) {
            String name = file.getFileName().toString().replace(".java", "");
            if (!name.matches("S\\d\\d.*")) {
                continue;
            }
            String source = Files.readString(file);
            Matcher sentence = FIRST_SENTENCE.matcher(source);
            if (!sentence.find()) {
                throw new IllegalStateException(file + ": the comment of the class must begin with a sentence");
            }
            list.append("- [").append(name).append("](samples/").append(name).append(".md): ");
            list.append(sentence.group(1).replaceAll("\\s+\\* ", " ")).append('\n');
            Files.writeString(folder.resolve(name + ".md"), "# " + name + "\n\n```java\n" + source + "```\n");
        }
        Files.writeString(GENERATED.resolve("samples.md"), list);
    }

    private static String finished(Path page, String html) {
        // pictures of the pages are in src/site/resources, whose files go to the top
        String text = html.replace("=\"../resources/", "=\"");
        Set<String> taken = new HashSet<>();
        text = TABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(table(found.group())));
        text = HEADING.matcher(text).replaceAll(found -> Matcher.quoteReplacement(heading(found, taken)));
        return page.endsWith("MATH.html") ? formulas(text) : text;
    }

    private static String heading(MatchResult found, Set<String> taken) {
        String slug = plain(found.group(2))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        String free = slug;
        for (int i = 1; !taken.add(free); i++) {
            free = slug + "-" + i;
        }
        return "<" + found.group(1) + " id=\"" + free + "\">" + found.group(2) + "</" + found.group(1) + ">";
    }

    /** Marks the cells of columns in which there are numbers alone: the plugin drops what Markdown says of alignment. */
    private static String table(String html) {
        Set<Integer> numbers = new HashSet<>();
        Set<Integer> words = new HashSet<>();
        ROW.matcher(html).results().forEach(row -> {
            List<MatchResult> cells = CELL.matcher(row.group()).results().toList();
            for (int i = 0; i < cells.size(); i++) {
                String content = plain(cells.get(i).group(2));
                if (cells.get(i).group(1).equals("td") && !content.isEmpty()) {
                    (NUMBER.matcher(content).matches() ? numbers : words).add(i);
                }
            }
        });
        numbers.removeAll(words);
        return ROW.matcher(html).replaceAll(row -> {
            int[] column = {0};
            return Matcher.quoteReplacement(CELL.matcher(row.group())
                    .replaceAll(cell -> Matcher.quoteReplacement(
                            numbers.contains(column[0]++)
                                    ? cell.group().replaceFirst(">", " class=\"number\">")
                                    : cell.group())));
        });
    }

    private static String plain(String html) {
        String text = TAG.matcher(html).replaceAll("").strip();
        text = Pattern.compile("&#x([0-9a-f]+);")
                .matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(m.group(1), 16))));
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    }

    /** Indices and exponents in what stands between the tags of the page's text. */
    private static String formulas(String html) {
        int begin = html.indexOf("<main");
        int end = html.indexOf("</main>");
        String main = html.substring(begin, end).replaceFirst("<main", "<main class=\"formulas\"");
        StringBuilder text = new StringBuilder(html.substring(0, begin));
        Matcher tag = TAG.matcher(main);
        int at = 0;
        while (tag.find()) {
            text.append(scripts(main.substring(at, tag.start()))).append(tag.group());
            at = tag.end();
        }
        return text.append(main.substring(at)).append(html.substring(end)).toString();
    }

    private static String scripts(String text) {
        return SCRIPT.matcher(text).replaceAll(found -> {
            String element = found.group(1).equals("_") ? "sub" : "sup";
            String inside = found.group(2) == null ? found.group(3) : scripts(found.group(2));
            return Matcher.quoteReplacement("<" + element + ">" + inside + "</" + element + ">");
        });
    }

    /** Dead links, and what a page would load from elsewhere. A link that is only followed may lead anywhere. */
    private static List<String> mistakes() throws IOException {
        List<String> mistakes = new ArrayList<>();
        Map<Path, Set<String>> anchors = new HashMap<>();
        List<Path> pages = new ArrayList<>(pages());
        pages.addAll(files(API, ".html"));
        for (Path page : pages) {
            Matcher reference = REFERENCE.matcher(Files.readString(page));
            while (reference.find()) {
                String link = reference.group(2).replace("&amp;", "&");
                boolean elsewhere = ELSEWHERE.matcher(link).matches();
                if (elsewhere && !reference.group(1).equals("a")) {
                    mistakes.add(page + " loads " + link);
                } else if (!elsewhere && !link.matches("(mailto|javascript|data):.*") && !lives(page, link, anchors)) {
                    mistakes.add(page + " has a dead link: " + link);
                }
            }
        }
        pages.addAll(files(SITE, ".css"));
        for (Path style : pages) {
            if (LOADED_BY_STYLE.matcher(Files.readString(style)).find()) {
                mistakes.add(style + " loads a style, a font or a picture from elsewhere");
            }
        }
        return mistakes;
    }

    private static boolean lives(Path page, String link, Map<Path, Set<String>> anchors) {
        String[] parts = link.split("#", 2);
        String file = URLDecoder.decode(parts[0].replaceFirst("\\?.*", ""), StandardCharsets.UTF_8);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        String anchor = parts.length < 2 ? "" : parts[1];
        // the pages of the API are checked up to the anchor: constant-values.html of JDK 17 has one that is dead
        if (anchor.isEmpty() || !target.toString().endsWith(".html") || page.startsWith(API)) {
            return true;
        }
        Set<String> ids = anchors.computeIfAbsent(target, Site::ids);
        return ids.contains(anchor) || ids.contains(URLDecoder.decode(anchor, StandardCharsets.UTF_8));
    }

    private static Set<String> ids(Path page) {
        try {
            Set<String> ids = new HashSet<>();
            Matcher id = ID.matcher(Files.readString(page));
            while (id.find()) {
                ids.add(plain(id.group(1)));
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
