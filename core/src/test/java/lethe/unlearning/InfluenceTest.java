package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init")
class InfluenceTest {
    private static final double DAMPING = 0.05;

    private static Toy linear;
    private static Toy toy;
    private Scope scope;

    @BeforeAll
    static void train() {
        linear = Toy.linear();
        toy = Toy.residual();
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
    void aLinearModelTakesTheNewtonStep() {
        // (H + λI) Δ = v, where H is the Hessian of logistic regression: E (diag p − p pᵀ) ⊗ (x, 1)(x, 1)ᵀ.
        Dataset retain = linear.split.retain();
        double[][] matrix = hessian(linear.original, retain);
        for (int i = 0; i < matrix.length; i++) {
            matrix[i][i] += DAMPING;
        }
        float[] v = Influence.difference(linear.original, linear.split, linear.trial(1))
                .toFloats();
        double[] expected = solve(matrix, v);
        var method = new Influence(Influence.Mode.CG, 1, 1000, DAMPING, 300, 1e-6);

        try (Model unlearned = method.unlearn(linear.original, linear.split, linear.trial(1))) {
            float[] before = Toy.weights(linear.original);
            float[] after = Toy.weights(unlearned);
            double largest = 0;
            for (double entry : expected) {
                largest = Math.max(largest, Math.abs(entry));
            }
            assertThat(largest).isGreaterThan(1e-3);
            for (int i = 0; i < after.length; i++) {
                assertThat(after[i] - before[i]).isEqualTo((float) expected[i], within((float) (2e-3 * largest)));
            }
        }
    }

    /** Parameters in the order of the flat vector: the rows of W (4, 25), then b (4). */
    private static double[][] hessian(Model model, Dataset data) {
        Tensor inputs = data.inputs(IntStream.range(0, data.size()).toArray());
        float[] x = inputs.add(-0.5).mul(4).reshape(data.size(), 25).toFloats(); // as the model normalises
        float[] p = model.logits(inputs).softmax().toFloats();
        double[][] hessian = new double[104][104];
        for (int n = 0; n < data.size(); n++) {
            for (int i = 0; i < 104; i++) {
                for (int j = 0; j < 104; j++) {
                    int c = i < 100 ? i / 25 : i - 100;
                    int d = j < 100 ? j / 25 : j - 100;
                    double xi = i < 100 ? x[25 * n + i % 25] : 1;
                    double xj = j < 100 ? x[25 * n + j % 25] : 1;
                    double pc = p[4 * n + c];
                    hessian[i][j] += xi * xj * ((c == d ? pc : 0) - pc * p[4 * n + d]) / data.size();
                }
            }
        }
        return hessian;
    }

    /** Gaussian elimination of a positive definite system. */
    private static double[] solve(double[][] a, float[] right) {
        int n = right.length;
        double[] b = new double[n];
        for (int i = 0; i < n; i++) {
            b[i] = right[i];
        }
        for (int k = 0; k < n; k++) {
            for (int i = k + 1; i < n; i++) {
                double factor = a[i][k] / a[k][k];
                for (int j = k; j < n; j++) {
                    a[i][j] -= factor * a[k][j];
                }
                b[i] -= factor * b[k];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) {
                b[i] -= a[i][j] * b[j];
            }
            b[i] /= a[i][i];
        }
        return b;
    }

    @Test
    void productsWithTheCurvatureOfADeepNetworkAreSymmetricAndNotNegative() {
        Tensor a = Seed.of(1).normal(1, toy.original.weights().size());
        Tensor b = Seed.of(2).normal(1, toy.original.weights().size());

        Tensor onA = Influence.curvature(toy.original, toy.split.retain(), a);
        Tensor onB = Influence.curvature(toy.original, toy.split.retain(), b);

        double across = onA.mul(b).sum().item();
        double size = Math.sqrt(onA.mul(a).sum().item() * onB.mul(b).sum().item());
        assertThat(onA.mul(a).sum().item()).isPositive();
        assertThat(across).isEqualTo(onB.mul(a).sum().item(), within(1e-4 * size));
    }

    @Test
    void theCurvatureIsTheFisherInformationOfTheModel() {
        // The diagonal of G is F: e_jᵀ G e_j = F_j.
        float[] information = new FisherForgetting(1, 0, 1)
                .exact(toy.original, toy.split.retain(), toy.trial(1))
                .toFloats();
        for (int j = 0; j < information.length; j += information.length / 7) {
            float[] unit = new float[information.length];
            unit[j] = 1;

            float diagonal = Influence.curvature(toy.original, toy.split.retain(), Tensor.of(unit))
                    .toFloats()[j];

            assertThat(diagonal).isEqualTo(information[j], within(1e-3f * information[j] + 1e-9f));
        }
    }

    @ParameterizedTest
    @EnumSource(Influence.Mode.class)
    void setsWithTheSameMeanGradientLeaveTheWeightsAlone(Influence.Mode mode) {
        Dataset twice =
                linear.train.select(IntStream.range(0, 40).map(i -> i % 20).toArray());
        Split alike =
                Split.ofRows(twice, linear.split.test(), IntStream.range(0, 20).toArray());
        var method = new Influence(mode, 1, 1000, DAMPING, 30, 1e-3);

        try (Model same = method.unlearn(linear.original, alike, linear.trial(1));
                Model moved = method.unlearn(linear.original, linear.split, linear.trial(1))) {
            assertThat(distance(same)).isLessThan(1e-4 * distance(moved));
        }
    }

    @ParameterizedTest
    @EnumSource(Influence.Mode.class)
    void alphaZeroIsTheOriginal(Influence.Mode mode) {
        var method = new Influence(mode, 0, 8, DAMPING, 2, 1e-3);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(unlearned)).containsExactly(Toy.weights(toy.original));
        }
    }

    @Test
    void oneStepOfTheRecursionIsThatOfTheFormula() {
        // k = (1, 2), o = (1, 1), g = (3, 1), N₀ = 6: s = 4, k ← k − 5/10 · o, o ← o − 4/10 · o.
        Tensor k = Tensor.of(1f, 2f);
        Tensor o = Tensor.of(1f, 1f);

        Influence.update(k, o, Tensor.of(3f, 1f), 6);

        assertThat(k.toFloats()).containsExactly(new float[] {0.5f, 1.5f}, within(1e-6f));
        assertThat(o.toFloats()).containsExactly(new float[] {0.6f, 0.6f}, within(1e-6f));
    }

    private static double distance(Model model) {
        return Math.sqrt(model.weights()
                .values()
                .sub(linear.original.weights().values())
                .square()
                .sum()
                .item());
    }
}
