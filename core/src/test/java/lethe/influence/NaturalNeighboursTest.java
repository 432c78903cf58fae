package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lethe.data.AugmentedCopies;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.IdSelection;
import lethe.data.ImageEdit;
import lethe.data.KnownLookalikes;
import lethe.data.LookalikeTargets;
import lethe.data.NoAugmentation;
import lethe.engine.Precision;
import lethe.engine.Seed;
import lethe.models.Mlp;
import lethe.training.Recipe;
import lethe.training.Schedule;
import org.junit.jupiter.api.Test;

class NaturalNeighboursTest {
    private static final Recipe RECIPE =
            new Recipe(6, 16, 0.002, 0.9, false, 5e-4, Schedule.constant(), 0, Precision.FP32, new NoAugmentation());
    private static final NaturalNeighbours SOURCE =
            new NaturalNeighbours(new Glyphs(400, 20, 0, 0.1), new Mlp(List.of(24)), RECIPE, 12, 0.9, 3, false);

    private static Map<String, Integer> counts(Dataset train) {
        Map<String, Integer> counts = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            KnownLookalikes.of(train, row)
                    .ifPresent(known -> counts.merge(known.target().value(), 1, Integer::sum));
        }
        return counts;
    }

    @Test
    void someTargetsHaveNeighboursAndOthersFew() {
        Dataset train = SOURCE.load(Seed.of(1)).train();

        int[] targets = new LookalikeTargets().rows(train, Seed.of(1));

        assertThat(train.size()).isEqualTo(200);
        assertThat(targets).hasSize(12);
        Map<String, Integer> counts = counts(train);
        assertThat(counts.values()).isNotEmpty().allMatch(count -> count <= 3);
        assertThat(counts).hasSizeLessThan(12);
        for (int row = 0; row < train.size(); row++) {
            int at = row;
            KnownLookalikes.of(train, row).ifPresent(known -> {
                assertThat(Arrays.binarySearch(targets, at)).isNegative();
                int target = Arrays.stream(targets)
                        .filter(it -> train.id(it).equals(known.target()))
                        .findFirst()
                        .orElseThrow();
                assertThat(train.label(at)).isEqualTo(train.label(target));
            });
        }
    }

    @Test
    void theControlIsTheSameDataWithOtherNames() {
        Dataset train = SOURCE.load(Seed.of(1)).train();
        Dataset control = SOURCE.asControl().load(Seed.of(1)).train();

        assertThat(counts(control)).isEqualTo(counts(train));
        Set<Integer> named = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            assertThat(control.digest(row)).isEqualTo(train.digest(row));
            if (KnownLookalikes.of(train, row).isPresent()) {
                named.add(row);
            }
            int at = row;
            KnownLookalikes.of(control, row).ifPresent(known -> {
                assertThat(known.unrelated()).isTrue();
                assertThat(named).doesNotContain(at);
            });
        }
        assertThatThrownBy(() -> new NaturalNeighbours(
                                new Glyphs(300, 20, 0, 0.1), new Mlp(List.of(24)), RECIPE, 50, 0.5, 3, false)
                        .load(Seed.of(1)))
                .hasMessageContaining("lower targets");
    }

    @Test
    void aSelectionCanTakeItsLookalikesAlong() {
        Dataset train = new AugmentedCopies(
                        new Glyphs(200, 20, 0, 0.1), 10, List.of(2), List.of(ImageEdit.EXACT), 0, 2, false)
                .load(Seed.of(1))
                .train();
        int target = new LookalikeTargets().rows(train, Seed.of(1))[0];
        var alone = new IdSelection(List.of(train.id(target).value()));

        int[] rows = new ClosureSelection(alone, new ExactDuplicates(), false, 50).rows(train, Seed.of(1));

        assertThat(rows).hasSize(3).contains(target).isSorted();
        assertThat(Arrays.stream(rows).filter(row -> row != target))
                .allMatch(row ->
                        KnownLookalikes.of(train, row).orElseThrow().target().equals(train.id(target)));
    }
}
