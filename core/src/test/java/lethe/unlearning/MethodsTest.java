package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Model;
import lethe.training.Batches;
import lethe.training.Checkpoints;
import lethe.training.DivergedException;
import lethe.training.Evaluation;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.StepDecay;
import lethe.training.StoppedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method does, beyond the contract of all. */
@SuppressWarnings("NullAway.Init")
class MethodsTest {
    private static final Schedule CONSTANT = Schedule.constant();

    private static Toy toy;
    private static Toy plain;
    private Scope scope;

    @BeforeAll
    static void train() {
        toy = Toy.residual();
        plain = Toy.perceptron();
    }

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    // ---------------------------------------------------------------- untrained

    @Test
    void anUntrainedModelIsNeitherTheOriginalNorWhatRetrainingStartsFrom() {
        try (Model untrained = new Untrained().unlearn(plain.original, plain.split, plain.trial(1));
                Model start = plain.original.fresh(plain.trial(1).random("weights"))) {
            assertThat(Toy.weights(untrained))
                    .isNotEqualTo(Toy.weights(plain.original))
                    .isNotEqualTo(Toy.weights(start));
            assertThat(Evaluation.accuracy(untrained, plain.split.retain()))
                    .isLessThan(Evaluation.accuracy(plain.original, plain.split.retain()) - 0.2);
        }
    }

    // ---------------------------------------------------------------- gradient ascent

    @Test
    void ascentNegatesTheCrossEntropy() {
        // log(e⁰ + e⁰) = log 2; log(1 + e) − 1 = 0.3133.
        Tensor logits = Tensor.of(0f, 0f, 1f, 0f).reshape(2, 2);

        double loss = GradientAscent.loss(logits, Tensor.of(1L, 0L)).item();

        assertThat(loss).isEqualTo(-(0.693147 + 0.313262) / 2, within(1e-5));
    }

    @Test
    void oneStepOfAscentRaisesTheForgetLossByTheRateTimesTheSquaredGradient() {
        double rate = 1e-3;
        Dataset forget = plain.split.forget();
        var ascent = new GradientAscent(false, 1, rate, forget.size(), 0, 0, 0, CONSTANT);
        Weights weights = plain.original.weights();
        weights.clearGradient();
        Tensor before = loss(plain.original, forget);
        before.backward();
        double squared = weights.gradient().square().sum().item();

        try (Model unlearned = ascent.unlearn(plain.original, plain.split, plain.trial(1))) {
            double rise = loss(unlearned, forget).item() - before.item();

            assertThat(rise).isEqualTo(rate * squared, within(0.05 * rate * squared + 1e-6));
        }
    }

    @Test
    void ascentStopsOnceTheForgetSetIsClassifiedBadlyEnough() {
        var strong = new GradientAscent(false, 200, 0.02, 16, 0.9, 0, 0.3, CONSTANT);
        var unstopped = new GradientAscent(false, 200, 0.02, 16, 0.9, 0, 0, CONSTANT);

        try (Model stopped = strong.unlearn(plain.original, plain.split, plain.trial(1));
                Model ruined = unstopped.unlearn(plain.original, plain.split, plain.trial(1))) {
            assertThat(Evaluation.accuracy(stopped, plain.split.forget())).isLessThanOrEqualTo(0.3);
            assertThat(loss(stopped, plain.split.forget()).item())
                    .isLessThan(loss(ruined, plain.split.forget()).item() / 2);
        }
    }

    @Test
    void anAscentThatRunsAwayFailsByName() {
        var runaway = new GradientAscent(false, 500, 1e4, 16, 0.9, 0, 0, CONSTANT);

        assertThatThrownBy(() -> runaway.unlearn(plain.original, plain.split, plain.trial(1)))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("lower the learning rate");
    }

    @Test
    void ascentMayFirstDescendOnTheRetainSet() {
        var repaired = new GradientAscent(true, 10, 0.005, 16, 0.9, 0, 0, CONSTANT);
        var alone = new GradientAscent(false, 10, 0.005, 16, 0.9, 0, 0, CONSTANT);

        assertThat(repaired.traits().readsRetain()).isTrue();
        assertThat(repaired.cost(0.1, 100)).isEqualTo(10);
        try (Model first = repaired.unlearn(plain.original, plain.split, plain.trial(1));
                Model second = alone.unlearn(plain.original, plain.split, plain.trial(1))) {
            assertThat(loss(first, plain.split.retain()).item())
                    .isLessThan(loss(second, plain.split.retain()).item());
            assertThat(loss(first, plain.split.forget()).item())
                    .isGreaterThan(loss(plain.original, plain.split.forget()).item());
        }
    }

