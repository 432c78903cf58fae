package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.AllCnn;
import lethe.models.Model;
import org.junit.jupiter.api.Test;

class ConvolutionTransposeTest {
    @Test
    void everyKernelIsTurnedOverAndNothingElse() {
        try (Scope scope = Scope.open();
                Model model = new AllCnn(4).create(new long[] {3, 16, 16}, 5, Seed.of(1));
                Model before = model.copy()) {
            ConvolutionTranspose.transpose(model.weights());
            model.weights().windows(model.weights().values()).forEach((name, window) -> {
                Tensor earlier = Toy.part(before, before.weights().values(), name);
                boolean kernel = window.shape().length == 4;
                float[] expected = (kernel ? earlier.permute(0, 1, 3, 2) : earlier).toFloats();
                assertThat(window.toFloats()).as(name).containsExactly(expected);
            });
            assertThat(Toy.weights(model)).isNotEqualTo(Toy.weights(before));
        }
    }

    @Test
    void kernelsOfOnePixelStay() {
        try (Scope scope = Scope.open();
                Model model = new AllCnn(4).create(new long[] {3, 16, 16}, 5, Seed.of(1));
                Model before = model.copy()) {
            ConvolutionTranspose.transpose(model.weights());

            assertThat(Toy.part(model, model.weights().values(), "7.conv.weight")
                            .toFloats())
                    .containsExactly(Toy.part(before, before.weights().values(), "7.conv.weight")
                            .toFloats());
            assertThat(Toy.part(model, model.weights().values(), "0.conv.weight")
                            .toFloats())
                    .isNotEqualTo(Toy.part(before, before.weights().values(), "0.conv.weight")
                            .toFloats());
        }
    }

    @Test
    void twiceIsNotAtAll() {
        Toy toy = Toy.residual();
        try (Scope scope = Scope.open();
                Model model = toy.original.copy()) {
            ConvolutionTranspose.transpose(model.weights());
            ConvolutionTranspose.transpose(model.weights());

            assertThat(Toy.weights(model)).containsExactly(Toy.weights(toy.original));
        }
    }

    @Test
    void aNetworkWithoutConvolutionsIsRefused() {
        Toy plain = Toy.perceptron();

        assertThatThrownBy(() -> new ConvolutionTranspose().unlearn(plain.original, plain.split, plain.trial(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no convolution");
    }
}
