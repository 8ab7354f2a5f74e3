package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeIndexTest {

    /** Far more than the fastest machine does, or the slowest needs, where the work is proportional to the number of nodes. */
    private static final Duration LINEAR = Duration.ofSeconds(10);

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

    @Test
    void findsInAShortTimeThatAConstantIsNotThere() {
        List<Variable> nodes = chain(200_000);
        Variable constant = Variable.of(1);
        NodeIndex index = new NodeIndex(0);
        assertTimeoutPreemptively(LINEAR, () -> {
            for (int i = 0; i < nodes.size(); i++) {
                index.put(nodes.get(i), i);
                requireAbsent(index, constant);
            }
        });
    }

    @Test
    void findsInAShortTimeThatASecondBranchIsNotThere() {
        List<Variable> nodes = chain(200_000);
        List<Variable> others = chain(200_000);
        NodeIndex index = new NodeIndex(0);
        assertTimeoutPreemptively(LINEAR, () -> {
            for (int i = 0; i < nodes.size(); i++) {
                index.put(nodes.get(i), i);
            }
            for (Variable other : others) {
                requireAbsent(index, other);
            }
        });
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
