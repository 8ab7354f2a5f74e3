package dev.wengert.train;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Small pictures as PNG files (W3C, Portable Network Graphics, third edition), for pages. */
final class Png {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Png() {}

    /**
     * A picture as an address that holds it. Each number is shown between black, for the lowest, and white, for the highest.
     *
     * @param x the numbers: channel by channel, and in each row by row
     * @param from where the picture begins
     * @param channels 1 for grey, 3 for red, green and blue
     */
    static String address(double[] x, int from, int channels, int height, int width, double low, double high) {
        int size = height * width;
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int i = 0; i < size; i++) {
            if (i % width == 0) {
                rows.write(0); // this row is not filtered
            }
            for (int c = 0; c < channels; c++) {
                double share = (x[from + c * size + i] - low) / (high - low);
                rows.write((int) Math.rint(255 * Math.max(0, Math.min(1, share))));
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) 8).put((byte) (channels == 1 ? 0 : 2));
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", deflated(rows.toByteArray()));
        chunk(file, "IEND", new byte[0]);
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file.toByteArray());
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        while (!deflater.finished()) {
            out.write(part, 0, deflater.deflate(part));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String name, byte[] content) {
        byte[] type = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(type);
        crc.update(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(type);
        file.writeBytes(content);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
