package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.NoAugmentation;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Schedule;
import lethe.training.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadTeacherTest {
    private static BadTeacher method(double retainFraction, double temperature) {
        return new BadTeacher(retainFraction, temperature, 10, 0.01, 16, Schedule.constant());
    }

    @Test
    void theLossIsTheDivergenceWithoutTheSquaredTemperature() {
        // τ = 2: T = softmax(0, ln 9 / 2) = (¼, ¾), S = (½, ½); KL = ¼ log ½ + ¾ log 3/2 = 0.130812.
        try (Scope scope = Scope.open()) {
            Tensor teacher = Tensor.of(0, (float) (2 * Math.log(3))).reshape(1, 2);
            Tensor student = Tensor.of(7f, 7f).reshape(1, 2);

            assertThat(method(1, 2).loss(teacher, student).item()).isEqualTo(0.130812, within(1e-5));
        }
    }

    @Test
    void eachExampleHearsItsOwnTeacher() {
        Toy toy = Toy.perceptron();
        Dataset retain = toy.split.retain();
        Dataset forget = toy.split.forget();
        var none = new NoAugmentation();
        try (Scope scope = Scope.open();
                Model other = toy.original.fresh(Seed.of(9));
                Teacher good = Teacher.of(toy.original, retain, none);
                Teacher bad = Teacher.of(other, forget, none)) {
            Batches batches = Batches.shuffled(16, Seed.of(1), Source.plain(retain), Source.plain(forget));
            for (int i = 0; i < batches.count(); i++) {
                Batch batch = batches.batch(i);
                float[] advice =
                        BadTeacher.advice(good, bad, batch, retain.size()).toFloats();
                float[] known = toy.original.logits(batch.inputs()).toFloats();
                float[] fresh = other.logits(batch.inputs()).toFloats();
                for (int j = 0; j < advice.length; j++) {
                    boolean forgotten = batch.rows()[j / 4] >= retain.size();
                    assertThat(advice[j]).isEqualTo(forgotten ? fresh[j] : known[j], within(1e-4f));
                }
            }
        }
    }

    @Test
    void aStudentOfItselfLearnsNothing() {
        Toy toy = Toy.residual();
        Dataset forget = toy.split.forget();
        try (Scope scope = Scope.open();
                Teacher itself = Teacher.of(toy.original, forget, new NoAugmentation())) {
            Weights weights = toy.original.weights();
            Batch batch = Toy.everything(toy.split).batch(0);
            weights.clearGradient();
            toy.original.logits(batch.inputs()).crossEntropy(batch.labels()).backward();
            double usual = weights.gradient().abs().sum().item();

            weights.clearGradient();
            method(1, 1)
                    .loss(itself.logits(batch), toy.original.logits(batch.inputs()))
                    .backward();

            assertThat(weights.gradient().abs().sum().item()).isLessThan(1e-4 * usual);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.3, 24", "1, 80", "0.001, 1"})
    void aShareOfTheRetainSetTakesPart(double fraction, int expected) {
        Toy toy = Toy.perceptron();

        Dataset part = method(fraction, 1).part(toy.split.retain(), Seed.of(1));

        assertThat(part.size()).isEqualTo(expected);
        assertThat(Arrays.stream(new int[] {0, part.size() - 1}).mapToObj(part::id))
                .doesNotContain(toy.split.forget().id(0));
    }

    @Test
    void theForgetSetBecomesUncertain() {
        Toy toy = Toy.perceptron();
        try (Scope scope = Scope.open();
                Model unlearned = method(0.3, 1).unlearn(toy.original, toy.split, toy.trial(1))) {
            Batch batch = Toy.everything(toy.split).batch(0);
            double before = toy.original
                    .logits(batch.inputs())
                    .crossEntropy(batch.labels())
                    .item();
            double after = unlearned
                    .logits(batch.inputs())
                    .crossEntropy(batch.labels())
                    .item();
            assertThat(after).isGreaterThan(2 * before);
        }
    }
}
