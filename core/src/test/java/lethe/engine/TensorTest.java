package lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The places where the engine's own behaviour would surprise. */
class TensorTest {
    @Test
    void readingOutFollowsTheShapeAndNotTheMemory() {
        try (Scope scope = Scope.open()) {
            Tensor images = Tensor.of(0f, 1, 2, 3, 4, 5, 6, 7).reshape(1, 2, 2, 2);

            assertThat(images.channelsLast().toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(images.permute(0, 1, 3, 2).toFloats()).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
        }
    }

    @Test
    void conversionsToTheSameTypeCopyNothing() {
        try (Scope scope = Scope.open()) {
            Tensor single = Tensor.ones(2);

            assertThat(single.to(Precision.FP32)).isSameAs(single);
            assertThat(single.like(Tensor.zeros(1))).isSameAs(single);
            assertThat(single.to(Precision.BF16)).isNotSameAs(single);
        }
    }

    @Test
    void halfPrecisionRoundsToTheNearestEven() {
        try (Scope scope = Scope.open()) {
            Tensor rounded = Tensor.of(1.0039062f, 1.0117188f, (float) Math.PI).to(Precision.BF16);

            assertThat(rounded.toFloats()).containsExactly(1f, 1.015625f, 3.140625f);
        }
    }

    @Test
    void bytesMustMatchTheirShapeAndStayInside() {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Tensor.ofBytes(new byte[3], 2, 2)).hasMessageContaining("holds 4 bytes");
            Tensor bytes = Tensor.zeroBytes(2, 3);
            bytes.writeBytes(4, new byte[] {7, -1});

            assertThat(bytes.readBytes(3, 3)).containsExactly(0, 7, -1);
            assertThat(bytes.toLongs()).containsExactly(0, 0, 0, 0, 7, 255);
            assertThatThrownBy(() -> bytes.writeBytes(5, new byte[2])).hasMessageContaining("not within");
            assertThatThrownBy(() -> bytes.readBytes(-1, 2)).hasMessageContaining("not within");
            assertThatThrownBy(() -> Tensor.ones(3).readBytes(0, 1)).hasMessageContaining("not a dense tensor");
            assertThatThrownBy(() -> Tensor.zeroBytes(2, 3).transpose().readBytes(0, 1))
                    .hasMessageContaining("not a dense tensor");
        }
    }

    @Test
    void crossEntropyChecksTheBatch() {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Tensor.zeros(3, 2).crossEntropy(Tensor.of(0L, 1L)))
                    .hasMessageContaining("logits [3, 2] and labels [2] disagree on B");
            // Two equal logits leave log 2 nats.
            assertThat(Tensor.zeros(2, 2).crossEntropy(Tensor.of(0L, 1L)).item())
                    .isCloseTo(Math.log(2), Offset.offset(1e-6));
            assertThat(Tensor.zeros(2, 2).crossEntropySum(Tensor.of(0L, 1L)).item())
                    .isCloseTo(2 * Math.log(2), Offset.offset(1e-6));
        }
    }

    @Test
    void inputGradientsLeaveParametersAlone() {
        Linear layer = new Linear(2, 1);
        try (Scope scope = Scope.open();
                Weights weights = new Weights(layer, Seed.of(1))) {
            Tensor x = Tensor.of(1f, 2f).reshape(1, 2).asVariable();

            Tensor gradient = layer.forward(x).sum().gradientOf(x);

            assertThat(gradient.toFloats())
                    .containsExactly(weights.values().narrow(0, 0, 2).toFloats());
            assertThat(weights.gradient().abs().sum().item()).isZero();
        }
    }

    @Test
    void nativeErrorsAreCutToTheirMessage() {
        try (Scope scope = Scope.open()) {
            assertThatThrownBy(() -> Tensor.zeros(2, 3).matmul(Tensor.zeros(2, 3)))
                    .satisfies(error -> assertThat(Engine.message(error))
                            .contains("cannot be multiplied")
                            .doesNotContain("\n"));
        }
    }

    @Test
    void aProductWithOneRowIsThatOfTheSameRowAmongOthers() {
        try (Scope scope = Scope.open()) {
            Tensor rows = Seed.of(1).normal(1, 2, 5);
            Tensor weight = Seed.of(2).normal(1, 3, 5);
            Tensor stored = Seed.of(3).normal(1, 5, 3);
            Tensor bias = Seed.of(4).normal(1, 3);
            for (Tensor matrix : List.of(weight, stored.transpose())) {
                Tensor both = rows.linear(matrix, bias);
                Tensor without = rows.linear(matrix);
                Tensor one = rows.narrow(0, 1, 1).reshape(1, 1, 5);
                try (NoGrad guard = NoGrad.enter()) {
                    assertThat(one.linear(matrix, bias).shape()).containsExactly(1, 1, 3);
                    assertThat(one.linear(matrix, bias).toFloats())
                            .containsExactly(both.narrow(0, 1, 1).toFloats(), Offset.offset(1e-6f));
                    assertThat(one.linear(matrix).toFloats())
                            .containsExactly(without.narrow(0, 1, 1).toFloats(), Offset.offset(1e-6f));
                }
                Tensor variable = one.asVariable();
                assertThat(variable.linear(matrix).sum().gradientOf(variable).shape())
                        .containsExactly(1, 1, 5);
            }
        }
    }
}
