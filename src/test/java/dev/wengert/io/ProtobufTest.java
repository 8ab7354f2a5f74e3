package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.data.DataFileException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTest {

    private static ProtobufReader reader(String hex) {
        return new ProtobufReader("a.pb", 100, HexFormat.of().parseHex(hex));
    }

    private static void readAll(ProtobufReader in) throws DataFileException {
        while (in.next()) {
            assertThat(in.field()).isPositive();
        }
    }

    /** The examples of protobuf.dev's page on the encoding, and one of each other kind, as protoc --encode writes them. */
    @Test
    void bytesAreThoseOfTheFormat() {
        assertThat(new ProtobufWriter().varint(1, 150).toByteArray()).isEqualTo(new byte[] {8, (byte) 0x96, 1});
        assertThat(HexFormat.of()
                        .formatHex(new ProtobufWriter().text(2, "testing").toByteArray()))
                .isEqualTo("120774657374696e67");
        assertThat(HexFormat.of()
                        .formatHex(new ProtobufWriter()
                                .message(3, new ProtobufWriter().varint(1, 150))
                                .toByteArray()))
                .isEqualTo("1a03089601");
        assertThat(HexFormat.of()
                        .formatHex(new ProtobufWriter()
                                .varint(1, -2)
                                .float64(2, 1)
                                .float32(3, 1)
                                .varint(16, 0)
                                .toByteArray()))
                .isEqualTo("08feffffffffffffffff01" + "11000000000000f03f" + "1d0000803f" + "800100");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16383, 16384, 5_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void whatIsWrittenIsRead(long number) throws DataFileException {
        double real = Double.longBitsToDouble(number);
        float single = Float.intBitsToFloat((int) number);
        byte[] message = new ProtobufWriter()
                .varint(1, number)
                .float64(2, real)
                .message(
                        3,
                        new ProtobufWriter().text(536_870_911, "é\uD83D\uDE00").float32(1, single))
                .bytes(4, new byte[0])
                .toByteArray();
        ProtobufReader in = new ProtobufReader("a.pb", 0, message);
        assertThat(in.next()).isTrue();
        assertThat(in.field()).isEqualTo(1);
        assertThat(in.varint()).isEqualTo(number);
        assertThat(in.next()).isTrue();
        assertThat(Double.doubleToRawLongBits(in.float64())).isEqualTo(number);
        assertThat(in.next()).isTrue();
        ProtobufReader inner = in.message();
        assertThat(inner.next()).isTrue();
        assertThat(inner.field()).isEqualTo(536_870_911);
        assertThat(inner.text()).isEqualTo("é\uD83D\uDE00");
        assertThat(inner.next()).isTrue();
        assertThat(Float.floatToRawIntBits(inner.float32())).isEqualTo((int) number);
        assertThat(inner.next()).isFalse();
        assertThat(in.next()).isTrue();
        assertThat(in.text()).isEmpty();
        assertThat(in.next()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "08 | byte 101: the message must have 1 more bytes, got 0",
                "0880 | byte 102: the message must have 1 more bytes, got 0",
                "08ffffffffffffffffffff01 | byte 101: a number must end within 10 bytes, got more",
                "0801090011 | byte 103: the message must have 8 more bytes, got 2",
                "0d001122 | byte 101: the message must have 4 more bytes, got 3",
                "0a0261 | byte 102: the message must have 2 more bytes, got 1",
                "0affffffffffffffffff01 | byte 111: the message must have 18446744073709551615 more bytes, got 0",
                "0affffffff7f | byte 106: the message must have 34359738367 more bytes, got 0",
                "0001 | byte 100: a field must have a number of 1 to 2^29 - 1, got 0",
                "888080808001 | byte 100: a field must have a number of 1 to 2^29 - 1, got 4294967297",
                "0b0c | byte 100: field 1 must be of wire type 0, 1, 2 or 5, got 3",
                "0f | byte 100: field 1 must be of wire type 0, 1, 2 or 5, got 7"
            })
    void badMessagesAreRefused(String hex, String problem) {
        assertThatThrownBy(() -> readAll(reader(hex)))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage("a.pb: " + problem);
    }

    @Test
    void valuesOfOtherKindsAreRefused() throws DataFileException {
        ProtobufReader in = reader("08011a03089601");
        assertThat(in.next()).isTrue();
        assertThatThrownBy(in::text).hasMessage("a.pb: byte 100: field 1 must be of wire type 2, got 0");
        assertThatThrownBy(in::message).hasMessage("a.pb: byte 100: field 1 must be of wire type 2, got 0");
        assertThatThrownBy(in::float64).hasMessage("a.pb: byte 100: field 1 must be of wire type 1, got 0");
        assertThatThrownBy(in::float32).hasMessage("a.pb: byte 100: field 1 must be of wire type 5, got 0");
        assertThat(in.next()).isTrue();
        assertThatThrownBy(in::varint).hasMessage("a.pb: byte 102: field 3 must be of wire type 0, got 2");
        assertThat(in.error("a problem")).hasMessage("a.pb: byte 102: a problem");
        ProtobufReader inner = in.message();
        assertThat(inner.next()).isTrue();
        assertThatThrownBy(inner::text).hasMessage("a.pb: byte 104: field 1 must be of wire type 2, got 0");
        ProtobufReader text = reader("0a02c328");
        assertThat(text.next()).isTrue();
        assertThatThrownBy(text::text).hasMessage("a.pb: byte 100: field 1 must be UTF-8, got other bytes");
    }
}
