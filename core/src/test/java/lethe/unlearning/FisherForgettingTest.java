package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class FisherForgettingTest {
    private static Toy toy;
    private static Toy linear;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
        linear = Toy.linear();
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void withoutNoiseNothingChanges() {
        try (Model unlearned = new FisherForgetting(0, 1, 16).unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(unlearned)).containsExactly(Toy.weights(toy.original));
            assertThat(Toy.statistics(unlearned)).containsExactly(Toy.statistics(toy.original));
        }
    }

    @Test
    void theInformationOfALinearModelIsThatOfTheFormula() {
        // z = Wx + b: ∂CE(x, k)/∂W_ci = (p_c − [c = k]) x_i, so F_ci = E x_i² Σ_k p_k (p_c − [c = k])² = E x_i² p_c (1
        // − p_c).
        Dataset retain = linear.split.retain();
        Tensor inputs = retain.inputs(IntStream.range(0, retain.size()).toArray());
        float[] x = inputs.add(-0.5).mul(4).reshape(retain.size(), 25).toFloats(); // as the model normalises
        float[] p = linear.original.logits(inputs).softmax().toFloats();
        double[] expected = new double[4 * 25];
        for (int n = 0; n < retain.size(); n++) {
            for (int c = 0; c < 4; c++) {
                double pc = p[4 * n + c];
                for (int i = 0; i < 25; i++) {
                    expected[25 * c + i] += x[25 * n + i] * x[25 * n + i] * pc * (1 - pc) / retain.size();
                }
            }
        }

        Tensor information = new FisherForgetting(1, 0, 1).exact(linear.original, retain, linear.trial(1));

        float[] found = Toy.part(linear.original, information, "head.weight").toFloats();
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isEqualTo(expected[i], within(1e-4 * expected[i] + 1e-9));
        }
    }

    @Test
    void randomSignsEstimateTheSameInformationFromBatches() {
        Dataset retain = linear.split.retain();
        float[] exact = new FisherForgetting(1, 0, 1)
                .exact(linear.original, retain, linear.trial(1))
                .toFloats();

        float[] estimated = new FisherForgetting(1, 200, 16)
                .estimated(linear.original, retain, linear.trial(1))
                .toFloats();

        // 200 passes of 5 batches: a standard deviation of √(2 / 1000) = 4.5 %, six of which hold for each of 104
        // weights.
        for (int i = 0; i < exact.length; i++) {
            assertThat(estimated[i] / exact[i]).isEqualTo(1, within(0.27f));
        }
        // The mean over weights is less uncertain than each; a batch's mean gradient, squared, would be 16 times
        // smaller.
        assertThat(sum(estimated) / sum(exact)).isEqualTo(1, within(0.05));
    }

    private static double sum(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
    }

    @Test
    void theNoiseHasTheVarianceOfTheFormula() {
        var method = new FisherForgetting(1e-4, 1, 16);
        int draws = 40;
        double chiSquared = 0;
        long degrees = 0;
        for (int seed = 0; seed < draws; seed++) {
            Tensor information = method.estimated(linear.original, linear.split.retain(), linear.trial(seed));
            float[] variance =
                    method.variance(linear.original.weights(), 4, information).toFloats();
            try (Model unlearned = method.unlearn(linear.original, linear.split, linear.trial(seed))) {
                float[] before = Toy.weights(linear.original);
                float[] after = Toy.weights(unlearned);
                for (int i = 0; i < variance.length; i++) {
                    double moved = after[i] - before[i];
                    chiSquared += moved * moved / variance[i];
                    degrees++;
                }
            }
        }

        // χ² of 4160 degrees of freedom has the standard deviation √(2 · 4160) = 91; five of them.
        assertThat(chiSquared).isEqualTo(degrees, within(5 * Math.sqrt(2.0 * degrees)));
    }

    @Test
    void weightsOfAUnitShareTheirVarianceAndTheClassifierHasMore() {
        Tensor none = Tensor.zeros(toy.original.weights().size());
        var method = new FisherForgetting(1e-6, 1, 16);

        Tensor variance = method.variance(toy.original.weights(), 4, none);

        // F = 0: α · 10³ in kernels, ten times that in normalisation, 10 · α · 10² in the classifier.
        assertThat(bounds(Toy.part(toy.original, variance, "prep.conv.weight")))
                .allSatisfy(v -> assertThat(v).isEqualTo(1e-3f, within(1e-9f)));
        assertThat(bounds(Toy.part(toy.original, variance, "prep.norm.weight")))
                .allSatisfy(v -> assertThat(v).isEqualTo(1e-2f, within(1e-8f)));
        assertThat(bounds(Toy.part(toy.original, variance, "head.weight")))
                .allSatisfy(v -> assertThat(v).isEqualTo(1e-3f, within(1e-9f)));
        assertThat(bounds(Toy.part(toy.original, variance, "head.bias")))
                .allSatisfy(v -> assertThat(v).isEqualTo(1e-3f, within(1e-9f)));
    }

    private static List<Float> bounds(Tensor values) {
        float[] all = values.toFloats();
        Arrays.sort(all);
        return List.of(all[0], all[all.length - 1]);
    }

    @Test
    void aClassForgottenAsAWholeLosesItsRow() {
        int[] wholeClass = IntStream.range(0, 24).map(i -> 4 * i + 2).toArray();
        Split whole = Split.ofRows(linear.train, linear.split.test(), wholeClass);
        Split part = Split.ofRows(
                linear.train,
                linear.split.test(),
                IntStream.of(wholeClass).limit(23).toArray());

        assertThat(FisherForgetting.forgottenClass(whole)).hasValue(2);
        assertThat(FisherForgetting.forgottenClass(part)).isEmpty();
        assertThat(FisherForgetting.forgottenClass(linear.split)).isEmpty();
        try (Model unlearned = new FisherForgetting(0, 1, 16).unlearn(linear.original, whole, linear.trial(1))) {
            float[] before = Toy.weights(linear.original);
            float[] after = Toy.weights(unlearned);
            for (int i = 0; i < 100; i++) {
                if (i / 25 == 2) {
                    assertThat(Math.abs(after[i])).isLessThan(0.16f); // five standard deviations of √1e-3
                } else {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
        }
    }

    @Test
    void aNetworkWhoseLastPartIsNoClassifierIsRefused() {
        var method = new FisherForgetting();
        Tensor none = Tensor.zeros(toy.original.weights().size());

        assertThatThrownBy(() -> method.variance(toy.original.weights(), 7, none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'head'")
                .hasMessageContaining("7 classes");
    }
}
