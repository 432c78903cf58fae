package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.Evaluation;
import lethe.training.Schedule;
import lethe.training.Trial;
import lethe.unlearning.Stopping.Rule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init")
class StoppingTest {
    private static final UnlearningMethod ASCENT =
            new GradientAscent(false, 1, 0.05, 16, 0.9, 0, 0, Schedule.constant());

    private static Toy toy; // 96 examples, 16 of them to be forgotten

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        toy = Toy.perceptron();
    }

    @Test
    void fixedRoundsAreTheMethodAgainAndAgain() {
        try (Model first = ASCENT.unlearn(toy.original, toy.split, toy.trial(1).part("round", 0));
                Model second = ASCENT.unlearn(first, toy.split, toy.trial(1).part("round", 1));
                Model rounds = new Stopping(ASCENT, Rule.FIXED, 2, 1).unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(rounds)).containsExactly(Toy.weights(second));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Rule.class,
            names = {"MEDIAN", "MISCLASSIFIED"})
    void anExampleLeavesForGoodOnceItsRuleSaysSo(Rule rule) {
        var spy = new Spy();
        List<boolean[]> stays = new ArrayList<>(); // after each round, what the rule says of each example
        Trial watched = toy.trial(1).watchedBy((stage, round, model) -> stays.add(stays(rule, model)));

        new Stopping(spy, rule, 6, 1).unlearn(toy.original, toy.split, watched).close();

        assertThat(stays).hasSize(6);
        Set<String> active = ids(toy.split.forget());
        for (int r = 0; r < spy.asked.size(); r++) {
            assertThat(spy.asked.get(r)).isEqualTo(active);
            boolean[] after = stays.get(r);
            for (int i = 0; i < after.length; i++) {
                if (!after[i]) {
                    active.remove(toy.split.forget().id(i).value());
                }
            }
        }
        assertThat(spy.asked.get(spy.asked.size() - 1)).hasSizeLessThan(16); // or nothing was tested
        assertThat(spy.retained).containsOnly(80);
    }

    private static boolean[] stays(Rule rule, Model model) {
        Dataset forget = toy.split.forget();
        int[] predicted = Evaluation.predictions(model, forget);
        double[] left = Stopping.excess(
                Stopping.phi(Evaluation.logits(model, forget), forget),
                forget,
                Stopping.phi(Evaluation.logits(model, toy.validation), toy.validation),
                toy.validation);
        boolean[] stays = new boolean[forget.size()];
        for (int i = 0; i < stays.length; i++) {
            stays[i] = rule == Rule.MEDIAN ? left[i] > 0 : predicted[i] == forget.label(i);
        }
        return stays;
    }

    @Test
    void theGlobalRuleEndsAllAtOnceAndShowsTheModelAsItIs() {
        var spy = new Spy();
        List<float[]> shown = new ArrayList<>();
        Trial watched = toy.trial(1).watchedBy((stage, round, model) -> shown.add(Toy.weights(model)));

        try (Model last = new Stopping(spy, Rule.GLOBAL, 30, 1).unlearn(toy.original, toy.split, watched)) {
            int worked = spy.asked.size();
            assertThat(worked).isBetween(1, 29);
            assertThat(spy.asked).allSatisfy(asked -> assertThat(asked).hasSize(16));
            assertThat(shown).hasSize(30);
            for (int r = worked - 1; r < 30; r++) {
                assertThat(shown.get(r)).containsExactly(Toy.weights(last));
            }
            assertThat(meanLoss(last, toy.split.forget())).isGreaterThanOrEqualTo(meanLoss(last, toy.validation));
        }
    }

    private static double meanLoss(Model model, Dataset data) {
        return Arrays.stream(Stopping.phi(Evaluation.logits(model, data), data))
                .map(phi -> Math.log1p(Math.exp(-phi)))
                .average()
                .orElseThrow();
    }

    @Test
    void reweightingWorksOnHalfOfTheSetAtATime() {
        var spy = new Spy();

        new Stopping(spy, Rule.REWEIGHTED, 4, 1)
                .unlearn(toy.original, toy.split, toy.trial(1))
                .close();

        assertThat(spy.asked.get(0)).hasSize(16);
        assertThat(spy.asked.subList(1, spy.asked.size()))
                .allSatisfy(asked -> assertThat(asked).hasSizeBetween(1, 8));
    }

    @Test
    void bucketsPartitionTheForgetSetAndTakeTurnsBothWays() {
        var first = new Spy();
        var last = new Spy();

        new Stopping(first, Rule.HARDEST_FIRST, 3, 4)
                .unlearn(toy.original, toy.split, toy.trial(1))
                .close();
        new Stopping(last, Rule.HARDEST_LAST, 3, 4)
                .unlearn(toy.original, toy.split, toy.trial(1))
                .close();

        assertThat(first.asked.subList(0, 3))
                .allSatisfy(asked -> assertThat(asked).hasSize(16)); // the trial
        List<Set<String>> turns =
                first.asked.subList(3, first.asked.size()).stream().distinct().toList();
        assertThat(turns).hasSize(4).allSatisfy(turn -> assertThat(turn).hasSize(4));
        Set<String> together = new TreeSet<>();
        turns.forEach(together::addAll);
        assertThat(together).isEqualTo(ids(toy.split.forget()));
        assertThat(last.asked.get(3)).isNotEqualTo(turns.get(0));
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void aStoppedExecutionEndsInTheSameBits(Rule rule) {
        var method = new Stopping(ASCENT, rule, 4, 2);
        var left = new int[] {5};
        try (Model whole = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            Model resumed = null;
            while (resumed == null) {
                try {
                    resumed = method.unlearn(
                            toy.original,
                            toy.split,
                            toy.trial(1)
                                    .resumable(new Checkpoints(folder, Duration.ZERO))
                                    .stoppable(() -> left[0]-- == 0));
                } catch (lethe.training.StoppedException stopped) {
                    left[0] = Integer.MAX_VALUE;
                }
            }
            assertThat(Toy.weights(resumed)).containsExactly(Toy.weights(whole));
            resumed.close();
        }
    }

    @Test
    void logitScaledConfidenceAndItsTargetsByHand() {
        Dataset one = toy.train.select(new int[] {0});
        float[] logits = new float[one.classes().size()];
        logits[one.label(0)] = 2;
        // The others are 0: φ = 2 − log(K − 1).
        assertThat(Stopping.phi(logits, one)[0]).isCloseTo(2 - Math.log(logits.length - 1), within(1e-12));
        logits[one.label(0)] = 1000;
        assertThat(Stopping.phi(logits, one)[0]).isCloseTo(1000 - Math.log(logits.length - 1), within(1e-9));

        Dataset own = toy.train.select(IntStream.range(0, toy.train.size())
                .filter(row -> toy.train.label(row) == one.label(0))
                .limit(4)
                .toArray());
        assertThat(Stopping.excess(new double[] {5}, one, new double[] {1, 9, 2, 4}, own))
                .containsExactly(5 - 3);
        Dataset others = toy.train.select(IntStream.range(0, toy.train.size())
                .filter(row -> toy.train.label(row) != one.label(0))
                .limit(3)
                .toArray());
        assertThat(Stopping.excess(new double[] {5}, one, new double[] {1, 9, 2}, others))
                .as("a class that was never seen is measured by the median of all")
                .containsExactly(5 - 2);
    }

    @Test
    void whatIsDoneIsNeverDrawnAndMoreOfItTwiceAsOftenFirst() {
        int[] first = new int[4];
        double[] weights = {0, 1, 2, -3};
        for (int seed = 0; seed < 3000; seed++) {
            int[] drawn = Stopping.drawn(weights, 1, Seed.of(seed));
            assertThat(drawn).hasSize(1);
            first[drawn[0]]++;
        }
        assertThat(first[0]).isZero();
        assertThat(first[3]).isZero();
        assertThat(first[2] / 3000.0).isCloseTo(2 / 3.0, within(0.03));
        assertThat(Stopping.drawn(weights, 4, Seed.of(1))).containsExactly(1, 2);
    }

    @Test
    void retrainingCannotBeStopped() {
        assertThatThrownBy(() -> new Stopping(new Retrain(), Rule.FIXED, 5, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begins anew");
    }

    private static Set<String> ids(Dataset data) {
        Set<String> ids = new TreeSet<>();
        for (int row = 0; row < data.size(); row++) {
            ids.add(data.id(row).value());
        }
        return ids;
    }

    /** Ascends, and remembers what it was asked to forget and how much remained. */
    private static final class Spy implements UnlearningMethod {
        private final List<Set<String>> asked = new ArrayList<>();
        private final List<Integer> retained = new ArrayList<>();

        @Override
        public Traits traits() {
            return new Traits(true, true, false, "");
        }

        @Override
        public double cost(double forgetShare, int trainingEpochs) {
            return 0;
        }

        @Override
        public Model unlearn(Model original, Split split, Trial trial) {
            asked.add(ids(split.forget()));
            retained.add(split.retain().size());
            return ASCENT.unlearn(original, split, trial);
        }
    }
}
