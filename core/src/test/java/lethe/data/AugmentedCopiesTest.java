package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AugmentedCopiesTest {
    private static final int BASE = 300;

    private static AugmentedCopies source(ImageEdit edit) {
        return new AugmentedCopies(new Glyphs(BASE, 10, 0, 0.1), 20, List.of(0, 1, 3), List.of(edit), 2, 1.5, false);
    }

    private static final AugmentedCopies MIXED = source(ImageEdit.MIXED);

    @Test
    void targetsTakeTurnsInTheMultiplicities() {
        Dataset train = MIXED.load(Seed.of(1)).train();

        int[] targets = new LookalikeTargets().rows(train, Seed.of(1));
        Map<ExampleId, Integer> copies = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            KnownLookalikes.of(train, row).ifPresent(known -> copies.merge(known.target(), 1, Integer::sum));
        }

        assertThat(targets).hasSize(20).isSorted();
        Map<Integer, Long> byDose = new HashMap<>();
        for (int row : targets) {
            byDose.merge(copies.getOrDefault(train.id(row), 0), 1L, Long::sum);
        }
        // Twenty in three turns, two of each class: turns (i / 10 + class) mod 3 are 7, 7 and 6.
        assertThat(byDose).isEqualTo(Map.of(0, 7L, 1, 7L, 3, 6L));
        assertThat(train.size()).isEqualTo(BASE - 20 + 7 + 18); // less the stand-ins
    }

    @Test
    void copiesHaveTheLabelOfTheirTargetAndAnIdOfTheirOwn() {
        Dataset train = MIXED.load(Seed.of(1)).train();
        Map<ExampleId, Integer> rows = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            rows.put(train.id(row), row);
        }

        assertThat(rows).hasSize(train.size());
        for (int row = 0; row < train.size(); row++) {
            Optional<KnownLookalikes.Lookalike> known = KnownLookalikes.of(train, row);
            if (known.isPresent()) {
                int target = rows.getOrDefault(known.get().target(), -1);
                assertThat(train.label(row)).isEqualTo(train.label(target));
                assertThat(train.digest(row)).isNotEqualTo(train.digest(target));
                assertThat(known.get().kind()).isEqualTo("mixed");
                assertThat(Pictured.of(train, row)).isPresent();
            }
        }
    }

    @Test
    void theControlDiffersInNothingButWhoIsCopied() {
        Dataset train = MIXED.load(Seed.of(1)).train();
        Dataset control = MIXED.asControl().load(Seed.of(1)).train();

        assertThat(control.size()).isEqualTo(train.size());
        int differing = 0;
        for (int row = 0; row < train.size(); row++) {
            Optional<KnownLookalikes.Lookalike> known = KnownLookalikes.of(train, row);
            assertThat(control.label(row)).isEqualTo(train.label(row));
            if (known.isEmpty()) {
                assertThat(control.digest(row)).isEqualTo(train.digest(row));
            } else {
                KnownLookalikes.Lookalike other =
                        KnownLookalikes.of(control, row).orElseThrow();
                assertThat(other.target()).isEqualTo(known.get().target());
                assertThat(other.unrelated()).isTrue();
                assertThat(control.digest(row)).isNotEqualTo(train.digest(row));
                differing++;
            }
        }
        assertThat(differing).isEqualTo(25);
    }

    @Test
    void heldOutCopiesAreInNoTrainingSet() {
        Dataset train = MIXED.load(Seed.of(1)).train();
        KnownLookalikes known = train.knownLookalikes().orElseThrow();
        Set<String> trained = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            trained.add(train.digest(row));
        }

        assertThat(known.heldOut().size()).isEqualTo(40);
        for (int row = 0; row < 40; row++) {
            assertThat(trained).doesNotContain(known.heldOut().digest(row));
        }
        assertThat(known.heldOutTarget(0)).isEqualTo(known.heldOutTarget(1));
    }

    @Test
    void equalSeedsGiveEqualData() {
        Dataset one = MIXED.load(Seed.of(4)).train();
        Dataset same = MIXED.load(Seed.of(4)).train();
        Dataset other = MIXED.load(Seed.of(5)).train();

        assertThat(digests(same)).isEqualTo(digests(one));
        assertThat(digests(other)).isNotEqualTo(digests(one));
    }

    private static List<String> digests(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::digest).toList();
    }

    @Test
    void viewsKnowTheirTargetsToo() {
        Dataset train = MIXED.load(Seed.of(1)).train();
        int[] targets = KnownLookalikes.targetsIn(train);
        int[] reversed =
                IntStream.range(0, train.size()).map(i -> train.size() - 1 - i).toArray();

        int[] found = KnownLookalikes.targetsIn(train.select(reversed));

        assertThat(Arrays.stream(found).map(i -> reversed[i]).sorted().toArray())
                .containsExactly(targets);
    }

    @Test
    void imagesThatResembleATargetByNatureAreTakenOut() {
        var strict = new AugmentedCopies(
                new Glyphs(BASE, 10, 0, 0.1), 20, List.of(1), List.of(ImageEdit.MIXED), 0, 0.3, false);

        assertThat(strict.load(Seed.of(1)).train().size()).isLessThan(BASE);
        assertThat(strict.load(Seed.of(1)).train().size())
                .isEqualTo(strict.asControl().load(Seed.of(1)).train().size());
    }

    @ParameterizedTest
    @EnumSource(ImageEdit.class)
    void editsAreWhatTheySay(ImageEdit edit) {
        var source = new AugmentedCopies(new Glyphs(BASE, 10, 0, 0.1), 10, List.of(1), List.of(edit), 0, 1.5, false);
        Dataset train = source.load(Seed.of(1)).train();
        int last = train.size() - 1;
        ExampleId target = KnownLookalikes.of(train, last).orElseThrow().target();
        int original = IntStream.range(0, last)
                .filter(row -> train.id(row).equals(target))
                .findFirst()
                .orElseThrow();
        try (Scope scope = Scope.open()) {
            float[] before = train.inputs(new int[] {original}).contiguous().toFloats();
            float[] after = train.inputs(new int[] {last}).contiguous().toFloats();
            double change = 0;
            for (int i = 0; i < before.length; i++) {
                change += Math.abs(after[i] - before[i]) / before.length;
            }
            switch (edit) {
                case EXACT -> assertThat(train.digest(last)).isEqualTo(train.digest(original));
                case MIRROR -> {
                    for (int i = 0; i < before.length; i++) {
                        assertThat(after[i]).isEqualTo(before[i - i % 32 + 31 - i % 32]);
                    }
                }
                // E|N(0, σ)| = σ √(2/π), less what is cut off at black and white.
                case NOISE -> assertThat(change).isEqualTo(4 / 255.0 * Math.sqrt(2 / Math.PI), within(0.004));
                default -> assertThat(change).isBetween(1e-4, 0.4);
            }
        }
    }

    @Test
    void tooFewImagesOfAClassAreRefused() {
        var greedy = new AugmentedCopies(
                new Glyphs(30, 10, 0, 0.1), 30, List.of(1), List.of(ImageEdit.MIXED), 0, 1.5, false);

        assertThatThrownBy(() -> greedy.load(Seed.of(1))).hasMessageContaining("lower targets or use more data");
    }

    @Test
    void otherDataHasNoTargets() {
        assertThatThrownBy(() -> new LookalikeTargets().rows(new Blobs(4, 2, 1, 4, 1), Seed.of(1)))
                .hasMessageContaining("augmented-copies");
    }
}
