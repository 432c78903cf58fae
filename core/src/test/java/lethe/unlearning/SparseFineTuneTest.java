package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.unlearning.SparseFineTune.Course;
import org.junit.jupiter.api.Test;

class SparseFineTuneTest {
    private static final Schedule CONSTANT = Schedule.constant();

    private static SparseFineTune method(double gamma, Course course, int freeEpochs) {
        return new SparseFineTune(gamma, course, freeEpochs, 10, 0.01, 16, 0.9, 0, CONSTANT);
    }

    @Test
    void theStrengthFollowsItsCourseAndEndsBeforeTheFreeEpochs() {
        for (int e = 0; e < 10; e++) {
            assertThat(method(0.5, Course.FALLING, 0).strength(e)).isEqualTo(1 - e / 10.0, within(1e-12));
            assertThat(method(0.5, Course.CONSTANT, 0).strength(e)).isEqualTo(0.5);
            assertThat(method(0.5, Course.RISING, 0).strength(e)).isEqualTo(e / 10.0, within(1e-12));
            assertThat(method(0.5, Course.CONSTANT, 3).strength(e)).isEqualTo(e < 7 ? 0.5 : 0);
        }
    }

    @Test
    void shrinkingIsTheSoftThreshold() {
        Toy toy = Toy.perceptron();
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter();
                Model model = toy.original.copy()) {
            int size = (int) model.weights().size();
            float[] values = new float[size];
            System.arraycopy(new float[] {0.5f, -0.5f, 0.1f, -0.1f, 0, 0.125f}, 0, values, 0, 6);
            model.weights().values().copyInPlace(Tensor.of(values));
            model.network().parameters().get(1).trainable(false); // the first bias, behind the weight (16, 25)
            float[] fixed = {0.5f};
            model.weights().values().narrow(0, 400, 1).copyInPlace(Tensor.of(fixed));

            model.weights().shrink(0.125);

            float[] after = Toy.weights(model);
            assertThat(java.util.Arrays.copyOf(after, 6)).containsExactly(0.375f, -0.375f, 0, 0, 0, 0);
            assertThat(after[400]).isEqualTo(0.5f);
        }
    }

    @Test
    void weightsBecomeExactlyZeroWhereAGradientOfTheNormLeavesThemFlickering() {
        Toy toy = Toy.residual();
        var sparse = new SparseFineTune(0.05, Course.CONSTANT, 0, 5, 0.01, 16, 0.9, 0, CONSTANT);
        var gradient = new L1Sparse(0.05, 0, 5, 0.01, 16, 0.9, 0, CONSTANT);

        assertThat(zeros(toy, sparse)).isGreaterThan(0.2);
        assertThat(zeros(toy, gradient)).isLessThan(0.01);
    }

    private static double zeros(Toy toy, UnlearningMethod method) {
        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            float[] weights = Toy.weights(unlearned);
            int zeros = 0;
            for (float weight : weights) {
                zeros += weight == 0 ? 1 : 0;
            }
            return zeros / (double) weights.length;
        }
    }

    @Test
    void withoutTheNormItIsFineTuning() {
        Toy.residual().assertSameBits(method(0, Course.CONSTANT, 0), new FineTune(10, 0.01, 16, 0.9, 0, CONSTANT));
    }
}
