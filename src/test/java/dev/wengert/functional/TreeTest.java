package dev.wengert.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTest {

    private record Layer(Variable w, Variable b, double slope) {}

    private record Net(Layer hidden, List<Layer> more, Map<String, Variable> rates, String name, Variable unused) {}

    private static final Layer HIDDEN = new Layer(v(2, 3), v(5), 0.5);
    private static final Layer OUT = new Layer(v(7, 11), v(13), 0.25);
    private static final Net NET = new Net(HIDDEN, List.of(OUT), Map.of("fast", v(1)), "net", null);
    private static final Tree<Net> TREE = Tree.of(NET);

    private static Variable v(double... x) {
        return Variable.of(Tensor.of(x));
    }

    /** With x = w₀, y = w₁ of the hidden layer, the weights u of the other one and the rate r: the sum of x·u·slope·r + b³. */
    private static Variable loss(Net net) {
        Layer out = net.more().get(0);
        return net.hidden()
                .w()
                .mul(out.w())
                .mul(out.slope())
                .mul(net.rates().get("fast"))
                .sum()
                .add(net.hidden().b().pow(3).sum());
    }

    @Test
    void theLeavesHaveNames() {
        assertThat(TREE.names()).containsExactly("hidden.w", "hidden.b", "more[0].w", "more[0].b", "rates[fast]");
        assertThat(TREE.flatten(NET))
                .containsExactly(
                        HIDDEN.w(), HIDDEN.b(), OUT.w(), OUT.b(), NET.rates().get("fast"));
        assertThat(TREE).hasToString("[hidden.w [2], hidden.b [1], more[0].w [2], more[0].b [1], rates[fast] [1]]");
    }

    @Test
    void aRecordIsMadeOfLeavesAndOfWhatIsNone() {
        List<Variable> leaves = List.of(v(1), v(2), v(3), v(4), v(5));
        Net net = TREE.unflatten(leaves);
        assertThat(net)
                .isEqualTo(new Net(
                        new Layer(leaves.get(0), leaves.get(1), 0.5),
                        List.of(new Layer(leaves.get(2), leaves.get(3), 0.25)),
                        Map.of("fast", leaves.get(4)),
                        "net",
                        null));
        assertThat(TREE.flatten(net)).isEqualTo(leaves);
    }

    @Test
    void theGradientIsARecord() {
        Net g = TREE.grad(TreeTest::loss).apply(NET);
        assertThat(g.hidden().w().value()).isEqualTo(Tensor.of(1.75, 2.75));
        assertThat(g.hidden().b().value()).isEqualTo(Tensor.of(75));
        assertThat(g.more().get(0).w().value()).isEqualTo(Tensor.of(0.5, 0.75));
        assertThat(g.more().get(0).b().value()).isEqualTo(Tensor.of(0));
        assertThat(g.rates().get("fast").value()).isEqualTo(Tensor.of(11.75));
        assertThat(g.name()).isEqualTo("net");
        Net second = TREE.grad(
                        n -> TREE.grad(TreeTest::loss).apply(n).hidden().b().sum())
                .apply(NET);
        assertThat(second.hidden().b().value()).isEqualTo(Tensor.of(30));
    }

    @Test
    void whatIsNoLeafComesFromTheRecordAtHand() {
        Layer steep = new Layer(OUT.w(), OUT.b(), 1);
        Net net = new Net(HIDDEN, List.of(steep), NET.rates(), "steep", null);
        Net g = TREE.grad(TreeTest::loss).apply(net);
        assertThat(g.hidden().w().value()).isEqualTo(Tensor.of(7, 11));
        assertThat(TREE.map(Variable::neg, g).name()).isEqualTo("steep");
    }

    @Test
    void aStepIsAMapOfTwo() {
        Net g = TREE.grad(TreeTest::loss).apply(NET);
        Net next = TREE.map((v, slope) -> v.sub(slope.mul(0.5)), NET, g);
        assertThat(next.hidden().w().value()).isEqualTo(Tensor.of(1.125, 1.625));
        assertThat(TREE.map(Variable::neg, next).rates().get("fast").value()).isEqualTo(Tensor.of(4.875));
    }

    @Test
    void allElementsAreAVector() {
        Variable flat = TREE.ravel(NET);
        assertThat(flat.value()).isEqualTo(Tensor.of(2, 3, 5, 7, 11, 13, 1));
        assertThat(TREE.unravel(flat).more().get(0).w().value()).isEqualTo(Tensor.of(7, 11));
        Tensor hessian = Autodiff.hessian(z -> loss(TREE.unravel(z))).apply(flat.value());
        assertThat(hessian.row(0)).isEqualTo(Tensor.of(0, 0, 0, 0.25, 0, 0, 1.75));
        assertThat(hessian.row(2)).isEqualTo(Tensor.of(0, 0, 30, 0, 0, 0, 0));
    }

    @Test
    void aStepIsReplayed() {
        Plan plan = Tape.record(
                        in -> TREE.flatten(TREE.grad(TreeTest::loss).apply(TREE.unflatten(in))),
                        TREE.flatten(NET).stream().map(Variable::value).toList())
                .compile();
        List<Tensor> replayed = plan.run(Tensor.of(1, 1), Tensor.of(1), Tensor.of(2, 4), Tensor.of(0), Tensor.of(4));
        assertThat(replayed)
                .containsExactly(Tensor.of(2, 4), Tensor.of(3), Tensor.of(1, 1), Tensor.of(0), Tensor.of(1.5));
    }

    @Test
    void mapsInAnyOrderHaveTheSameLeaves() {
        Map<String, Variable> one = new LinkedHashMap<>();
        one.put("a", v(1));
        one.put("b", v(2));
        Map<String, Variable> other = new LinkedHashMap<>();
        other.put("b", v(20));
        other.put("a", v(10));
        Tree<Map<String, Variable>> tree = Tree.of(one);
        Map<String, Variable> sum = tree.map(Variable::add, one, other);
        assertThat(sum.get("a").value()).isEqualTo(Tensor.of(11));
        assertThat(sum.get("b").value()).isEqualTo(Tensor.of(22));
    }

    private record Growing(ArrayList<Variable> w) {}

    private record Checked(Variable w) {
        private Checked {
            if (w.shape().rank() != 1) {
                throw new IllegalStateException("w must be a vector");
            }
        }
    }

    @Test
    void anotherStructureIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TREE.flatten(new Net(HIDDEN, List.of(), NET.rates(), "net", null)))
                .withMessage(
                        "flatten: the record must have the leaves of the example, [hidden.w [2], hidden.b [1],"
                                + " more[0].w [2], more[0].b [1], rates[fast] [1]], got [hidden.w [2], hidden.b [1], rates[fast] [1]]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(HIDDEN).unflatten(List.of(v(1))))
                .withMessage("unflatten: there must be a variable for each leaf of [w [2], b [1]], got 1");
        assertThatNullPointerException()
                .isThrownBy(() -> Tree.of(HIDDEN).unflatten(Arrays.asList(v(1), null)))
                .withMessage("unflatten: leaf 1 must be a variable, got null");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> TREE.unravel(v(1, 2)))
                .withMessage("unravel: the flat vector must have shape [7], got [2]");
        assertThatNullPointerException()
                .isThrownBy(() -> TREE.map(x -> null, NET))
                .withMessage("map: the function must return a variable, got null");
        assertThatIllegalStateException()
                .isThrownBy(() -> Tree.of(new Checked(v(1))).unflatten(List.of(Variable.of(1))))
                .withMessage("w must be a vector");
    }

    @Test
    void whatHasNoStructureIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of("net"))
                .withMessage("tree: the example must hold a variable, got none in java.lang.String");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(Map.of("w", new Variable[] {v(1)})))
                .withMessage("tree: variables must be in records, lists and maps, got an array at [w]; make it a list");
        Growing growing = new Growing(new ArrayList<>(List.of(v(1))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(growing).unflatten(List.of(v(2))))
                .withMessage("tree: component w of " + Growing.class.getName()
                        + " must be declared as a List or a Map, got java.util.ArrayList");
        Map<Object, Variable> twice = new HashMap<>();
        twice.put(1, v(1));
        twice.put("1", v(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(twice))
                .withMessage("tree: names of leaves must differ, got [1] again");
    }

    @Test
    void aRecordThatIsClosedNeedsALookup() throws ReflectiveOperationException {
        Class<?> outside = Outside.inModule();
        Object net = outside.getMethod("net", Variable.class).invoke(null, v(1));
        String required = "tree: record dev.wengert.functional.Outside$Net must be public in a package that its module"
                + " exports or opens, ";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(net))
                .withMessage(required + "got neither; or pass MethodHandles.lookup() with the example");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tree.of(net, MethodHandles.lookup()))
                .withMessage(required + "or be one that the caller of the lookup may use, got a lookup of "
                        + TreeTest.class.getTypeName());
        MethodHandles.Lookup own =
                (MethodHandles.Lookup) outside.getMethod("lookup").invoke(null);
        Tree<Object> tree = Tree.of(net, own);
        Object other = tree.unravel(v(8));
        assertThat(other).hasSameClassAs(net);
        assertThat(tree.ravel(other).value()).isEqualTo(Tensor.of(8));
    }
}
