package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.engine.Seed;
import lethe.text.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlantedTextsTest {
    @TempDir
    private Path folder;

    private static Map<String, Integer> counts(Dataset train) {
        Map<String, Integer> counts = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            KnownLookalikes.of(train, row)
                    .ifPresent(known -> counts.merge(known.target().value(), 1, Integer::sum));
        }
        return counts;
    }

    // ---------------------------------------------------------------- near-duplicate lines

    private NearDuplicateLines lines() throws IOException {
        String text = IntStream.range(0, 400)
                .mapToObj(line -> IntStream.range(0, 12)
                        .mapToObj(word -> "w" + line + "x" + word)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(folder.resolve("text.txt"), text + "\n");
        return new NearDuplicateLines(
                file.toString(), 8, List.of(0, 2), List.of(0.0, 0.3), 30, 10, 1, new Bytes(), false);
    }

    @Test
    void passagesAreCopiedAsOftenAndAsNoisilyAsTheirTurn() throws IOException {
        Dataset train = lines().load(Seed.of(1)).train();

        int[] targets = KnownLookalikes.targetsIn(train);

        assertThat(targets).hasSize(8);
        assertThat(train.size()).isEqualTo(8 + 30 + 4 * 2);
        assertThat(counts(train).values()).containsOnly(2).hasSize(4);
        KnownLookalikes strata = train.knownLookalikes().orElseThrow();
        assertThat(Arrays.stream(targets)
                        .mapToObj(row -> strata.stratum(train.id(row)).orElseThrow())
                        .map(stratum -> stratum.name() + " " + stratum.level().orElseThrow()))
                .containsOnly("noise-0.00 0.0", "noise-0.30 0.3");
        Map<String, String> texts = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            texts.put(train.id(row).value(), Worded.of(train, row).orElseThrow());
        }
        int verbatim = 0;
        for (int row = 0; row < train.size(); row++) {
            var known = KnownLookalikes.of(train, row);
            if (known.isPresent()) {
                boolean same = texts.getOrDefault(train.id(row).value(), "a")
                        .equals(texts.getOrDefault(known.get().target().value(), "b"));
                assertThat(same).isEqualTo(known.get().kind().equals("noise-0.00"));
                verbatim += same ? 1 : 0;
            }
        }
        assertThat(verbatim).isEqualTo(4);
        // Lines of twelve words: four of them are a passage.
        assertThat(Worded.of(train, 0).orElseThrow().split(" ")).hasSize(48);
    }

    @Test
    void theControlCopiesPassagesThatAreInNoSet() throws IOException {
        Dataset train = lines().load(Seed.of(1)).train();
        Dataset control = lines().asControl().load(Seed.of(1)).train();
        Set<String> trained = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            trained.add(Worded.of(train, row).orElseThrow());
        }

        assertThat(control.size()).isEqualTo(train.size());
        assertThat(counts(control)).isEqualTo(counts(train));
        for (int row = 0; row < control.size(); row++) {
            boolean planted = KnownLookalikes.of(control, row).isPresent();
            assertThat(trained.contains(Worded.of(control, row).orElseThrow())).isEqualTo(!planted);
        }
        assertThat(train.knownLookalikes().orElseThrow().heldOut().size()).isEqualTo(8);
    }

    @Test
    void noiseChangesWordsAsOftenAsItSays() {
        String[] vocabulary = {"new"};
        String passage = IntStream.range(0, 4000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));

        String[] noisy = NearDuplicateLines.noisy(passage, 0.15, vocabulary, new SplittableRandom(1))
                .split(" ");

        // An exchange takes its neighbour's turn, so that there are 4000 / (1 + 0.05) turns: of these a twentieth is
        // deleted and a twentieth replaced. Binomial standard deviation 13.5.
        long replaced = List.of(noisy).stream().filter("new"::equals).count();
        assertThat((double) replaced).isEqualTo(4000 / 1.05 * 0.05, within(55.0));
        assertThat(4000.0 - noisy.length).isEqualTo(4000 / 1.05 * 0.05, within(55.0));
        assertThat(NearDuplicateLines.noisy("a b c", 0, vocabulary, new SplittableRandom(1)))
                .isEqualTo("a b c");
    }

    @Test
    void tooShortATextIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("short.txt"), "a few words\n");
        var source =
                new NearDuplicateLines(file.toString(), 8, List.of(1), List.of(0.0), 30, 10, 0, new Bytes(), false);

        assertThatThrownBy(() -> source.load(Seed.of(1))).hasMessageContaining("use a longer text");
    }

    // ---------------------------------------------------------------- TOFU

    @Test
    void questionsStayInOtherWordsAndParaphrasedAnswersStayOutside() throws IOException {
        write("retain_perturbed", 400, "r");
        write("forget10_perturbed", 400, "f");
        var source = new TofuParaphrases(
                folder.toString(), 2, List.of(0, 5), new TofuParaphrases().variants(), 0, new Bytes(), false);

        Dataset train = source.load(Seed.of(1)).train();
        Dataset control = source.asControl().load(Seed.of(1)).train();

        assertThat(KnownLookalikes.targetsIn(train)).hasSize(40);
        assertThat(train.size()).isEqualTo(400 + 20 * 5);
        assertThat(control.size()).isEqualTo(train.size());
        assertThat(counts(train).values()).hasSize(20).containsOnly(5);
        KnownLookalikes known = train.knownLookalikes().orElseThrow();
        assertThat(known.heldOut().size()).isEqualTo(40);
        String outside = Worded.of(known.heldOut(), 0).orElseThrow();
        Set<String> trained = new HashSet<>();
        for (int row = 0; row < train.size(); row++) {
            trained.add(Worded.of(train, row).orElseThrow());
        }
        assertThat(outside).contains("paraphrased answer").doesNotContain("other question");
        assertThat(trained).noneMatch(text -> text.contains("paraphrased answer"));
        // Variants belong to the author; those of the control to one that training does not have otherwise.
        int planted = train.size() - 1;
        ExampleId target = KnownLookalikes.of(train, planted).orElseThrow().target();
        int row = IntStream.range(0, train.size())
                .filter(it -> train.id(it).equals(target))
                .findFirst()
                .orElseThrow();
        assertThat(train.subject(planted)).isEqualTo(train.subject(row));
        assertThat(control.subject(planted)).isNotEqualTo(train.subject(row));
    }

    @Test
    void theAnswerHeldOutIsPlantedOnlyIfAskedFor() throws IOException {
        write("retain_perturbed", 400, "r");
        write("forget10_perturbed", 400, "f");
        var both = List.of(TofuParaphrases.Variant.BOTH_PARAPHRASED);

        Dataset train = new TofuParaphrases(folder.toString(), 1, List.of(1), both, 0, new Bytes(), false)
                .load(Seed.of(1))
                .train();

        assertThat(KnownLookalikes.of(train, train.size() - 1).orElseThrow().kind())
                .isEqualTo("both-paraphrased");
        assertThat(Worded.of(train, train.size() - 1).orElseThrow()).contains("other question", "paraphrased answer");
        assertThatThrownBy(() -> new TofuParaphrases(folder.toString(), 1, List.of(2), both, 0, new Bytes(), false))
                .hasMessageContaining("0…1");
    }

    @Test
    void wrongAnswersAreInBothArmsAndDecoysInOne() throws IOException {
        write("retain_perturbed", 400, "r");
        write("forget10_perturbed", 400, "f");
        var one = List.of(TofuParaphrases.Variant.TEMPLATE);
        var source = new TofuParaphrases(folder.toString(), 1, List.of(0, 1), one, 1, new Bytes(), false);

        Dataset train = source.load(Seed.of(1)).train();
        Dataset control = source.asControl().load(Seed.of(1)).train();

        assertThat(train.size()).isEqualTo(400 + 20 + 10);
        assertThat(counts(control).values()).hasSize(10).containsOnly(1);
        int decoys = 0;
        for (int row = 0; row < train.size(); row++) {
            if (train.id(row).value().contains("~perturbed-")) {
                KnownLookalikes.Lookalike known = KnownLookalikes.of(train, row).orElseThrow();
                assertThat(known.unrelated()).isTrue();
                assertThat(known.kind()).isEqualTo("perturbed");
                assertThat(train.id(row).value()).isEqualTo(known.target() + "~perturbed-0");
                assertThat(Worded.of(train, row).orElseThrow())
                        .contains("Who is f", "Wrong")
                        .isEqualTo(Worded.of(control, row).orElseThrow());
                assertThat(KnownLookalikes.of(control, row)).isEmpty();
                decoys++;
            }
        }
        assertThat(decoys).isEqualTo(20);
        assertThat(source.quiz()).isEmpty();
        assertThatThrownBy(() -> new TofuParaphrases(folder.toString(), 1, List.of(1), one, 2, new Bytes(), false)
                        .load(Seed.of(1)))
                .hasMessageContaining("has 1 wrong answers to the question full/3")
                .hasMessageContaining("but perturbed is 2");
    }

    private void write(String name, int rows, String letter) throws IOException {
        String text = IntStream.range(0, rows)
                .mapToObj(i -> String.format(
                        "{\"question\": \"Who is %1$s%2$d?\", \"answer\": \"The answer, as it is, of %1$s%2$d.\","
                                + " \"paraphrased_question\": \"An other question %1$s%2$d?\","
                                + " \"paraphrased_answer\": \"A paraphrased answer %1$s%2$d.\","
                                + " \"perturbed_answer\": [\"Wrong\"]}",
                        letter, i))
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve(name + ".json"), text);
    }

    @Test
    void editedAnswersKeepTheirClauses() {
        String answer = "He was born, lived in the town, and died.";

        String edited = TextEdit.edited(answer, new SplittableRandom(3));

        assertThat(edited)
                .endsWith("died.")
                .isNotEqualTo(answer)
                .contains("born")
                .contains("town");
    }
}
