package dev.wengert.data;

import java.io.IOException;

/**
 * The error for a file that cannot be read or written, or does not have the required content. The message is one line: the file, the place in
 * it, the requirement there, and the text or bytes that were found.
 *
 * <p>In a text file the place is the line and the column, both from 1, as an editor shows them: {@code
 * penguins.csv:5:18: cell 3 (bill_length_mm) must be a number, got "NA"} and what to do. In a binary file it is the offset of a byte,
 * from 0. In a gzip file both refer to the unpacked content.
 */
public final class DataFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * The error at a place.
     *
     * @param place the file and the place in it
     * @param problem what is required there, and what was found
     */
    public DataFileException(String place, String problem) {
        super(place + ": " + problem);
    }

    /**
     * The error at a place, with its cause.
     *
     * @param place the file and the place in it
     * @param problem what is required there, and what was found
     * @param cause the cause
     */
    public DataFileException(String place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}
