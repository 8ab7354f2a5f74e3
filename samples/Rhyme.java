/** The house that Jack built: each verse has a line more than the one before. */
final class Rhyme {

    private Rhyme() {}

    private static final String[] PARTS = {
        "the farmer sowing his corn\nthat kept ",
        "the cock that crowed in the morn\nthat waked ",
        "the priest all shaven and shorn\nthat married ",
        "the man all tattered and torn\nthat kissed ",
        "the maiden all forlorn\nthat milked ",
        "the cow with the crumpled horn\nthat tossed ",
        "the dog that worried ",
        "the cat that killed ",
        "the rat that ate ",
        "the malt that lay in ",
        "the house that Jack built.\n\n"
    };

    static String text() {
        StringBuilder text = new StringBuilder();
        for (int first = PARTS.length - 1; first >= 0; first--) {
            text.append("This is ");
            for (int i = first; i < PARTS.length; i++) {
                text.append(PARTS[i]);
            }
        }
        return text.toString();
    }
}
