package lethe.unlearning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import lethe.catalog.Settings;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Checkpoints;
import lethe.training.Schedule;
import lethe.training.StoppedException;
import lethe.training.Trial;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class SequentialTest {
    private static Toy toy; // 96 examples, 16 of them to be forgotten

    @BeforeAll
    static void train() {
        toy = Toy.perceptron();
    }

    @Test
    void oneRequestIsTheMethodItself() {
        try (Model served = new Sequential(amun(true), 1, true).unlearn(toy.original, toy.split, toy.trial(1));
                Model alone =
                        amun(true).unlearn(toy.original, toy.split, toy.trial(1).part("request", 0))) {
            assertThat(Toy.weights(served)).containsExactly(Toy.weights(alone));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 16})
    void everyRequestTakesItsPartAndLosesWhatWentBefore(int requests) {
        var method = new Spy();
        Set<String> gone = new HashSet<>();
        List<Integer> shown = new ArrayList<>();

        new Sequential(method, requests, true)
                .unlearn(toy.original, toy.split, toy.trial(1), (r, served, model) -> {
                    assertThat(served.train().size()).isEqualTo(96 - gone.size());
                    assertThat(served.retain().size() + served.forget().size()).isEqualTo(96 - gone.size());
                    assertThat(Collections.disjoint(ids(served.train()), gone)).isTrue();
                    assertThat(ids(toy.split.forget())).containsAll(ids(served.forget()));
                    assertThat(served.forget().size()).isBetween(16 / requests, 16 / requests + 1);
                    gone.addAll(ids(served.forget()));
                    shown.add(r);
                })
                .close();

        assertThat(gone).isEqualTo(ids(toy.split.forget()));
        assertThat(shown)
                .containsExactlyElementsOf(IntStream.range(0, requests).boxed().toList());
        // Each begins where the one before ended; none attacks another model than it begins from.
        assertThat(method.starts.get(0)).isEqualTo(Toy.weights(toy.original)[0]);
        for (int r = 1; r < requests; r++) {
            assertThat(method.starts.get(r)).isEqualTo(method.starts.get(0) + r);
        }
        assertThat(method.attacked).isEqualTo(method.starts);
    }

    @Test
    void anExampleHasBeenAskedForSinceTheRequestThatTakesIt() {
        var method = new Sequential(new Spy(), 5, true);
        int[] since = method.askedSince(16, toy.trial(1).seed());

        method.unlearn(toy.original, toy.split, toy.trial(1), (r, served, model) -> {
                    Set<String> taken = new HashSet<>();
                    for (int i = 0; i < since.length; i++) {
                        if (since[i] == r + 1) {
                            taken.add(toy.split.forget().id(i).value());
                        }
                    }
                    assertThat(ids(served.forget())).isEqualTo(taken);
                })
                .close();
        assertThat(new Spy().askedSince(3, toy.trial(1).seed())).containsOnly(1);
    }

    @Test
    void withoutAdaptingEveryRequestAttacksTheOriginal() {
        var method = new Spy();

        new Sequential(method, 4, false)
                .unlearn(toy.original, toy.split, toy.trial(1))
                .close();

        assertThat(method.starts).hasSize(4).doesNotHaveDuplicates();
        assertThat(method.attacked).containsOnly(Toy.weights(toy.original)[0]);
    }

    @Test
    void amunLearnsFromAsManyExamplesAsTheDefinitionSays() {
        // Request r, n = 4 of 96 each: N − r·n still there, and n adversaries.
        List<Integer> sizes = new ArrayList<>();
        new Sequential(amun(true), 4, true)
                .unlearn(toy.original, toy.split, toy.trial(1), (r, served, model) -> {
                    try (AdversarialSet set = new NearestAdversaries().search(toy.original, served.forget())) {
                        sizes.add(amun(true).sources(served, set, toy.trial(1), 0).stream()
                                .mapToInt(source -> source.data().size())
                                .sum());
                    }
                })
                .close();

        assertThat(sizes).containsExactly(96 + 4, 92 + 4, 88 + 4, 84 + 4);
    }

    @Test
    void adversariesOfTheModelAsItStandsAreOthers() {
        try (Model adaptive = new Sequential(amun(true), 3, true).unlearn(toy.original, toy.split, toy.trial(1));
                Model fixed = new Sequential(amun(true), 3, false).unlearn(toy.original, toy.split, toy.trial(1))) {
            assertThat(Toy.weights(adaptive)).isNotEqualTo(Toy.weights(fixed));
        }
    }

    @Test
    void whatIsWithheldStaysWithheldAndWhatIsGoneIsNotReadAgain() {
        var alone = new Sequential(amun(false), 4, true);
        Set<Integer> gone = new HashSet<>();
        toy.train.rowsRead().clear();

        alone.unlearn(toy.original, toy.split.withoutRetain(), toy.trial(1), (r, served, model) -> {
                    assertThatThrownBy(served::retain).hasMessageContaining("withheld");
                    assertThat(toy.train.rowsRead()).hasSize(4);
                    assertThat(Collections.disjoint(toy.train.rowsRead(), gone)).isTrue();
                    gone.addAll(toy.train.rowsRead());
                    toy.train.rowsRead().clear();
                })
                .close();

        assertThat(alone.traits().readsRetain()).isFalse();
        assertThat(gone)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.of(toy.split.forgetRows()).boxed().toList());
    }

    @Test
    void retrainingRequestByRequestIsExactAndEndsWithoutTheForgetSet() {
        var exact = new Sequential(new Retrain(), 2, true);

        exact.unlearn(toy.original, toy.split, toy.trial(1), (r, served, model) -> {
                    if (r == 1) {
                        assertThat(toy.train.rowsRead())
                                .containsExactlyInAnyOrderElementsOf(IntStream.of(toy.split.retainRows())
                                        .boxed()
                                        .toList());
                    }
                    toy.train.rowsRead().clear();
                })
                .close();

        assertThat(exact.traits().exact()).isTrue();
        assertThat(exact.traits().readsForget()).isFalse();
    }

    @Test
    void anExecutionThatIsStoppedGoesOnToTheSameBits(@TempDir Path folder) {
        var method = new Sequential(amun(true), 3, false);
        Path place = folder.resolve("checkpoints");
        float[] expected;
        try (Model undisturbed = method.unlearn(toy.original, toy.split, toy.trial(1))) {
            expected = Toy.weights(undisturbed);
        }
        long before = Engine.nativeObjects();
        AtomicInteger questions = new AtomicInteger();
        List<Integer> shown = new ArrayList<>();
        int sittings = 0;
        for (boolean finished = false; !finished; sittings++) {
            int last = 25 + 13 * sittings;
            questions.set(0);
            shown.clear();
            try (Model resumed = method.unlearn(
                    toy.original,
                    toy.split,
                    toy.trial(1)
                            .resumable(new Checkpoints(place, Duration.ofHours(1)))
                            .stoppable(() -> questions.incrementAndGet() == last),
                    (r, served, model) -> shown.add(r))) {
                assertThat(Toy.weights(resumed)).containsExactly(expected);
                finished = true;
            } catch (StoppedException e) {
                assertThat(shown).hasSizeLessThan(3);
            }
        }

        assertThat(sittings).isGreaterThan(3);
        assertThat(shown).containsExactly(0, 1, 2);
        assertThat(place.resolve("request-0")).isDirectory();
        assertThat(Engine.nativeObjects()).isLessThanOrEqualTo(before);
        new Checkpoints(place, Duration.ofHours(1)).clear();
        assertThat(Files.exists(place)).isFalse();
    }

    @Test
    void theMethodIsASettingOfItsOwn() {
        UnlearningMethod read = Settings.parse(
                        "method: {name: sequential, requests: 20, method: {name: amun, epochs: 2}}",
                        "test",
                        Written.class)
                .method();
        Sequential sequential = (Sequential) read;
        Amun inner = (Amun) sequential.method();

        assertThat(sequential.requests()).isEqualTo(20);
        assertThat(sequential.adaptive()).isTrue();
        assertThat(inner.epochs()).isEqualTo(2);
        assertThat(Settings.parse(Settings.toYaml(new Written(read)), "test", Written.class))
                .isEqualTo(new Written(read));
    }

    private record Written(UnlearningMethod method) {}

    @Test
    void onlyAMethodThatLearnsFromAdversariesCanDoWithoutAdapting() {
        assertThatThrownBy(() -> new Sequential(new FineTune(), 5, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adaptive must be true");
    }

    @Test
    void moreRequestsThanExamplesAreRefused() {
        assertThatThrownBy(
                        () -> new Sequential(new Identity(), 17, true).unlearn(toy.original, toy.split, toy.trial(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("17 requests cannot share 16 examples");
    }

    @Test
    void whatIsGoneCannotBeAskedForAgain() {
        assertThatThrownBy(() -> toy.split.request(new int[] {2, 5}, new int[] {3, 5}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("still there");
        assertThatThrownBy(() -> toy.split.request(new int[] {2, 5}, new int[] {3, 3}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> toy.split.request(new int[] {2, 5}, new int[] {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCostIsThatOfTheRequestsOnWhatIsLeft() {
        // Ten epochs of 0.98, 0.96 … 0.9 of the training set.
        assertThat(new Sequential(new FineTune(), 5, true).cost(0.1, 30))
                .isEqualTo(10 * (0.98 + 0.96 + 0.94 + 0.92 + 0.9), within(1e-9));
    }

    private static Amun amun(boolean useRetain) {
        return new Amun(
                useRetain,
                true,
                2,
                0.01,
                16,
                0.9,
                5e-4,
                Schedule.constant(),
                new NearestAdversaries(),
                false,
                1,
                new Ablation());
    }

    private static Set<String> ids(Dataset data) {
        Set<String> ids = new HashSet<>();
        for (int row = 0; row < data.size(); row++) {
            ids.add(data.id(row).value());
        }
        return ids;
    }

    /** Adds 1 to the first weight, and remembers that of the models it was given. */
    private static final class Spy implements AdversarialMethod {
        private final List<Float> starts = new ArrayList<>();
        private final List<Float> attacked = new ArrayList<>();

        @Override
        public Traits traits() {
            return new Traits(true, true, false, "");
        }

        @Override
        public double cost(double forgetShare, int trainingEpochs) {
            return 0;
        }

        @Override
        public Model unlearn(Model start, Model other, Split split, Trial trial) {
            starts.add(Toy.weights(start)[0]);
            attacked.add(Toy.weights(other)[0]);
            Model model = start.copy();
            float[] moved = Toy.weights(start);
            moved[0] += 1;
            try (Scope scope = Scope.open();
                    NoGrad guard = NoGrad.enter()) {
                model.weights().values().copyInPlace(Tensor.of(moved));
            }
            return model;
        }
    }
}
