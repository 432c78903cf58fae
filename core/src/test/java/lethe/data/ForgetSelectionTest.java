package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way of saying what to forget. */
class ForgetSelectionTest {
    private static final Seed SEED = Seed.of(1);
    private static final String[] PEOPLE = {"ann", "", "bob", "ann", "", "cleo"};

    @TempDir
    Path folder;

    private final Dataset train = train();

    @Test
    void classesAreChosenByNameOrIndex() {
        assertThat(new ClassSelection("dog").rows(train, SEED)).containsExactly(1, 4);
        assertThat(new ClassSelection("1").rows(train, SEED)).containsExactly(1, 4);
        assertThatThrownBy(() -> new ClassSelection("dgo").rows(train, SEED))
                .hasMessage("Unknown class 'dgo' in 'toy'; nearest is 'dog', and the indices are 0…2");
        assertThatThrownBy(() -> new ClassSelection("3").rows(train, SEED)).hasMessageContaining("Unknown class '3'");
        assertThatThrownBy(() -> new ClassSelection("dog").rows(train.select(new int[] {0}), SEED))
                .hasMessageContaining("holds no example of class 'dog'");
    }

    @Test
    void idsAreFoundInAnyOrderAndThroughViews() {
        IdSelection ids = new IdSelection(List.of("train/00005", "train/00002"));

        assertThat(ids.rows(train, SEED)).containsExactly(2, 5);
        assertThat(ids.rows(train.select(new int[] {5, 0, 2}), SEED)).containsExactly(0, 2);
    }

    @Test
    void unknownIdsAreListedWithTheNearest() {
        assertThatThrownBy(() -> new IdSelection(List.of("train/00001", "tain/00002", "x", "y", "z")).rows(train, SEED))
                .hasMessage("The list of examples to forget names 4 of 5 examples that are not in 'toy': "
                        + "tain/00002, x, y, …; nearest to the first is train/00002");
        assertThatThrownBy(() -> new IdSelection(List.of("train/00001", "train/00001")).rows(train, SEED))
                .hasMessageContaining("names example 'train/00001' twice");
        assertThatThrownBy(() -> new IdSelection().rows(train, SEED))
                .hasMessageContaining("names no example; expected ids like train/00000");
    }

    @Test
    void filesMayHoldCommentsAndEmptyLines() throws IOException {
        Path file = Files.writeString(
                folder.resolve("forget.txt"), "# asked on Monday\n\n  train/00004 # by mail\ntrain/00000\n");

        assertThat(new FileSelection(file.toString()).rows(train, SEED)).containsExactly(0, 4);
        Files.writeString(file, "# nothing\n");
        assertThatThrownBy(() -> new FileSelection(file.toString()).rows(train, SEED))
                .hasMessageContaining("forget.txt names no example");
        assertThatThrownBy(() -> new FileSelection(folder.resolve("none").toString()).rows(train, SEED))
                .hasMessageContaining("Cannot read the list");
    }

    @Test
    void peopleBringAllTheirExamples() {
        assertThat(new SubjectSelection(List.of("cleo", "ann")).rows(train, SEED))
                .containsExactly(0, 3, 5);
        assertThatThrownBy(() -> new SubjectSelection(List.of("anne")).rows(train, SEED))
                .hasMessage("Subject 'anne' has no example in 'toy'; nearest is 'ann'");
        assertThatThrownBy(() -> new SubjectSelection(List.of("ann", "ann")).rows(train, SEED))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new SubjectSelection().rows(train, SEED)).hasMessageContaining("empty");
    }

    @Test
    void randomFractionsDependOnTheSeedAlone() {
        Dataset glyphs = new Glyphs(200, 1, 0, 0).load(SEED).train();

        int[] rows = new RandomFraction(0.1).rows(glyphs, SEED);

        assertThat(rows).hasSize(20).isSorted().doesNotHaveDuplicates();
        assertThat(new RandomFraction(0.1).rows(glyphs, SEED)).isEqualTo(rows);
        assertThat(new RandomFraction(0.1).rows(glyphs, Seed.of(2))).isNotEqualTo(rows);
    }

    @Test
    void splitsPartTheTrainingSet() {
        Split split = Split.of(new Holdout(train, train), new ClassSelection("cat"), SEED);

        assertThat(split.forgetRows()).containsExactly(0, 3);
        assertThat(split.retainRows()).containsExactly(1, 2, 4, 5);
        assertThat(split.retain().id(1)).isEqualTo(new ExampleId("train/00002"));
        assertThat(split.withoutRetain().retainIfAvailable()).isEmpty();
        assertThatThrownBy(() -> split.withoutRetain().retain()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Split.ofRows(train, train, new int[] {1, 1})).hasMessageContaining("twice");
        assertThatThrownBy(() -> Split.ofRows(train, train, new int[] {6})).hasMessageContaining("rows 0…5");
        assertThatThrownBy(() -> Split.ofRows(train, train, new int[0])).hasMessageContaining("0 of 6");
    }

    private static Dataset train() {
        try (Scope scope = Scope.open()) {
            return new ImageSet(
                    "toy",
                    List.of("cat", "dog", "cow"),
                    Tensor.zeroBytes(6, 2, 2, 1),
                    new int[] {0, 1, 2, 0, 1, 2},
                    ImageSet.numbered("train"),
                    row -> Optional.of(PEOPLE[row]).filter(name -> !name.isEmpty()));
        }
    }
}
