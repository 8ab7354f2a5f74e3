package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Mutations;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IDX files written and read again. */
class IdxProperties {
    /** The element types, each with a way to write a random long as an element: the double that was written. */
    enum Type {
        UNSIGNED_BYTE(0x08) {
            @Override
            double put(ByteBuffer out, long bits) {
                out.put((byte) bits);
                return bits & 0xff;
            }
        },
        BYTE(0x09) {
            @Override
            double put(ByteBuffer out, long bits) {
                out.put((byte) bits);
                return (byte) bits;
            }
        },
        SHORT(0x0b) {
            @Override
            double put(ByteBuffer out, long bits) {
                out.putShort((short) bits);
                return (short) bits;
            }
        },
        INT(0x0c) {
            @Override
            double put(ByteBuffer out, long bits) {
                out.putInt((int) bits);
                return (int) bits;
            }
        },
        FLOAT(0x0d) {
            @Override
            double put(ByteBuffer out, long bits) {
                float x = Float.intBitsToFloat((int) bits);
                out.putFloat(x);
                return x;
            }
        },
        DOUBLE(0x0e) {
            @Override
            double put(ByteBuffer out, long bits) {
                double x = Double.longBitsToDouble(bits);
                out.putDouble(x);
                return x;
            }
        };

        final int code;

        Type(int code) {
            this.code = code;
        }

        abstract double put(ByteBuffer out, long bits);
    }

    /** A file's bytes and the tensor they stand for. */
    record Example(byte[] bytes, Tensor tensor) {
        static Example of(Type type, int[] extents, Long[] elements) {
            Shape shape = Shape.of(extents);
            ByteBuffer out = ByteBuffer.allocate(4 + 4 * extents.length + 8 * shape.size());
            out.putInt(type.code << 8 | extents.length);
            for (int extent : extents) {
                out.putInt(extent);
            }
            double[] values = new double[shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = type.put(out, elements[i]);
            }
            return new Example(Arrays.copyOf(out.array(), out.position()), Tensor.of(shape, values));
        }
    }

    @Provide
    Arbitrary<Example> examples() {
        Arbitrary<int[]> shapes =
                Arbitraries.integers().between(0, 5).array(int[].class).ofMaxSize(4);
        Arbitrary<Long> bits = Arbitraries.oneOf(
                        Arbitraries.longs(), Arbitraries.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE))
                .withoutEdgeCases(); // those of all elements together would be all there is time for
        return Combinators.combine(Arbitraries.of(Type.class), shapes)
                .flatAs((type, extents) -> bits.array(Long[].class)
                        .ofSize(Shape.of(extents).size())
                        .map(elements -> Example.of(type, extents, elements)));
    }

    @Property
    void tensorsComeBack(@ForAll("examples") Example example, @ForAll boolean packed) {
        TestFiles.use(
                packed ? TestFiles.gzip(example.bytes) : example.bytes,
                file -> assertThat(Idx.read(file)).isEqualTo(example.tensor));
    }

    /** No part of a file is taken for the whole, and the error names the byte where it ends. */
    @Property
    void cutFilesAreRefused(@ForAll("examples") Example example, @ForAll int cut, @ForAll boolean packed) {
        int n = Math.floorMod(cut, example.bytes.length);
        byte[] part = Arrays.copyOf(example.bytes, n);
        TestFiles.use(
                packed ? TestFiles.gzip(part) : part,
                file -> assertThatThrownBy(() -> Idx.read(file))
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessageStartingWith(file + ": byte " + (n < 4 ? 0 : n) + ": "));
    }

    @Property
    void cutGzipIsRefused(@ForAll("examples") Example example, @ForAll int cut) {
        byte[] packed = TestFiles.gzip(example.bytes);
        byte[] part = Arrays.copyOf(packed, Math.floorMod(cut, packed.length));
        TestFiles.use(
                part,
                file -> assertThatThrownBy(() -> Idx.read(file))
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessageStartingWith(file + ": byte "));
    }

    @Property
    void aByteTooMuchIsRefused(@ForAll("examples") Example example, @ForAll byte more) {
        int n = example.bytes.length;
        byte[] longer = Arrays.copyOf(example.bytes, n + 1);
        longer[n] = more;
        TestFiles.use(
                longer,
                file -> assertThatThrownBy(() -> Idx.read(file))
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessageStartingWith(file + ": byte " + n + ": the file must end here, "));
    }

    /** Whatever becomes of a valid file, it is a tensor of its size, or an error that says what must be. */
    @Test
    void faultyFilesAreRefusedOrRead(@TempDir Path dir) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> good = new ArrayList<>();
        for (Type type : Type.values()) {
            for (int[] extents : new int[][] {{}, {7}, {3, 0, 2}, {2, 3, 4}}) {
                Long[] elements = random.longs(Shape.of(extents).size()).boxed().toArray(Long[]::new);
                byte[] bytes = Example.of(type, extents, elements).bytes;
                good.add(bytes);
                good.add(TestFiles.gzip(bytes));
            }
        }
        double refused = new Mutations(good, IdxProperties::inContent, 2_000_000)
                .refused(3000, dir.resolve("a.idx"), file -> {
                    int size = Idx.read(file).shape().size();
                    assertThat((long) size).isLessThanOrEqualTo(1032 * Files.size(file));
                });
        assertThat(refused).isBetween(0.5, 0.98);
    }

    /** A fault in the extents or the type, or in what a gzip file holds. */
    private static byte[] inContent(byte[] bytes, SplittableRandom random) {
        byte[] content = TestFiles.isGzip(bytes) ? TestFiles.content(bytes) : bytes;
        byte[] changed;
        if (random.nextBoolean() || content.length < 5) {
            changed = Mutations.faulty(content, random);
        } else {
            changed = content.clone();
            changed[2 + random.nextInt(Math.min(18, content.length - 2))] = (byte) random.nextInt(16);
        }
        return content == bytes ? changed : TestFiles.gzip(changed);
    }
}
