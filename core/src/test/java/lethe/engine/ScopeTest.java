package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void closingFreesWhatWasMadeInside() {
        Tensor made;
        try (Scope scope = Scope.open()) {
            made = Tensor.ones(3);
        }

        assertThat(made.raw.isNull()).isTrue();
    }

    @Test
    void whatIsKeptBelongsToTheEnclosingScope() {
        Tensor kept;
        Tensor lost;
        try (Scope outer = Scope.open()) {
            try (Scope middle = Scope.open()) {
                try (Scope inner = Scope.open()) {
                    lost = Tensor.ones(3);
                    kept = middle.keep(inner.keep(Tensor.of(1f, 2f)));
                }
            }
            assertThat(lost.raw.isNull()).isTrue();
            assertThat(kept.toFloats()).containsExactly(1, 2);
        }
        assertThat(kept.raw.isNull()).isTrue();
    }

    @Test
    void whatTheOutermostScopeKeepsLivesUntilItIsClosed() {
        Tensor kept;
        try (Scope scope = Scope.open()) {
            kept = scope.keep(Tensor.of(5f));
        }

        try (Scope scope = Scope.open()) {
            assertThat(kept.toFloats()).containsExactly(5);
        }
        kept.close();
        assertThat(kept.raw.isNull()).isTrue();
    }

    @Test
    void retainedTensorsOutliveAllScopes() {
        Tensor retained;
        try (Scope outer = Scope.open();
                Scope inner = Scope.open()) {
            retained = Tensor.of(4f).retain();
        }

        try (Scope scope = Scope.open()) {
            assertThat(retained.toFloats()).containsExactly(4);
        }
        retained.close();
    }

    @Test
    void scopesInheritTheDevice() {
        try (Scope scope = Scope.open(Device.cpu());
                Scope inner = Scope.open()) {
            assertThat(Scope.currentDevice()).isSameAs(Device.cpu());
        }
        assertThat(Scope.currentDevice()).isSameAs(Device.cpu());
    }

    @Test
    void aTrainingLoopDoesNotGrow() {
        Linear layer = new Linear(256, 256);
        try (Weights weights = new Weights(layer, Seed.of(1));
                Optimizer optimizer = new Sgd(weights, 0.9, true, 1e-4)) {
            steps(layer, optimizer, 20);
            long before = Pointer.physicalBytes();

            steps(layer, optimizer, 100);

            // Each step makes about 1 MB of tensors; keeping them would take 100 MB.
            assertThat(Pointer.physicalBytes() - before).isLessThan(50L << 20);
        }
    }

    private static void steps(Linear layer, Optimizer optimizer, int count) {
        for (int i = 0; i < count; i++) {
            try (Scope scope = Scope.open()) {
                Tensor x = Seed.of(i).normal(1, 256, 256);
                optimizer.minimize(layer.forward(x).square().mean(), 1e-3);
            }
        }
    }

    @Test
    void aClosedTensorIsAnErrorRatherThanACrash() {
        Tensor made;
        try (Scope scope = Scope.open()) {
            made = Tensor.ones(3);
        }

        assertThatThrownBy(() -> made.add(1)).isInstanceOf(RuntimeException.class);
    }
}
