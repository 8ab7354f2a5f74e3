import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.data.Csv;
import dev.wengert.tensor.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;

/**
 * A convolution is a linear map of the image: y = Cx. What is C, and what is Cᵀ?
 *
 * <p>The Jacobian of a linear map is its matrix. That of a convolution is a band of blocks, one for each row of the kernel, and each block
 * is a band: along every diagonal, of blocks and in a block, stands the same number (a doubly Toeplitz matrix). The derivative of a
 * convolution for its image multiplies by Cᵀ, and that is what a transposed convolution is: {@code ⟨g, Cx⟩ = ⟨Cᵀg, x⟩}.
 *
 * <p>Two such maps are all that least squares need. A digit is smeared by a kernel, and rounded to 256 grey levels. Conjugate gradients find
 * the image that the kernel smears to this, and never make the matrix.
 */
public final class S25ConvolutionTransposed {

    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    private static final int STEPS = 40;
    private static final Path PICTURE = Path.of("target", "convolution.png");
    private static final Variable KERNEL =
            Variable.of(Tensor.of(new double[][] {{0, 0.1, 0.3}, {0, 0.4, 0.2}, {0, 0, 0}})
                    .reshape(1, 1, 3, 3));

    private S25ConvolutionTransposed() {}

    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    private static Variable smear(Variable x) {
        return x.conv2d(KERNEL, 1, 1);
    }

    private static Variable smearTransposed(Variable g) {
        return g.convTranspose2d(KERNEL, 1, 1);
    }

    /** Every second row and column of the smeared image, [1, 1, 4, 4]. */
    private static Variable half(Variable x) {
        return x.conv2d(KERNEL, 2, 1);
    }

    /** A stride forgets whether the image had 7 rows or 8: the output padding says it. */
    private static Variable halfTransposed(Variable g) {
        return g.convTranspose2d(KERNEL, 2, 1, 1, 1, 1);
    }

    /** The matrix of a linear map of images with this many rows: its Jacobian, at any image. */
    private static Tensor matrix(UnaryOperator<Variable> map, int side) {
        Tensor jacobian = Autodiff.jacrev(map).apply(Tensor.zeros(1, 1, side, side));
        return jacobian.reshape(-1, side * side);
    }

    private static boolean transposes(Tensor one, Tensor other) {
        return Variable.of(one).transpose().value().equals(other);
    }

    static void run(PrintStream out) throws IOException {
        Tensor digit = Csv.read(Path.of("samples", "data", "digits.csv.gz"))
                .numbers(0, PIXELS)
                .row(3);
        Variable x = Variable.of(digit.map(grey -> grey / 16).reshape(1, 1, SIDE, SIDE));

        Tensor c = matrix(S25ConvolutionTransposed::smear, SIDE);
        Tensor columns = Autodiff.jacfwd(S25ConvolutionTransposed::smear)
                .apply(x.value())
                .reshape(PIXELS, PIXELS);
        long elements = Arrays.stream(c.toArray()).filter(e -> e != 0).count();
        out.println("the matrix of the convolution: " + c.shape() + ", of whose elements " + elements + " are not 0");
        out.println("row by row (jacrev) as column by column (jacfwd): " + c.equals(columns));
        out.println("equal along diagonals of blocks: " + shifted(c, SIDE) + ", in a block: " + inBlocks(c));

        Variable g = Variable.of(Tensor.normal(new SplittableRandom(1), 1, 1, SIDE, SIDE));
        out.println(String.format(
                Locale.ROOT, "<g, Cx> = %.12f, <C'g, x> = %.12f", dot(g, smear(x)), dot(smearTransposed(g), x)));
        Tensor transposed = matrix(S25ConvolutionTransposed::smearTransposed, SIDE);
        out.println("the matrix of the transposed convolution is C': " + transposes(c, transposed));
        Tensor strided = matrix(S25ConvolutionTransposed::half, SIDE);
        Tensor back = matrix(S25ConvolutionTransposed::halfTransposed, SIDE / 2);
        out.println("with a stride of 2: " + strided.shape() + ", transposed " + back.shape() + ": "
                + transposes(strided, back));

        Variable b = Variable.of(smear(x).value().map(grey -> Math.rint(255 * grey) / 255));
        Variable restored = restore(b, x, out);
        draw(
                new String[] {
                    "image x", "smeared: b = Cx", "transposed: C'b", "restored from b", "C", "C'", "C, stride 2"
                },
                x.value(),
                b.value(),
                smearTransposed(b).value(),
                restored.value(),
                c,
                transposed,
                strided);
        out.println("picture: target/convolution.png");
    }

