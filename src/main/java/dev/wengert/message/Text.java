package dev.wengert.message;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Text from outside, such as the name of a parameter, a cell or a file, as it stands in messages, in printed tapes and in pictures: on one
 * line, short, and without characters that nobody sees.
 */
public final class Text {
    private static final int LONGEST = 40;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_PATH = 400;
    private static final int MOST_NUMBERS = 32;

    private Text() {}

    /**
     * A name: itself if it is short and shows every character, and quoted otherwise.
     *
     * @param name the name
     * @return what shows it
     */
    public static String name(String name) {
        return name(name, LONGEST_NAME);
    }

    /**
     * The path of a file, as {@link #name} shows it; it may be longer.
     *
     * @param path the path
     * @return what shows it
     */
    public static String path(Object path) {
        return name(String.valueOf(path), LONGEST_PATH);
    }

    private static String name(String name, int most) {
        String text = String.valueOf(name);
        boolean plain = text.length() <= most
                && text.equals(text.strip())
                && !text.isEmpty()
                && text.codePoints().allMatch(c -> escaped(c).length() == Character.charCount(c));
        return plain ? text : quote(text, most);
    }

    /**
     * Text in quotation marks: at most 40 characters, and an ellipsis for the rest. What does not show is written as in Java.
     *
     * @param text the text
     * @return what shows it
     */
    public static String quote(String text) {
        return quote(text, LONGEST);
    }

    private static String quote(String text, int most) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(most).forEach(c -> quoted.append(escaped(c)));
        return quoted.append(text.codePointCount(0, text.length()) > most ? "…\"" : "\"")
                .toString();
    }

    /**
     * Numbers in brackets: of more than 32 the first ones, and how many there are.
     *
     * @param numbers the numbers
     * @return what shows them
     */
    public static String numbers(int... numbers) {
        if (numbers.length <= MOST_NUMBERS) {
            return Arrays.toString(numbers);
        }
        String first = Arrays.toString(Arrays.copyOf(numbers, MOST_NUMBERS));
        return first.substring(0, first.length() - 1) + ", … " + numbers.length + " in all]";
    }

    /**
     * A label for Mermaid, which reads HTML and Markdown.
     *
     * @param label the label
     * @return the same with its entities
     */
    public static String mermaid(String label) {
        StringBuilder text = new StringBuilder();
        label.codePoints().forEach(c -> {
            if ("\"#&<>`".indexOf(c) >= 0) {
                text.append('#').append(c).append(';');
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.toString();
    }

    /**
     * Text for HTML and XML, as content or in quotation marks.
     *
     * @param text the text
     * @return the same with its entities
     */
    public static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String escaped(int c) {
        if (c == '"' || c == '\\') {
            return "\\" + (char) c;
        }
        String text = Character.toString(c);
        StringBuilder code = new StringBuilder();
        text.chars()
                .forEach(half ->
                        code.append("\\u").append(HexFormat.of().withUpperCase().toHexDigits((char) half)));
        return shows(c) ? text : code.toString();
    }

    private static boolean shows(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            case Character.DECIMAL_DIGIT_NUMBER ->
                c <= '9'; // those of other scripts look like letters, or like other digits
            default -> true;
        };
    }
}
