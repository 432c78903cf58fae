package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import lethe.data.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 5);
    }

    private static Setting seeded(long seed) {
        return new Setting(Tiny.plan("title: Tiny", "title: Tiny\nseed: " + seed));
    }

    private static List<World> shadows(Setting setting) {
        return setting.worlds().subList(1, setting.worlds().size());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aWorldLearnsHalfOfThePoolAndABackgroundOutsideOfIt(long seed) {
        Setting setting = seeded(seed);

        assertThat(shadows(setting)).hasSize(8).allSatisfy(world -> {
            assertThat(world.trainRows()).isSorted().doesNotHaveDuplicates().hasSize(20 + 40);
            assertThat(IntStream.of(world.trainRows())
                            .filter(row -> Arrays.binarySearch(setting.pool(), row) >= 0)
                            .count())
                    .isEqualTo(20);
            assertThat(world.retainSample())
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSize(40)
                    .doesNotContain(setting.pool());
            assertThat(world.trainRows()).contains(world.retainSample());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void forgetSetsPartitionTheMembersOfThePool(long seed) {
        Setting setting = seeded(seed);

        assertThat(shadows(setting)).allSatisfy(world -> {
            assertThat(List.of(world.forgetRows()))
                    .allSatisfy(set -> assertThat(set).isSorted().hasSize(10));
            int[] union = Stream.of(world.forgetRows())
                    .flatMapToInt(IntStream::of)
                    .sorted()
                    .toArray();
            assertThat(union)
                    .doesNotHaveDuplicates()
                    .containsExactly(IntStream.of(world.trainRows())
                            .filter(row -> Arrays.binarySearch(setting.pool(), row) >= 0)
                            .toArray());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theDeployedModelLearnsEverythingAndForgetsWhatWasAskedFor(long seed) {
        Setting setting = seeded(seed);
        World deployed = setting.worlds().get(0);

        assertThat(deployed.trainRows()).isEqualTo(IntStream.range(0, 120).toArray());
        assertThat(deployed.forgetRows()).hasDimensions(1, 12);
        assertThat(deployed.forgetRows()[0]).isEqualTo(setting.forget());
        assertThat(deployed.retainSample()).isSorted().hasSize(40).doesNotContain(setting.forget());
        assertThat(setting.pool())
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(40)
                .contains(setting.forget());
    }

    @Test
    void theSplitOfAWorldForgetsTheExamplesOfItsSet() {
        Setting setting = seeded(1);
        World world = setting.worlds().get(3);

        Split split = world.split(setting.train(), setting.test(), 1);

        int[] rows = world.forgetRows()[1];
        assertThat(split.forget().size()).isEqualTo(10);
        assertThat(split.retain().size()).isEqualTo(50);
        for (int i = 0; i < rows.length; i++) {
            assertThat(split.forget().id(i)).isEqualTo(setting.train().id(rows[i]));
        }
    }

    @Test
    void everyStepHasAKeyOfItsOwn() {
        Setting setting = seeded(1);
        List<Step> steps = Experiment.stepsByLabel(setting).values().stream()
                .flatMap(List::stream)
                .toList();
        Set<String> keys = new HashSet<>();
        Set<String> places = new HashSet<>();
        steps.forEach(step -> {
            keys.add(step.key());
            places.add(step.place());
        });

        assertThat(steps).hasSize(9 + 4 * 17);
        assertThat(keys).hasSameSizeAs(steps);
        assertThat(places).hasSameSizeAs(steps);
    }

    @Test
    void keysDependOnWhatIsComputedNotOnHowItIsCalledOrCarriedOut() {
        Setting setting = seeded(1);
        World world = setting.worlds().get(2);
        var method = setting.plan().methods().get(2);

        assertThat(setting.unlearning(world, 0, "finetune", method).key())
                .isEqualTo(setting.unlearning(world, 0, "finetune-2", method).key());
        assertThat(new Setting(Tiny.plan("workers: 2", "workers: 1", "bootstrap: 50", "bootstrap: 60"))
                        .training(world)
                        .key())
                .isEqualTo(setting.training(world).key());
        assertThat(new Setting(Tiny.plan("threads: 1", "threads: 2"))
                        .training(world)
                        .key())
                .isNotEqualTo(setting.training(world).key());
    }

    /** If this value changes, results of earlier versions are no longer found. */
    @Test
    void theKeyOfTheSameInputsIsTheSameForever() {
        Map<String, Object> inputs = Map.of(
                "kind", "train", "seed", "-7", "training", Map.of("epochs", 3, "learningRate", 0.05), "threads", 1);

        assertThat(new Step(Step.Kind.TRAIN, 0, 0, "original", inputs).key()).isEqualTo("5db291780f3a505879b76e3e");
    }

    @Test
    void theSettingsOfATrainingAreTheSameInEveryRun() {
        Setting setting = seeded(1);

        assertThat(setting.training(setting.worlds().get(1)).key()).isEqualTo("836176927b4db2d180892d3f");
    }
}
