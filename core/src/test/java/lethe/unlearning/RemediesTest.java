package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.data.Blobs;
import lethe.data.Split;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.influence.Closure;
import lethe.influence.EmbeddingSimilarity;
import lethe.influence.KnownTruth;
import lethe.models.Model;
import lethe.training.Schedule;
import lethe.training.Trial;
import org.junit.jupiter.api.Test;

class RemediesTest {
    private static final int N = 40;

    private final Blobs train = new Blobs(N, 4, 1, 8, 1);
    private final Split split =
            Split.ofRows(train, new Blobs(8, 4, 1, 8, 2), new int[] {2, 5}).withValidation(new Blobs(4, 4, 1, 8, 3));
    private final Closure closure = new Closure(
            List.of(2, 5),
            List.of(
                    new Closure.Member(7, 2, 0.9, "", Closure.Owner.UNKNOWN),
                    new Closure.Member(30, 5, 0.5, "", Closure.Owner.UNKNOWN),
                    new Closure.Member(1, 5, 0.1, "", Closure.Owner.UNKNOWN)));
    private final Trial trial = Trial.of(Seed.of(1));

    @Test
    void expandingForgetsLookalikesToo() {
        Split changed = new Expand().apply(split, closure, trial);

        assertThat(changed.forgetRows()).containsExactly(1, 2, 5, 7, 30);
        assertThat(changed.train()).isSameAs(train);
        assertThat(changed.hasValidation()).isTrue();
    }

    @Test
    void unprotectingLeavesLookalikesOut() {
        Split changed = new Unprotect().apply(split, closure, trial);

        assertThat(changed.train().size()).isEqualTo(N - 3);
        assertThat(ids(changed.forget())).containsExactly("blob/2", "blob/5");
        assertThat(ids(changed.retain())).hasSize(N - 5).doesNotContain("blob/1", "blob/7", "blob/30");
    }

    private static List<String> ids(lethe.data.Dataset data) {
        return IntStream.range(0, data.size())
                .mapToObj(row -> data.id(row).value())
                .toList();
    }

    @Test
    void theControlForgetsAsManyOthers() {
        Split changed = new RandomExtra().apply(split, closure, trial);

        assertThat(changed.forgetRows()).hasSize(5).contains(2, 5);
        assertThat(new RandomExtra().apply(split, closure, trial).forgetRows()).containsExactly(changed.forgetRows());
    }

    @Test
    void weightsAreChances() {
        int draws = 2000;
        int[] times = new int[N];
        for (int draw = 0; draw < draws; draw++) {
            Split changed = new SoftClosure(1).apply(split, closure, Trial.of(Seed.of(draw)));
            Arrays.stream(changed.forgetRows()).forEach(row -> times[row]++);
        }

        // Three binomial standard deviations of 2,000 draws: 0.034 at one half.
        assertThat(times[2]).isEqualTo(draws);
        assertThat(times[7] / (double) draws).isBetween(0.88, 0.92);
        assertThat(times[30] / (double) draws).isBetween(0.466, 0.534);
        assertThat(times[1] / (double) draws).isBetween(0.08, 0.12);
        assertThat(Arrays.stream(times).sum() - times[1] - times[2] - times[5] - times[7] - times[30])
                .isZero();
    }

    @Test
    void augmentingForgetsEditedCopiesAndLeavesTheOthers() {
        Split changed = new AugmentForget().apply(split, closure, trial);

        assertThat(changed.train().size()).isEqualTo(N + 8);
        assertThat(changed.forgetRows()).hasSize(10);
        assertThat(ids(changed.retain())).hasSize(N - 2).contains("blob/1", "blob/7", "blob/30");
        assertThat(changed.train().label(N)).isEqualTo(train.label(2));
        try (Scope scope = Scope.open()) {
            // Rows of both parts in any order keep their places.
            float[] mixed =
                    changed.train().inputs(new int[] {N, 3, N + 1}).contiguous().toFloats();
            float[] alone = train.inputs(new int[] {3}).contiguous().toFloats();
            assertThat(Arrays.copyOfRange(mixed, 64, 128)).containsExactly(alone);
        }
    }

    @Test
    void withoutLookalikesTheMethodIsWhatItWas() {
        Toy toy = Toy.perceptron();
        var method = new FineTune(1, 0.01, 16, 0.9, 0, Schedule.constant());

        toy.assertSameBits(method, new WithLookalikes(method, new Expand(), new KnownTruth(), false, 50, 0.25));
    }

    @Test
    void noMoreThanAShareOfTheRestIsALookalike() {
        Toy toy = Toy.perceptron();
        var greedy =
                new WithLookalikes(new GradientAscent(), new Expand(), new EmbeddingSimilarity(0.01), false, 50, 0.1);

        Closure found = greedy.closure(toy.original, toy.split);

        assertThat(found.members()).hasSize((int) (0.1 * (96 - 16)));
        try (Model unlearned = greedy.unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(unlearned)).isNotEqualTo(Toy.weights(toy.original));
        }
    }

    @Test
    void plansNameRemediesAndDetectors() {
        UnlearningMethod built = Catalog.of(UnlearningMethod.class)
                .build(
                        "closure",
                        Map.of(
                                "method", "finetune",
                                "remedy", Map.of("name", "soft", "q", 4),
                                "detector", Map.of("name", "embedding", "threshold", 0.8)));

        assertThat(built)
                .isEqualTo(new WithLookalikes(
                        new FineTune(), new SoftClosure(4), new EmbeddingSimilarity(0.8), false, 50, 0.25));
        assertThat(Settings.toTree(built)).containsEntry("name", "closure");
    }
}
