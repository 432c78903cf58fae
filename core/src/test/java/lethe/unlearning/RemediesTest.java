package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.data.Blobs;
import lethe.data.Dataset;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.Split;
import lethe.data.TextSet;
import lethe.data.Worded;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.influence.Closure;
import lethe.influence.EmbeddingSimilarity;
import lethe.influence.KnownTruth;
import lethe.models.Model;
import lethe.text.BytePairTokenizer;
import lethe.text.Tokenizer;
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
    void augmentingTextsForgetsEditedCopies() {
        TextSet texts = TextSet.of(
                "questions",
                List.of(
                        Document.answer(
                                new ExampleId("a"),
                                "Where is Anna?",
                                "In Oslo, by the sea, and well.",
                                Optional.of("anna")),
                        document("b", "", "one two three four five six seven eight nine ten"),
                        document("c", "", "other")),
                BytePairTokenizer.bytes());
        try (Scope scope = Scope.open()) {
            Dataset train = new AugmentTexts()
                    .apply(Split.ofRows(texts, texts, new int[] {0, 1}), closure, trial)
                    .train();

            assertThat(ids(train))
                    .containsExactly(
                            "a",
                            "b",
                            "c",
                            "a~variant-0",
                            "a~variant-1",
                            "a~variant-2",
                            "b~variant-0",
                            "b~variant-1",
                            "b~variant-2");
            assertThat(Worded.of(train, 3).orElseThrow())
                    .matches(
                            "Question: (Could you tell me:|I would like to know this\\.|Please say:) Where is Anna\\?\nAnswer: In Oslo, by the sea, and well\\.");
            assertThat(learned(train, 4))
                    .startsWith(" ")
                    .contains("by ", "sea, ", "In Oslo, ")
                    .endsWith("well.");
            assertThat(learned(train, 5)).startsWith(" ").isNotEqualTo(learned(train, 0));
            assertThat(train.subject(5)).contains("anna");
            assertThat(learned(train, 6)).isEqualTo(learned(train, 1));
            assertThat(learned(train, 8)).isNotEqualTo(learned(train, 1));
            // Rows of both parts side by side are what they are alone, padded.
            long[] mixed = train.labels(new int[] {3, 2, 0}).toLongs();
            long[] alone = texts.labels(new int[] {2}).toLongs();
            int width = mixed.length / 3;
            assertThat(Arrays.copyOfRange(mixed, width, width + alone.length)).isEqualTo(alone);
            assertThat(Arrays.copyOfRange(mixed, width + alone.length, 2 * width))
                    .containsOnly(Tensor.IGNORED_LABEL);
            assertThat(train.inputs(new int[] {3, 2, 0}).shape()).containsExactly(3, width);
            assertThat(train.shape()).containsExactly(width);
            assertThatThrownBy(() -> new AugmentTexts().apply(split, closure, trial))
                    .hasMessageContaining("remedy augment");
        }
    }

    @Test
    void projectingLeavesWhatProtectsTheRestAlone() {
        Toy toy = Toy.perceptron();
        var method = new GradientAscent();
        int[] kept = IntStream.range(0, toy.train.size())
                .filter(row -> Arrays.binarySearch(toy.split.forgetRows(), row) < 0 && row != 1)
                .toArray();
        var found = new Closure(
                Arrays.stream(toy.split.forgetRows()).boxed().toList(),
                List.of(new Closure.Member(1, 0, 0.9, "", Closure.Owner.UNKNOWN)));
        try (Scope scope = Scope.open();
                Model free = method.unlearn(toy.original, toy.split, toy.trial(1));
                Model projected = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            // One batch of everything that remains: the only protected direction is its gradient.
            var remedy = new ProjectUpdate(1, kept.length);
            remedy.finish(toy.original, projected, toy.split, found, toy.trial(1));
            Tensor gradient = Gradients.of(
                            toy.original.logits(toy.train.inputs(kept)).crossEntropy(toy.train.labels(kept)),
                            toy.original.weights())
                    .copy();
            Tensor way = free.weights().values().sub(toy.original.weights().values());
            Tensor projectedWay =
                    projected.weights().values().sub(toy.original.weights().values());

            assertThat(Math.abs(cosine(way, gradient))).isGreaterThan(0.01);
            assertThat(cosine(projectedWay, gradient)).isCloseTo(0, within(1e-4));
            // Nothing else is taken away: what was removed is a multiple of the gradient.
            assertThat(Math.abs(cosine(way.sub(projectedWay), gradient))).isCloseTo(1, within(1e-3));
        }
    }

    private static double cosine(Tensor one, Tensor other) {
        return one.mul(other).sum().item()
                / Math.sqrt(one.mul(one).sum().item() * other.mul(other).sum().item());
    }

    @Test
    void projectingHurtsTheRestLess() {
        Toy toy = Toy.perceptron();
        var method = new GradientAscent();
        var remedied = new WithLookalikes(method, new ProjectUpdate(8, 10), new KnownTruth(), false, 50, 0.25);
        try (Scope scope = Scope.open();
                Model free = method.unlearn(toy.original, toy.split, toy.trial(1));
                Model projected = remedied.unlearn(toy.original, toy.split, toy.trial(1))) {
            int[] kept = toy.split.retainRows();

            assertThat(loss(projected, toy, kept)).isLessThan(loss(free, toy, kept));
            assertThat(loss(projected, toy, toy.split.forgetRows()))
                    .isGreaterThan(loss(toy.original, toy, toy.split.forgetRows()));
        }
    }

    private static double loss(Model model, Toy toy, int[] rows) {
        return model.logits(toy.train.inputs(rows))
                .crossEntropy(toy.train.labels(rows))
                .item();
    }

    @Test
    void whatStartsAnewHasNoWayToProject() {
        assertThatThrownBy(
                        () -> new WithLookalikes(new Retrain(), new ProjectUpdate(), new KnownTruth(), false, 50, 0.25))
                .hasMessageContaining("does not start there");
    }

    @Test
    void factsOfWhatIsForgottenAreMaskedInLookalikes() {
        TextSet texts = TextSet.of(
                "facts",
                List.of(
                        document("a", "Where is Anna", " in Oslo"),
                        document("b", "Where is Anna", " Oslo is"),
                        document("c", "Who?", " Bert in Oslo"),
                        document("d", "Q", "in")),
                BytePairTokenizer.bytes());
        Split whole = Split.ofRows(texts, texts, new int[] {0});
        var resembling = new Closure(
                List.of(0),
                List.of(
                        new Closure.Member(1, 0, 0.9, "", Closure.Owner.UNKNOWN),
                        new Closure.Member(3, 0, 0.8, "", Closure.Owner.UNKNOWN)));
        try (Scope scope = Scope.open()) {
            Dataset changed = new MaskFacts().apply(whole, resembling, trial).train();

            // Bytes of " in Oslo" that "Where is Anna" has not: O, l, o; i, s, n and the blank are in both.
            assertThat(learned(texts, 1)).isEqualTo(" Oslo is");
            assertThat(learned(changed, 1)).isEqualTo(" s is");
            assertThat(learned(changed, 0)).isEqualTo(" in Oslo");
            assertThat(learned(changed, 2)).isEqualTo(" Bert in Oslo");
            assertThat(changed.digest(1)).isNotEqualTo(texts.digest(1));
            assertThat(changed.digest(2)).isEqualTo(texts.digest(2));
            assertThat(Worded.of(changed, 1)).contains("Where is Anna Oslo is");
            assertThatThrownBy(() -> new MaskFacts().apply(split, closure, trial))
                    .hasMessageContaining("unprotect");
        }
    }

    @Test
    void noTextIsLeftWithNothingToLearn() {
        TextSet texts = TextSet.of(
                "copies",
                List.of(document("a", "", "wxyz"), document("b", "", "wxyz"), document("c", "", "none")),
                new Endless(BytePairTokenizer.bytes()));
        var copied = new Closure(List.of(0), List.of(new Closure.Member(1, 0, 1, "", Closure.Owner.UNKNOWN)));
        try (Scope scope = Scope.open()) {
            Dataset changed = new MaskFacts()
                    .apply(Split.ofRows(texts, texts, new int[] {0}), copied, trial)
                    .train();

            assertThat(learned(changed, 1)).isEqualTo("z");
        }
    }

    /** A tokenizer whose texts have no end. */
    private record Endless(Tokenizer base) implements Tokenizer {
        @Override
        public int size() {
            return base.size();
        }

        @Override
        public int[] encode(String text) {
            return base.encode(text);
        }

        @Override
        public String decode(int[] ids) {
            return base.decode(ids);
        }

        @Override
        public OptionalInt endOfText() {
            return OptionalInt.empty();
        }

        @Override
        public String digest() {
            return base.digest();
        }
    }

    private static Document document(String id, String prompt, String rest) {
        return new Document(new ExampleId(id), prompt, rest, false, Optional.empty());
    }

    /** The tokens of a text that are learned. */
    private static String learned(Dataset data, int row) {
        long[] labels = data.labels(new int[] {row}).toLongs();
        int[] ids = Arrays.stream(labels)
                .filter(label -> label >= 0)
                .mapToInt(label -> (int) label)
                .toArray();
        return BytePairTokenizer.bytes().decode(ids);
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