    // ---------------------------------------------------------------- NegGrad+

    @Test
    void negGradPlusWithoutForgettingIsFineTuning() {
        var negGrad = new NegGradPlus(1, 2, 0.01, 16, 0.9, 5e-4, CONSTANT);
        var fineTune = new FineTune(2, 0.01, 16, 0.9, 5e-4, CONSTANT);

        assertSameBits(negGrad, fineTune);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.95, 1})
    void negGradPlusWeighsTheTwoLosses(double alpha) {
        var negGrad = new NegGradPlus(alpha, 1, 0.01, 16, 0.9, 5e-4, CONSTANT);
        Dataset retain = plain.split.retain();
        Batch batch = Batches.paired(
                        16, plain.trial(1).seed(), Source.plain(retain), Source.plain(plain.split.forget()))
                .batch(0);
        double onRetain = crossEntropy(plain.original, batch.part(0, 16));
        double onForget = crossEntropy(plain.original, batch.part(16, 16));

        double loss = negGrad.loss(plain.original, batch, retain.size()).item();

        assertThat(batch.size()).isEqualTo(32);
        assertThat(loss).isEqualTo(alpha * onRetain - (1 - alpha) * onForget, within(1e-5));
    }

    @Test
    void pairedBatchesVisitTheFirstSourceOnceAndTheSecondEvenly() {
        Batches batches = Batches.paired(
                6, plain.trial(1).seed(), Source.plain(plain.split.retain()), Source.plain(plain.split.forget()));
        int retained = plain.split.retain().size();
        int[] visits = new int[plain.train.size()];
        for (int i = 0; i < batches.count(); i++) {
            int[] rows = batches.batch(i).rows();
            Arrays.stream(rows).forEach(row -> visits[row]++);
            assertThat(rows).hasSize(batches.size(i));
            assertThat(Arrays.stream(rows).filter(row -> row >= retained).count())
                    .isEqualTo(6);
        }

        // 80 of one, 16 of the other: 14 batches hold 84 visits, 5 or 6 each.
        assertThat(Arrays.copyOf(visits, retained)).containsOnly(1);
        assertThat(Arrays.copyOfRange(visits, retained, visits.length)).containsOnly(5, 6);
    }

    // ---------------------------------------------------------------- random labels and SalUn

    @ParameterizedTest
    @EnumSource(RandomLabel.Redraw.class)
    void labelsAreDrawnBySeedEpochAndExample(RandomLabel.Redraw redraw) {
        var method = new RandomLabel(true, true, redraw, RandomLabel.Order.MIXED, 1, 0.01, 16, 0.9, 0, CONSTANT);
        Dataset forget = plain.split.forget();

        int[] labels = method.labels(forget, plain.trial(1), 0);

        assertThat(method.labels(forget, plain.trial(1), 0)).containsExactly(labels);
        assertThat(method.labels(forget, plain.trial(2), 0)).isNotEqualTo(labels);
        assertThat(Arrays.equals(method.labels(forget, plain.trial(1), 1), labels))
                .isEqualTo(redraw == RandomLabel.Redraw.ONCE);
    }

    @Test
    void theTrueLabelIsDrawnOnlyWhereItMay() {
        Blobs many = Blobs.of(3000, lethe.engine.Seed.of(4), 1, 1, 1);
        int[] excluding = withTrueLabels(false).labels(many, plain.trial(1), 0);
        int[] including = withTrueLabels(true).labels(many, plain.trial(1), 0);

        assertThat(IntStream.range(0, 3000).filter(row -> excluding[row] == many.label(row)))
                .isEmpty();
        // A quarter of 3000, standard deviation 24; six of them.
        assertThat(IntStream.range(0, 3000).filter(row -> including[row] == many.label(row)))
                .hasSizeBetween(750 - 142, 750 + 142);
        for (int k = 0; k < 4; k++) {
            int label = k;
            assertThat(Arrays.stream(excluding).filter(drawn -> drawn == label).count())
                    .isBetween(750L - 142, 750L + 142);
        }
    }

    private static RandomLabel withTrueLabels(boolean include) {
        return new RandomLabel(
                true, !include, RandomLabel.Redraw.ONCE, RandomLabel.Order.MIXED, 1, 0.01, 16, 0.9, 0, CONSTANT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1})
    void theMaskKeepsTheShareAsked(double ratio) {
        float[] mask = salun(ratio, 1).mask(toy.original, toy.split.forget()).toFloats();

        double ones = IntStream.range(0, mask.length).mapToDouble(i -> mask[i]).sum();

        assertThat(ones).isEqualTo(Math.floor(ratio * mask.length));
        for (float entry : mask) {
            assertThat(entry == 0 || entry == 1).isTrue();
        }
    }

    @Test
    void theMaskKeepsTheLargestGradientsOfEvaluationMode() {
        Model model = toy.original;
        model.weights().clearGradient();
        loss(model, toy.split.forget()).backward();
        float[] gradient = model.weights().gradient().abs().toFloats();
        float[] mask = salun(0.3, 1).mask(model, toy.split.forget()).toFloats();

        double smallestKept = IntStream.range(0, mask.length)
                .filter(i -> mask[i] == 1)
                .mapToDouble(i -> gradient[i])
                .min()
                .orElseThrow();
        double largestLeft = IntStream.range(0, mask.length)
                .filter(i -> mask[i] == 0)
                .mapToDouble(i -> gradient[i])
                .max()
                .orElseThrow();

        assertThat(smallestKept).isGreaterThanOrEqualTo(largestLeft * (1 - 1e-4));
    }

    @Test
    void weightsOutsideTheMaskKeepTheirBitsInSpiteOfDecayAndMomentum() {
        SalUn method = salun(0.4, 5);
        float[] mask = method.mask(toy.original, toy.split.forget()).toFloats();
        float[] before = Toy.weights(toy.original);

        try (Model unlearned = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            float[] after = Toy.weights(unlearned);
            int moved = 0;
            for (int i = 0; i < mask.length; i++) {
                if (mask[i] == 0) {
                    assertThat(after[i]).isEqualTo(before[i]);
                } else if (after[i] != before[i]) {
                    moved++;
                }
            }
            assertThat(moved).isGreaterThan(mask.length / 4);
        }
    }

    @Test
    void salUnWithEveryWeightIsRandomLabels() {
        var labels = new RandomLabel(
                true, true, RandomLabel.Redraw.EPOCH, RandomLabel.Order.MIXED, 3, 0.013, 16, 0.9, 0.05, CONSTANT);

        assertSameBits(salun(1, 3), labels);
    }

    @Test
    void salUnWithoutWeightsMovesOnlyStatistics() {
        try (Model unlearned = salun(0, 1).unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(unlearned)).containsExactly(Toy.weights(toy.original));
            assertThat(Toy.statistics(unlearned)).isNotEqualTo(Toy.statistics(toy.original));
        }
    }

    private static SalUn salun(double ratio, int epochs) {
        return new SalUn(
                ratio,
                true,
                true,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.MIXED,
                epochs,
                0.013,
                16,
                0.9,
                0.05,
                CONSTANT);
    }

    @Test
    void randomLabelsWithoutTheRetainSetDoNotReadIt() {
        var alone = new RandomLabel(
                false,
                true,
                RandomLabel.Redraw.EPOCH,
                RandomLabel.Order.FORGET_THEN_RETAIN,
                2,
                0.01,
                16,
                0.9,
                0,
                CONSTANT);

        assertThat(alone.traits().readsRetain()).isFalse();
        assertReadsOnlyTheForgetSet(alone);
    }

    // ---------------------------------------------------------------- l1-sparse

    @Test
    void thePenaltyDecaysLinearlyAndEndsBeforeTheFreeEpochs() {
        var sparse = new L1Sparse(0.5, 0, 10, 0.01, 16, 0.9, 0, CONSTANT);
        var free = new L1Sparse(0.5, 2, 10, 0.01, 16, 0.9, 0, CONSTANT);

        for (int e = 0; e < 10; e++) {
            assertThat(sparse.strength(e)).isEqualTo(0.5 * (1 - e / 10.0), within(1e-12));
            assertThat(free.strength(e)).isEqualTo(e < 8 ? 0.5 * (1 - e / 8.0) : 0, within(1e-12));
        }
    }

    @Test
    void theSignIsTheGradientOfTheNorm() {
        Weights weights = plain.original.weights();
        Tensor variable = weights.values().asVariable();
        float[] expected = variable.abs().sum().mul(0.3).gradientOf(variable).toFloats();
        weights.clearGradient();

        L1Sparse.addGradient(weights, 0.3);

        assertThat(weights.gradient().toFloats()).containsExactly(expected);
    }

    @Test
    void thePenaltyShrinksWeights() {
        var none = new L1Sparse(0, 0, 3, 0.01, 16, 0.9, 0, CONSTANT);
        var strong = new L1Sparse(0.05, 0, 3, 0.01, 16, 0.9, 0, CONSTANT);

        try (Model loose = none.unlearn(toy.original, toy.split, toy.trial(1));
                Model tight = strong.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(norm(tight)).isLessThan(0.9 * norm(loose));
        }
        assertSameBits(none, new FineTune(3, 0.01, 16, 0.9, 0, CONSTANT));
    }

    // ---------------------------------------------------------------- SCRUB

    @Test
    void theDivergenceIsThatOfTheDefinition() {
        // τ = 2: T = softmax(0, ln 9 / 2) = (¼, ¾), S = (½, ½); KL = ¼ log ½ + ¾ log 3/2 = 0.130812; times τ² = 4.
        Tensor teacher = Tensor.of(0, (float) (2 * Math.log(3))).reshape(1, 2);
        Tensor student = Tensor.of(7f, 7f).reshape(1, 2);

        assertThat(Scrub.divergence(teacher, student, 2).item()).isEqualTo(4 * 0.130812, within(1e-5));
        assertThat(Scrub.divergence(teacher, teacher, 2).item()).isZero();
    }

    @Test
    void theDivergenceIsAMeanOverTheBatch() {
        Tensor teacher = Tensor.of(0f, 1f, 2f, 0f).reshape(2, 2);
        Tensor student = Tensor.of(1f, 1f, 0f, 1f).reshape(2, 2);

        double both = Scrub.divergence(teacher, student, 4).item();
        double first = Scrub.divergence(teacher.narrow(0, 0, 1), student.narrow(0, 0, 1), 4)
                .item();
        double second = Scrub.divergence(teacher.narrow(0, 1, 1), student.narrow(0, 1, 1), 4)
                .item();

        assertThat(both).isEqualTo((first + second) / 2, within(1e-6));
    }

    @Test
    void aStudentInEvaluationModeHasNoGradientAtTheTeacher() {
        Dataset forget = toy.split.forget();
        Batch batch = forget.batch(IntStream.range(0, forget.size()).toArray());
        Weights weights = toy.original.weights();
        weights.clearGradient();

        Tensor teacher = toy.original.logits(batch.inputs()).detach();
        Scrub.divergence(teacher, toy.original.logits(batch.inputs()), 4).backward();

        double atTeacher = weights.gradient().abs().sum().item();
        weights.clearGradient();
        loss(toy.original, forget).backward();
        assertThat(atTeacher).isLessThan(1e-4 * weights.gradient().abs().sum().item());
    }

    @Test
    void scrubWithoutForgettingAndTeacherIsFineTuning() {
        var scrub = new Scrub(0, 1, 4, 0, 2, 0.01, 16, 8, 0.9, 5e-4, CONSTANT);

        assertSameBits(scrub, new FineTune(2, 0.01, 16, 0.9, 5e-4, CONSTANT));
    }

    @Test
    void aNetworkWithoutStatisticsLeavesItsTeacherToo() {
        var scrub = new Scrub(0.001, 0.99, 4, 2, 2, 0.005, 16, 8, 0.9, 0, CONSTANT);
        var without = new Scrub(0.001, 0.99, 4, 0, 2, 0.005, 16, 8, 0.9, 0, CONSTANT);

        try (Model left = scrub.unlearn(plain.original, plain.split, plain.trial(1));
                Model stayed = without.unlearn(plain.original, plain.split, plain.trial(1))) {
            assertThat(fromOriginal(left, plain)).isGreaterThan(fromOriginal(stayed, plain));
        }
    }

    private static double fromOriginal(Model model, Toy toy) {
        Dataset forget = toy.split.forget();
        Tensor inputs = forget.inputs(IntStream.range(0, forget.size()).toArray());
        return Scrub.divergence(toy.original.logits(inputs), model.logits(inputs), 1)
                .item();
    }

    // ---------------------------------------------------------------- AMUN

    @Test
    void amunLearnsTheSetsOfThePaper() {
        try (AdversarialSet adversaries = new NearestAdversaries().search(toy.original, toy.split.forget())) {
            int n = toy.train.size();
            int forgotten = toy.split.forget().size();

            assertThat(sizes(amun(true, true), adversaries)).containsExactly(n - forgotten, forgotten, forgotten);
            assertThat(sizes(amun(true, false), adversaries)).containsExactly(n - forgotten, forgotten);
            assertThat(sizes(amun(false, true), adversaries)).containsExactly(forgotten, forgotten);
            assertThat(sizes(amun(false, false), adversaries)).containsExactly(forgotten);
        }
    }

    private static List<Integer> sizes(Amun amun, AdversarialSet adversaries) {
        return amun.sources(toy.split, adversaries, toy.trial(1), 0).stream()
                .map(source -> source.data().size())
                .toList();
    }

    @Test
    void amunWithoutTheRetainSetDoesNotReadIt() {
        assertThat(amun(false, true).traits().readsRetain()).isFalse();
        assertReadsOnlyTheForgetSet(amun(false, true));
    }

    @Test
    void amunLowersTheConfidenceInForgetExamples() {
        try (Model unlearned = amun(false, true, 10, CONSTANT).unlearn(plain.original, plain.split, plain.trial(1))) {
            assertThat(loss(unlearned, plain.split.forget()).item())
                    .isGreaterThan(loss(plain.original, plain.split.forget()).item());
        }
    }

    @Test
    void amunWithASetFoundBeforeIsAmun() {
        try (AdversarialSet adversaries = new NearestAdversaries().search(toy.original, toy.split.forget());
                Model given = amun(true, true).unlearn(toy.original, toy.split, adversaries, toy.trial(1));
                Model searched = amun(true, true).unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(given)).containsExactly(Toy.weights(searched));
        }
    }

    @Test
    void amunThatIsStoppedGoesOnToTheSameBits(@TempDir Path folder) {
        Path place = folder.resolve("checkpoints");
        float[] expected;
        try (Model undisturbed = amun(true, true).unlearn(toy.original, toy.split, toy.trial(1))) {
            expected = Toy.weights(undisturbed);
        }
        AtomicInteger questions = new AtomicInteger();
        boolean searched = false;
        for (int stopAt = 40; ; stopAt += 40) {
            questions.set(0);
            int last = stopAt;
            try (Model resumed = amun(true, true)
                    .unlearn(
                            toy.original,
                            toy.split,
                            toy.trial(1)
                                    .resumable(new Checkpoints(place, Duration.ofHours(1)))
                                    .stoppable(() -> questions.incrementAndGet() == last))) {
                assertThat(Toy.weights(resumed)).containsExactly(expected);
                break;
            } catch (StoppedException e) {
                searched |= Files.exists(place.resolve("adversaries.safetensors"));
            }
        }
        assertThat(stopsHappened(questions)).isTrue();
        assertThat(searched || Files.exists(place.resolve("adversaries.safetensors")))
                .isTrue();
    }

    private static boolean stopsHappened(AtomicInteger questions) {
        return questions.get() > 0;
    }

    private static Amun amun(boolean useRetain, boolean includeForget) {
        return amun(useRetain, includeForget, 3, new StepDecay(1, 0.1));
    }

    private static Amun amun(boolean useRetain, boolean includeForget, int epochs, Schedule schedule) {
        return new Amun(
                useRetain,
                includeForget,
                epochs,
                0.01,
                16,
                0.9,
                5e-4,
                schedule,
                new NearestAdversaries(),
                false,
                1,
                new Ablation());
    }

    // ---------------------------------------------------------------- retrain

    @Test
    void retrainingReadsEveryRetainExampleAndNoForgetExample() {
        toy.train.rowsRead().clear();

        new Retrain().unlearn(toy.original, toy.split, toy.trial(1)).close();

        assertThat(toy.train.rowsRead())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.of(toy.split.retainRows()).boxed().toList());
    }

    // ---------------------------------------------------------------- measuring

    private static void assertSameBits(UnlearningMethod one, UnlearningMethod other) {
        try (Model first = one.unlearn(toy.original, toy.split, toy.trial(1));
                Model second = other.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(first)).containsExactly(Toy.weights(second));
            assertThat(Toy.statistics(first)).containsExactly(Toy.statistics(second));
            assertThat(Toy.weights(first)).isNotEqualTo(Toy.weights(toy.original));
        }
    }

    private static void assertReadsOnlyTheForgetSet(UnlearningMethod method) {
        toy.train.rowsRead().clear();
        method.unlearn(toy.original, toy.split.withoutRetain(), toy.trial(1)).close();
        assertThat(toy.train.rowsRead())
                .isSubsetOf(IntStream.of(toy.split.forgetRows()).boxed().toList());
    }

    private static Tensor loss(Model model, Dataset data) {
        Batch batch = data.batch(IntStream.range(0, data.size()).toArray());
        return model.logits(batch.inputs()).crossEntropy(batch.labels());
    }

    private static double crossEntropy(Model model, Batch batch) {
        try (NoGrad guard = NoGrad.enter()) {
            return model.logits(batch.inputs()).crossEntropy(batch.labels()).item();
        }
    }

    private static double norm(Model model) {
        float[] weights = Toy.weights(model);
        return DoubleStream.iterate(0, i -> i < weights.length, i -> i + 1)
                .map(i -> Math.abs(weights[(int) i]))
                .sum();
    }
}