    private static double dot(Variable one, Variable other) {
        return one.mul(other).sum().item();
    }

    /** Whether the matrix is the same when it moves down and to the right. */
    private static boolean shifted(Tensor c, int by) {
        Variable v = Variable.of(c);
        int n = c.shape().extent(0);
        return v.slice(0, by, n)
                .slice(1, by, n)
                .value()
                .equals(v.slice(0, 0, n - by).slice(1, 0, n - by).value());
    }

    /** Whether each block has the same numbers along its diagonals. */
    private static boolean inBlocks(Tensor c) {
        boolean all = true;
        for (Variable row : Variable.of(c).chunk(0, SIDE)) {
            for (Variable block : row.chunk(1, SIDE)) {
                all &= shifted(block.value(), 1);
            }
        }
        return all;
    }

    /** The image z for which |Cz − b|² is least, by conjugate gradients. */
    private static Variable restore(Variable b, Variable x, PrintStream out) {
        Variable z = Variable.of(Tensor.zeros(x.shape()));
        Variable slope = smearTransposed(b);
        Variable direction = slope;
        out.println("step  |C'(b - Cz)|  largest error");
        for (int step = 0; ; step++) {
            double squared = dot(slope, slope);
            if (step % 8 == 0) {
                out.println(String.format(
                        Locale.ROOT,
                        "%4d %14.9f %14.4f",
                        step,
                        Math.sqrt(squared),
                        z.sub(x).abs().max().item()));
            }
            if (step == STEPS) {
                return z;
            }
            Variable smeared = smear(direction);
            double length = squared / dot(smeared, smeared);
            z = z.add(direction.mul(length));
            slope = slope.sub(smearTransposed(smeared).mul(length));
            direction = slope.add(direction.mul(dot(slope, slope) / squared));
        }
    }

    /** Images in grey above, matrices in blue below. */
    private static void draw(String[] titles, Tensor... parts) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        BufferedImage picture = new BufferedImage(800, 500, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 800, 500);
        for (int i = 0; i < parts.length; i++) {
            boolean image = i < 4;
            int left = image ? 20 + 195 * i : 8 + 264 * (i - 4);
            int top = image ? 28 : 232;
            Tensor rows = image ? parts[i].reshape(SIDE, SIDE) : parts[i];
            g.setColor(Color.BLACK);
            g.drawString(titles[i], left, top - 8);
            paint(g, rows, left, top, image ? 20 : 4, image ? Color.BLACK : new Color(0x2166ac));
        }
        g.dispose();
        Files.createDirectories(PICTURE.getParent());
        ImageIO.write(picture, "png", PICTURE.toFile());
    }

    /** A square for each element, white for 0, and in full colour for the largest. */
    private static void paint(Graphics2D g, Tensor rows, int left, int top, int size, Color color) {
        int h = rows.shape().extent(0);
        int w = rows.shape().extent(1);
        double largest = Variable.of(rows).max().item();
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < w; j++) {
                double part = Math.max(0, rows.get(i, j) / largest);
                g.setColor(
                        new Color(mix(color.getRed(), part), mix(color.getGreen(), part), mix(color.getBlue(), part)));
                g.fillRect(left + size * j, top + size * i, size, size);
            }
        }
        g.setColor(Color.GRAY);
        g.drawRect(left - 1, top - 1, size * w + 1, size * h + 1);
    }

    private static int mix(int channel, double part) {
        return (int) Math.rint(255 + part * (channel - 255));
    }
}

/* What it prints:

the matrix of the convolution: [64, 64], of whose elements 225 are not 0
row by row (jacrev) as column by column (jacfwd): true
equal along diagonals of blocks: true, in a block: true
<g, Cx> = 0.090935544194, <C'g, x> = 0.090935544194
the matrix of the transposed convolution is C': true
with a stride of 2: [16, 64], transposed [64, 16]: true
step  |C'(b - Cz)|  largest error
   0    2.507976234         0.9375
   8    0.009284994         0.0515
  16    0.001622460         0.0100
  24    0.000216478         0.0080
  32    0.000031214         0.0069
  40    0.000002373         0.0068
picture: target/convolution.png
*/
