package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.data.AugmentedCopies;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Glyphs;
import lethe.data.Holdout;
import lethe.data.IdSelection;
import lethe.data.ImageEdit;
import lethe.data.KnownLookalikes;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.data.LookalikeTargets;
import lethe.data.NoAugmentation;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.training.Recipe;
import lethe.training.Schedule;
import lethe.training.Trainer;
import org.jspecify.annotations.Nullable;
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
    void targetsComeFromBothStrataByTheirNeighbours() {
        Dataset train = SOURCE.load(Seed.of(1)).train();
        KnownLookalikes known = train.knownLookalikes().orElseThrow();
        Map<String, Integer> counts = counts(train);
        Map<String, List<Integer>> byStratum = new HashMap<>();
        for (int row : KnownLookalikes.targetsIn(train)) {
            byStratum
                    .computeIfAbsent(known.stratum(train.id(row)).orElseThrow().name(), stratum -> new ArrayList<>())
                    .add(counts.getOrDefault(train.id(row).value(), 0));
        }

        assertThat(byStratum).containsOnlyKeys("many", "few");
        assertThat(byStratum.values()).allMatch(each -> each.size() == 6);
        assertThat(sum(byStratum.get("many"))).isGreaterThan(2 * sum(byStratum.get("few")));
    }

    private static int sum(@Nullable List<Integer> counts) {
        return Objects.requireNonNull(counts).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Test
    void theControlHasUnrelatedExamplesInThePlaceOfNeighbours() {
        List<Holdout> both = SOURCE.loadBoth(Seed.of(1));
        Dataset train = both.get(0).train();
        Dataset control = both.get(1).train();
        Set<ExampleId> ids = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            ids.add(train.id(row));
        }

        assertThat(control.size()).isEqualTo(train.size());
        assertThat(counts(control)).isEqualTo(counts(train)).isNotEmpty();
        assertThat(KnownLookalikes.targetsIn(control)).isEqualTo(KnownLookalikes.targetsIn(train));
        for (int row = 0; row < train.size(); row++) {
            assertThat(control.label(row)).isEqualTo(train.label(row));
            Optional<Lookalike> neighbour = KnownLookalikes.of(train, row);
            Optional<Lookalike> standIn = KnownLookalikes.of(control, row);
            assertThat(standIn.isPresent()).isEqualTo(neighbour.isPresent());
            if (neighbour.isEmpty()) {
                assertThat(control.id(row)).isEqualTo(train.id(row));
                assertThat(control.digest(row)).isEqualTo(train.digest(row));
            } else {
                assertThat(ids).doesNotContain(control.id(row));
                assertThat(standIn.get().unrelated()).isTrue();
                assertThat(standIn.get().target()).isEqualTo(neighbour.get().target());
                assertThat(neighbour.get().unrelated()).isFalse();
                assertThat(neighbour.get().similarity().orElseThrow()).isGreaterThanOrEqualTo(0.9);
            }
        }
        assertThat(both.get(1).test().digest(0)).isEqualTo(both.get(0).test().digest(0));
    }

    @Test
    void noStandInIsANeighbourOfAnyTarget() {
        Seed seed = Seed.of(1);
        Dataset all = new Glyphs(400, 20, 0, 0.1).load(seed).train();
        Dataset train = SOURCE.load(seed).train();
        Dataset control = SOURCE.asControl().load(seed).train();
        Set<ExampleId> ours = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            ours.add(train.id(row));
        }
        int[] others = IntStream.range(0, all.size())
                .filter(row -> !ours.contains(all.id(row)))
                .toArray();

        // The same model again, on the half that is for nothing else.
        try (Scope scope = Scope.open();
                Model model =
                        new Trainer(RECIPE).fit(new Mlp(List.of(24)), all.select(others), seed.derive("embedding"))) {
            Vectors raw = Vectors.of(model, train).features();
            Vectors here = raw.centred().normalised();
            Vectors there =
                    Vectors.of(model, control).features().lessMeanOf(raw).normalised();
            Vectors both = here.with(there);
            for (int target : KnownLookalikes.targetsIn(train)) {
                for (int row = 0; row < control.size(); row++) {
                    Optional<Lookalike> standIn = KnownLookalikes.of(control, row);
                    if (standIn.isPresent()) {
                        double cosine = both.product(target, train.size() + row);
                        assertThat(cosine).isLessThan(0.9);
                        if (standIn.get().target().equals(train.id(target))) {
                            assertThat(standIn.get().similarity().orElseThrow()).isEqualTo(cosine, within(1e-5));
                        }
                    }
                }
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameControl() {
        Dataset control = SOURCE.asControl().load(Seed.of(1)).train();
        Dataset again = SOURCE.loadBoth(Seed.of(1)).get(1).train();
        Dataset other = SOURCE.asControl().load(Seed.of(2)).train();

        assertThat(ids(again)).isEqualTo(ids(control)).isNotEqualTo(ids(other));
    }

    private static List<ExampleId> ids(Dataset dataset) {
        return IntStream.range(0, dataset.size()).mapToObj(dataset::id).toList();
    }

    @Test
    void dataThatDoNotSufficeAreRefused() {
        assertThatThrownBy(() -> new NaturalNeighbours(
                                new Glyphs(300, 20, 0, 0.1), new Mlp(List.of(24)), RECIPE, 50, 0.5, 3, false)
                        .load(Seed.of(1)))
                .hasMessageContaining("lower targets");
        assertThatThrownBy(() -> new NaturalNeighbours(
                                new Glyphs(200, 20, 0, 0.1), new Mlp(List.of(24)), RECIPE, 16, 0.01, 50, true)
                        .load(Seed.of(1)))
                .hasMessageContaining("that resemble no target, to take the place of look-alikes in the control");
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
