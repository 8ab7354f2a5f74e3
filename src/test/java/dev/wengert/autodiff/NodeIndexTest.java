package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.Visits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIndexTest {

    @Test
    void findsWhatWasPutAndNothingElse() {
        NodeIndex index = new NodeIndex(0);
        Variable first = Variable.of(1);
        Variable second = first.sin();
        index.put(first, 7);
        index.put(second, -1);
        assertThat(index.get(first)).isEqualTo(7);
        assertThat(index.get(second)).isEqualTo(-1);
        assertThat(index.get(Variable.of(1))).isEqualTo(NodeIndex.ABSENT);
        assertThat(index.get(first.sin())).isEqualTo(NodeIndex.ABSENT);
    }

    @Test
    void anEmptyIndexHasNothing() {
        assertThat(new NodeIndex(0).get(Variable.of(1))).isEqualTo(NodeIndex.ABSENT);
    }

    @Test
    void growsWithAChain() {
        findsAll(chain(100_000));
    }

    @Test
    void growsWithTwoChainsSideBySide() {
        List<Variable> nodes = chain(50_000);
        nodes.addAll(chain(50_000));
        findsAll(nodes);
    }

    @Test
    void survivesManyNodesOfOneDepth() {
        List<Variable> nodes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            nodes.add(Variable.of(i));
        }
        findsAll(nodes);
    }

    @Test
    void changesItsHashesInTheMiddleOfGrowing() {
        for (int siblings = 1; siblings < 80; siblings++) {
            List<Variable> nodes = chain(200);
            for (int i = 0; i < siblings; i++) {
                nodes.add(nodes.get(90).sin());
            }
            findsAll(nodes);
        }
    }

    /** Looks for nodes that are not there: a constant while a chain grows, or a second chain of the same depths. */
    static final class Absent implements BiConsumer<String, Integer> {
        @Override
        public void accept(String what, Integer n) {
            List<Variable> nodes = chain(n);
            List<Variable> others = what.equals("a constant") ? List.of(Variable.of(1)) : chain(n);
            NodeIndex index = new NodeIndex(0);
            for (int i = 0; i < n; i++) {
                index.put(nodes.get(i), i);
                requireAbsent(index, others.get(Math.min(i, others.size() - 1)));
            }
        }
    }

    /** Work that grows with the square of the number of nodes would be four times as many visits. */
    @ParameterizedTest
    @ValueSource(strings = {"a constant", "a second chain"})
    @SuppressWarnings("unchecked")
    void thatANodeIsNotThereIsFoundInConstantWork(String what) throws ReflectiveOperationException {
        var absent = (BiConsumer<String, Integer>) Visits.counting(Absent.class);
        absent.accept(what, 10_000);
        Visits.take();
        absent.accept(what, 10_000);
        double once = Visits.take();
        absent.accept(what, 20_000);
        assertThat(Visits.take() / once).isLessThan(2.2);
    }

    private static void requireAbsent(NodeIndex index, Variable node) {
        if (index.get(node) != NodeIndex.ABSENT) {
            throw new AssertionError("found a node that was never put");
        }
    }

    private static List<Variable> chain(int n) {
        List<Variable> nodes = new ArrayList<>();
        nodes.add(Variable.of(1));
        for (int i = 1; i < n; i++) {
            nodes.add(nodes.get(i - 1).sin());
        }
        return nodes;
    }

    private static void findsAll(List<Variable> nodes) {
        NodeIndex index = new NodeIndex(0);
        for (int i = 0; i < nodes.size(); i++) {
            index.put(nodes.get(i), i);
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (index.get(nodes.get(i)) != i) {
                assertThat(index.get(nodes.get(i))).as("node %s", i).isEqualTo(i);
            }
        }
    }
}
