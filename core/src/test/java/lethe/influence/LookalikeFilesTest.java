package lethe.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.catalog.Digest;
import lethe.catalog.Settings;
import lethe.data.AugmentedCopies;
import lethe.data.Cifar10;
import lethe.data.ControlledSource;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.FileSelection;
import lethe.data.Glyphs;
import lethe.data.Holdout;
import lethe.data.ImageEdit;
import lethe.data.ImageManifest;
import lethe.data.JsonLines;
import lethe.data.KnownLookalikes;
import lethe.data.NearDuplicateLines;
import lethe.data.NoAugmentation;
import lethe.data.TofuParaphrases;
import lethe.data.Worded;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Mlp;
import lethe.text.BytePairs;
import lethe.training.Progress;
import lethe.training.Recipe;
import lethe.training.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookalikeFilesTest {
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    private Path made = Path.of("");

    private LookalikeFiles.Description write(ControlledSource source) {
        made = folder.resolve("made");
        return LookalikeFiles.write(source, SEED, made, Progress.silent());
    }

    /** As a plan with this seed loads it. */
    private static Holdout planned(DataSource source) {
        return source.load(Seed.of(SEED).derive("data"));
    }

    private static void assertSame(Dataset read, Dataset planned) {
        assertThat(read.size()).isEqualTo(planned.size());
        for (int row = 0; row < read.size(); row++) {
            assertThat(read.id(row)).isEqualTo(planned.id(row));
            assertThat(read.subject(row)).isEqualTo(planned.subject(row));
            assertThat(read.digest(row)).isEqualTo(planned.digest(row));
        }
    }

    /** Lines of the manifest by column. */
    private List<Map<String, String>> manifest() throws IOException {
        List<String> lines = Files.readAllLines(made.resolve("manifest.csv"));
        List<String> header = List.of(lines.get(0).split(",", -1));
        assertThat(header)
                .containsExactly("id", "arm", "part", "role", "target", "source", "kind", "similarity", "sha256");
        return lines.stream()
                .skip(1)
                .map(line -> {
                    String[] fields = line.split(",", -1);
                    Map<String, String> named = new HashMap<>();
                    for (int i = 0; i < fields.length; i++) {
                        named.put(header.get(i), fields[i]);
                    }
                    return named;
                })
                .toList();
    }

    private static String get(Map<String, String> line, String column) {
        return Objects.requireNonNull(line.get(column));
    }

    private static List<Map<String, String>> where(List<Map<String, String>> lines, String column, String value) {
        return lines.stream().filter(line -> get(line, column).equals(value)).toList();
    }

    private void assertTargets(Dataset read, Dataset planned) {
        assertThat(new FileSelection(made.resolve("targets.txt").toString()).rows(read, Seed.of(1)))
                .isEqualTo(KnownLookalikes.targetsIn(planned));
    }

    // ---------------------------------------------------------------- texts

    private NearDuplicateLines passages() throws IOException {
        String text = IntStream.range(0, 400)
                .mapToObj(line -> IntStream.range(0, 12)
                        .mapToObj(word -> "w" + line + "\"é" + word)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(folder.resolve("text.txt"), text + "\n");
        return new NearDuplicateLines(
                file.toString(), 8, List.of(0, 2), List.of(0.0, 0.3), 30, 10, 1, new BytePairs(300), false);
    }

    @Test
    void textsAreReadBackAsThePlanHasThem() throws IOException {
        NearDuplicateLines source = passages();
        LookalikeFiles.Description description = write(source);

        Holdout planned = planned(source);
        Holdout similar = lines("similar", 300);
        assertSame(similar.train(), planned.train());
        assertSame(similar.test(), planned.test());
        assertSame(lines("control", 300).train(), planned(source.asControl()).train());
        assertTargets(similar.train(), planned.train());
        assertThat(Files.readAllLines(made.resolve("held-out.jsonl"))).hasSize(8);
        assertThat(description.train()).isEqualTo(8 + 30 + 8);
        assertThat(description.lookalikes()).isEqualTo(8);
        assertThat(Files.readAllLines(made.resolve("control.jsonl"))).hasSize(8 + 30 + 8);
    }

    private Holdout lines(String arm, int tokens) {
        return new JsonLines(
                        made.resolve(arm + ".jsonl").toString(),
                        made.resolve("test.jsonl").toString(),
                        0.1,
                        0,
                        new BytePairs(tokens))
                .load(Seed.of(1));
    }

    @Test
    void theManifestSaysWhatEachTextIsThereFor() throws IOException {
        NearDuplicateLines source = passages();
        write(source);

        List<Map<String, String>> manifest = manifest();

        assertThat(manifest).hasSize(8 + 30 + 8 + 8 + 8 + 10);
        assertThat(where(manifest, "role", "target"))
                .hasSize(8)
                .allMatch(line -> get(line, "arm").equals("both"));
        List<Map<String, String>> copies = where(where(manifest, "role", "look-alike"), "part", "train");
        assertThat(copies).hasSize(8).allMatch(line -> get(line, "arm").equals("similar"));
        assertThat(copies).allMatch(line -> get(line, "source").equals(get(line, "target")));
        assertThat(where(copies, "kind", "noise-0.00"))
                .hasSize(4)
                .allMatch(line -> get(line, "similarity").equals("1.0000"));
        assertThat(where(copies, "kind", "noise-0.30"))
                .hasSize(4)
                .allMatch(line -> Double.parseDouble(get(line, "similarity")) < 0.8);
        assertThat(where(manifest, "role", "unrelated"))
                .hasSize(8)
                .allMatch(line -> get(line, "arm").equals("control")
                        && get(line, "similarity").equals("0.0000")
                        && !get(line, "source").equals(get(line, "target")));
        assertThat(where(manifest, "part", "held-out"))
                .hasSize(8)
                .allMatch(line -> get(line, "kind").startsWith("noise-")
                        && get(line, "role").equals("look-alike"));
        assertThat(where(manifest, "part", "test")).hasSize(10);
        Dataset train = planned(source).train();
        Map<String, String> digests = new HashMap<>();
        manifest.forEach(line -> digests.put(get(line, "id"), get(line, "sha256")));
        for (int row = 0; row < train.size(); row++) {
            assertThat(digests)
                    .containsEntry(
                            train.id(row).value(),
                            Digest.sha256(Worded.of(train, row).orElseThrow()));
        }
    }

    @Test
    void theDescriptionIsEnoughToMakeItAgain() throws IOException {
        LookalikeFiles.Description description = write(passages());

        LookalikeFiles.Description read = Settings.read(made.resolve("set.yaml"), LookalikeFiles.Description.class);

        assertThat(read).isEqualTo(description);
        assertThat(read.files())
                .containsOnlyKeys(
                        "similar.jsonl",
                        "control.jsonl",
                        "test.jsonl",
                        "held-out.jsonl",
                        "targets.txt",
                        "manifest.csv");
        for (Map.Entry<String, String> file : read.files().entrySet()) {
            assertThat(Digest.sha256(made.resolve(file.getKey()))).isEqualTo(file.getValue());
        }
        Path again = folder.resolve("again");
        assertThat(LookalikeFiles.write((ControlledSource) read.data(), read.seed(), again, Progress.silent()))
                .isEqualTo(description);
    }

    @Test
    void questionsKeepTheirAnswersAndAuthors() throws IOException {
        for (String set : List.of("retain", "forget10")) {
            String text = IntStream.range(0, 400)
                    .mapToObj(i -> String.format(
                            "{\"question\": \"Who is %1$s%2$d?\", \"answer\": \"The answer, as it is, of %1$s%2$d.\","
                                    + " \"paraphrased_question\": \"An other question %1$s%2$d?\","
                                    + " \"paraphrased_answer\": \"A paraphrased answer %1$s%2$d.\"}",
                            set, i))
                    .collect(Collectors.joining("\n"));
            Files.writeString(folder.resolve(set + "_perturbed.json"), text);
        }
        var source = new TofuParaphrases(
                folder.toString(), 1, List.of(0, 5), new TofuParaphrases().variants(), 0, new BytePairs(300), false);

        write(source);

        assertSame(lines("similar", 300).train(), planned(source).train());
        assertSame(lines("control", 300).train(), planned(source.asControl()).train());
        assertThat(Files.readString(made.resolve("held-out.jsonl")))
                .startsWith("{\"answer\":\"A paraphrased answer forget10")
                .contains("\"question\":\"Who is forget10");
        assertThat(where(manifest(), "part", "held-out"))
                .hasSize(20)
                .allMatch(line -> get(line, "kind").equals("paraphrased-answer"));
    }

    // ---------------------------------------------------------------- images

    private Holdout pictures(String arm) {
        return new ImageManifest(made.resolve(arm + ".csv").toString(), 32, 0.2).load(Seed.of(1));
    }

    @Test
    void imagesAreReadBackAsThePlanHasThem() throws IOException {
        Path cifar = Files.createDirectory(folder.resolve("cifar"));
        for (int file = 0; file <= 5; file++) {
            byte[] records = new byte[20 * 3073];
            Seed.of(file).random().nextBytes(records);
            for (int i = 0; i < 20; i++) {
                records[i * 3073] = (byte) (i % 10);
            }
            Files.write(cifar.resolve(file == 0 ? "test_batch.bin" : "data_batch_" + file + ".bin"), records);
        }
        var source = new AugmentedCopies(
                new Cifar10(cifar.toString(), 0, 0, ""),
                10,
                List.of(0, 2),
                List.of(ImageEdit.EXACT, ImageEdit.MIXED),
                1,
                0.95,
                false);

        LookalikeFiles.Description description = write(source);

        Holdout planned = planned(source);
        Holdout similar = pictures("similar");
        assertThat(similar.train().classes()).isEqualTo(planned.train().classes());
        assertThat(description.classes()).isEqualTo(planned.train().classes());
        assertSame(similar.train(), planned.train());
        assertSame(similar.test(), planned.test());
        assertSame(pictures("control").train(), planned(source.asControl()).train());
        assertTargets(similar.train(), planned.train());
        assertThat(made.resolve("images/train/00000.png")).exists();
        try (Stream<Path> files = Files.walk(made.resolve("images"))) {
            // Both arms share all but the copies.
            assertThat(files.filter(Files::isRegularFile)).hasSize(100 - 10 + 2 * 10 + 10 + 20);
        }
        List<Map<String, String>> copies = where(where(manifest(), "role", "look-alike"), "part", "train");
        assertThat(where(copies, "kind", "exact"))
                .hasSize(5)
                .allMatch(line -> get(line, "similarity").equals("1.0000"));
        assertThat(where(manifest(), "part", "held-out"))
                .hasSize(10)
                .allMatch(line -> get(line, "similarity").equals("1.0000"));
    }

    @Test
    void neighboursComeWithTheirCosineAndTargetsWithTheirStratum() throws IOException {
        var recipe = new Recipe(
                6, 16, 0.002, 0.9, false, 5e-4, Schedule.constant(), 0, Precision.FP32, new NoAugmentation());
        var source =
                new NaturalNeighbours(new Glyphs(400, 20, 0, 0.1), new Mlp(List.of(24)), recipe, 12, 0.9, 3, false);

        write(source);

        Holdout planned = planned(source);
        Dataset read = pictures("control").train();
        Dataset control = planned(source.asControl()).train();
        assertThat(read.size()).isEqualTo(control.size());
        try (Scope scope = Scope.open()) {
            for (int row = 0; row < read.size(); row++) {
                assertThat(read.id(row)).isEqualTo(control.id(row));
                assertThat(read.classes().get(read.label(row)))
                        .isEqualTo(control.classes().get(control.label(row)));
                assertThat(read.inputs(new int[] {row}).contiguous().toFloats())
                        .isEqualTo(control.inputs(new int[] {row}).contiguous().toFloats());
            }
        }
        assertTargets(pictures("similar").train(), planned.train());
        List<Map<String, String>> manifest = manifest();
        assertThat(where(where(manifest, "role", "target"), "kind", "many")).hasSize(6);
        assertThat(where(where(manifest, "role", "target"), "kind", "few")).hasSize(6);
        assertThat(where(manifest, "kind", "neighbour"))
                .isNotEmpty()
                .allMatch(line -> Double.parseDouble(get(line, "similarity")) >= 0.9
                        && get(line, "source").equals(get(line, "id")));
        assertThat(where(manifest, "kind", "stand-in"))
                .hasSameSizeAs(where(manifest, "kind", "neighbour"))
                .allMatch(line -> Double.parseDouble(get(line, "similarity")) < 0.9);
        assertThat(made.resolve("held-out.csv")).doesNotExist();
    }

    // ---------------------------------------------------------------- what goes wrong

    @Test
    void whatIsThereIsNotOverwritten() throws IOException {
        Files.createDirectory(folder.resolve("made"));

        assertThatThrownBy(() -> write(passages())).hasMessageContaining("exists already; delete it");
        assertThat(made).isEmptyDirectory();
    }

    @Test
    void aFailureHalfwayLeavesNothing() throws IOException {
        Path left = Files.createDirectories(folder.resolve(".made.part/images"));
        Files.writeString(left.resolve("of-a-killed-process.png"), "");
        var source =
                new AugmentedCopies(new Glyphs(60, 10, 0, 0.1), 10, List.of(1), List.of(ImageEdit.EXACT), 0, 2, false);
        made = folder.resolve("made");

        assertThatThrownBy(() -> LookalikeFiles.write(source, SEED, made, new FullAfter(30)))
                .hasMessage("disk full");

        assertThat(folder).isEmptyDirectory();
        write(source);
        assertThat(made.resolve("images/of-a-killed-process.png")).doesNotExist();
        assertThat(made.resolve("set.yaml")).exists();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(made);
        }
    }

    /** Fails after some units. */
    private static final class FullAfter implements Progress {
        private long left;

        FullAfter(long units) {
            left = units;
        }

        @Override
        public Progress begin(String task, long units) {
            return this;
        }

        @Override
        public void advance(long units) {
            left -= units;
            if (left < 0) {
                throw new IllegalStateException("disk full");
            }
        }

        @Override
        public void skip(long units) {}

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }

    @Test
    void aControlAloneIsRefused() throws IOException {
        NearDuplicateLines control = passages().asControl();

        assertThatThrownBy(() -> write(control)).hasMessageContaining("control must not be set");
    }

    @Test
    void anyIdBecomesAFileName() throws IOException {
        Path table = folder.resolve("table.csv");
        List<String> lines = new ArrayList<>(List.of("path,label,id,split"));
        var pixels = new java.awt.image.BufferedImage(8, 8, java.awt.image.BufferedImage.TYPE_INT_RGB);
        for (String id : List.of("../up", "A.png", "a", "c:d", "é", "t")) {
            pixels.setRGB(0, 0, lines.size() * 1000);
            Path file = folder.resolve(lines.size() + ".png");
            javax.imageio.ImageIO.write(pixels, "png", file.toFile());
            lines.add(file.getFileName() + ",x," + id + "," + (id.equals("t") ? "test" : "train"));
        }
        Files.write(table, lines);
        var source = new AugmentedCopies(
                new ImageManifest(table.toString(), 8, 0.2), 1, List.of(1), List.of(ImageEdit.EXACT), 1, 2, false);

        write(source);

        Holdout read = new ImageManifest(made.resolve("similar.csv").toString(), 8, 0.2).load(Seed.of(1));
        assertSame(read.train(), planned(source).train());
        assertThat(read.test().id(0)).isEqualTo(new ExampleId("t"));
        try (Stream<Path> files = Files.walk(folder.resolve("made"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .allMatch(name -> name.matches("[A-Za-z0-9._~-]+"));
        }
    }
}
