package lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lethe.catalog.Digest;
import lethe.data.Cifar10;
import lethe.data.Dataset;
import lethe.data.Published;
import lethe.engine.Seed;
import lethe.experiments.Experiment;
import lethe.experiments.Plan;
import lethe.experiments.Results;
import lethe.experiments.RunDirectory;
import lethe.experiments.Verdict;
import lethe.report.ResultsJson;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that carry out a plan of seconds, whose method only pretends to forget. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one finished run, which tests copy
class ExperimentCommandsTest {
    private static final String YAML = """
            data: {name: glyphs, train: 100, test: 20}
            forget: {name: random, fraction: 0.1}
            model: {name: mlp, hidden: [32]}
            training: {epochs: 30, batch: 20, learningRate: 0.03, precision: fp32}
            methods:
              - {name: finetune, epochs: 1, learningRate: 1e-12}
            audit: {worlds: 8, pool: 60, forgetSets: 1, evaluation: 20, attacks: [u-lira], fprs: [0.1], bootstrap: 50}
            execution: {workers: 2, threads: 1}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path finished = Path.of("");
    private Path folder = Path.of("");
    private Path run = Path.of("");
    private Path plan = Path.of("");

    private int lethe(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(
                new PrintWriter(out),
                new PrintWriter(err, true),
                Terminal.NONE,
                List.of(),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private JsonNode json() {
        return JsonMapper.builder().build().readTree(out.toString());
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    void runOnce(@TempDir Path shared) throws IOException {
        finished = shared.resolve("finished");
        Path file = Files.writeString(shared.resolve("plan.yaml"), YAML);

        assertThat(lethe("run", file, "--out", finished)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("finetune", "Report: " + finished.resolve("report.html"));
        assertThat(finished.resolve("report.html")).exists();
    }

    @BeforeEach
    void copyTheFinishedRun(@TempDir Path empty) throws IOException {
        folder = empty;
        plan = write("plan.yaml", YAML);
        run = folder.resolve("run");
        try (Stream<Path> files = Files.walk(finished)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = run.resolve(finished.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void aFinishedRunIsPrintedAgainWithoutTraining() throws IOException {
        assertThat(lethe("run", plan, "--out", run, "--json", "--quiet")).isZero();

        Results results = ResultsJson.fromJson(out.toString());
        assertThat(results).isEqualTo(ResultsJson.read(finished.resolve("results.json")));
        assertThat(err.toString()).isEmpty();
        assertThat(run.resolve("results.jsonl")).hasSameTextualContentAs(finished.resolve("results.jsonl"));
    }

    @Test
    void anAuditThatTellsAMethodFromRetrainingEndsWith3() {
        assertThat(lethe("audit", run, "--json")).isEqualTo(3);

        assertThat(ResultsJson.fromJson(out.toString()).methods().get(2).verdict())
                .isInstanceOf(Verdict.Distinguishable.class);
        assertThat(run.resolve("results.jsonl")).hasSameTextualContentAs(finished.resolve("results.jsonl"));
    }

    @Test
    void aFinishedRunSaysHowManyWorldsNarrowerIntervalsNeed() {
        assertThat(lethe("power", run, "--half-width", "0.1")).isZero();
        assertThat(out.toString())
                .containsPattern("METHOD +GAME +ATTACK +NUMBER +NOW +WORLDS")
                .containsPattern("identity +G2 +u-lira +AUC +±0\\.\\d{3} +(\\d+|–)")
                .containsPattern("identity +G2 +u-lira +TPR@10% ")
                .contains("the run's 8 worlds of 60 examples")
                .contains("'audit: {worlds: …, grownFrom: [8], …}'");

        assertThat(lethe("power", run, "--half-width", "0")).isEqualTo(2);
        assertThat(lethe("power", folder.resolve("none"))).isEqualTo(2);
    }

    @Test
    void theCeilingAloneDoesNotFailAnAudit() {
        write("plan.yaml", YAML.replaceAll("(?s)methods:.*audit", "audit"));
        assertThat(lethe("run", plan, "--out", run)).isZero();

        assertThat(lethe("audit", run)).isZero();

        assertThat(out.toString()).contains("identity").doesNotContain("finetune");
    }

    @Test
    void onlyAFinishedRunIsAudited() throws IOException {
        assertThat(lethe("audit", folder.resolve("none"))).isEqualTo(2);
        assertThat(err.toString()).contains(folder.resolve("none") + " is no run directory: it has no plan.yaml");

        Files.delete(run.resolve("results.jsonl"));

        assertThat(lethe("audit", run)).isEqualTo(2);
        assertThat(err.toString()).contains("is not finished in " + run, "'lethe run'");
    }

    @Test
    void changedSignalsEndWith4() throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("signals"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.writeString(file, "?");
            }
        }

        assertThat(lethe("audit", run)).isEqualTo(4);
        assertThat(err.toString()).contains("was changed after it was written");
    }

    @Test
    void aReportIsDrawnAgain() throws IOException {
        Files.delete(run.resolve("report.html"));

        assertThat(lethe("report", run)).isZero();

        assertThat(run.resolve("report.html")).hasSameTextualContentAs(finished.resolve("report.html"));
        assertThat(lethe("report", folder)).isEqualTo(2);
        assertThat(err.toString()).contains(folder + " has no results.json");
    }

    @Test
    void aClaimIsExaminedFromWhatARunHasStored() {
        assertThat(lethe("study", "c4", run)).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("C4. Unlearning lowers")
                .contains("finetune", "floor: retrain", "ceiling: identity", "Verdict: ", "Written: ");
        assertThat(run.resolve("claims.md")).content().contains("## C4: ").doesNotContain("## C5: ");

        assertThat(lethe("study", "all", run, "--json")).isZero();
        assertThat(json().get("findings").size()).isEqualTo(7);
        assertThat(json().get("findings").get(4).get("verdict").asString()).contains("set audit.forgetSets to 2");
        assertThat(json().get("findings").get(5).get("verdict").asString()).contains("set audit.trajectory to true");
        assertThat(run.resolve("claims.md")).content().contains("## C4: ", "## C5: ");
        assertThat(run.resolve("results.jsonl")).hasSameTextualContentAs(finished.resolve("results.jsonl"));
    }

    @Test
    void aClaimNeedsAFinishedRunAndAName() {
        assertThat(lethe("study", "c4", folder)).isEqualTo(2);
        assertThat(err.toString()).contains(folder + " has no results.json");

        assertThat(lethe("study", "c8", run)).isEqualTo(2);
        assertThat(err.toString()).contains("No claim 'c8'", "c1, c2, c3");
    }

    @Test
    void aDryRunListsWhatIsToDoAndTrainsNothing() {
        Path nothing = folder.resolve("nothing");

        assertThat(lethe("run", plan, "--out", nothing, "--dry-run")).isZero();

        assertThat(out.toString())
                .startsWith("STEP")
                .containsPattern("original +9 +0 +0 +\\d")
                .containsPattern("finetune +9 +0 +0 +\\d")
                .contains("with 2 workers, disk about ");
        assertThat(nothing.resolve("results.jsonl")).doesNotExist();
        assertThat(nothing.resolve("models")).doesNotExist();
    }

    @Test
    void aPlanSaysWhatIsStaleAndWhy() {
        write("plan.yaml", YAML.replace("epochs: 30", "epochs: 31"));

        assertThat(lethe("plan", plan, "--out", run, "--json")).isZero();

        JsonNode original = json().get("rows").get(0);
        assertThat(original.get("stale").asInt()).isEqualTo(9);
        assertThat(original.get("reason").asString()).isEqualTo("training.epochs was 30, is 31");
        assertThat(run.resolve("results.jsonl")).hasSameTextualContentAs(finished.resolve("results.jsonl"));
    }

    @Test
    void moreWorldsWithoutThoseThatAreThereAreWarnedOf() {
        write("plan.yaml", YAML.replace("worlds: 8", "worlds: 12"));
        assertThat(lethe("plan", plan, "--out", run)).isZero();
        assertThat(err.toString())
                .contains("12 worlds are others than the 8", "'audit: {worlds: 12, grownFrom: [8], …}'");

        write("plan.yaml", YAML.replace("worlds: 8", "worlds: 12, grownFrom: [8]"));
        assertThat(lethe("plan", plan, "--out", run)).isZero();
        assertThat(err.toString()).doesNotContain("others than");
    }

    @Test
    void worldsAreEmittedAsCommandsThatAShellUnderstands() throws Exception {
        Path spaced = write("my plan.yaml", YAML);
        Path nothing = folder.resolve("it's empty");

        assertThat(lethe("plan", spaced, "--out", nothing, "--emit", "commands"))
                .as(err.toString())
                .isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(9); // the deployed model, then the shadow worlds
        assertThat(err.toString()).startsWith("When all are done: lethe run '" + spaced + "' --out '");
        Process shell = new ProcessBuilder("sh", "-c", lines.get(8).replaceFirst("^lethe", "printf '%s\\\\n'")).start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .containsExactly("run", spaced.toString(), "--out", nothing.toString(), "--world", "8");

        assertThat(lethe("plan", spaced, "--out", run, "--emit", "commands")).isZero();
        assertThat(out.toString()).isEmpty(); // all is done there
    }

    @Test
    void worldsRunOneByOneAreFoundDoneByTheRunThatAuditsThem() throws IOException {
        Path small = write("small.yaml", YAML.replace("worlds: 8", "worlds: 6").replace("epochs: 30", "epochs: 1"));
        Path parts = folder.resolve("parts");

        assertThat(lethe("run", small, "--out", parts, "--world", "0,1,2", "--isolation", "thread"))
                .as(err.toString())
                .isZero();
        assertThat(lethe("run", small, "--out", parts, "--world", "3,4,5,6", "--isolation", "thread"))
                .isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("world 4/4", "'lethe run' without --world audits them");
        assertThat(parts.resolve("results.json")).doesNotExist();

        assertThat(lethe("run", small, "--out", parts)).isZero();
        assertThat(err.toString()).contains("world 7/7, 7 of them from before");
        assertThat(Files.readAllLines(parts.resolve("results.jsonl"))).hasSize(4 + 6 * 4);

        assertThat(lethe("run", small, "--out", parts, "--world", "7")).isEqualTo(2);
        assertThat(err.toString()).contains("expected 0 for the deployed model, or 1 to 6");
        assertThat(lethe("run", small, "--out", parts, "--world", "1", "--fresh"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("does not go with --fresh");
    }

    @Test
    void aFreshRunMovesTheOldOneAside() throws IOException {
        Path small = write("small.yaml", YAML.replace("worlds: 8", "worlds: 6").replace("epochs: 30", "epochs: 1"));
        Files.createDirectory(folder.resolve("run.old-1"));

        assertThat(lethe("run", small, "--out", run, "--fresh")).isZero();

        assertThat(err.toString()).contains("Moved earlier results to " + folder.resolve("run.old-2"));
        assertThat(folder.resolve("run.old-2").resolve("results.jsonl"))
                .hasSameTextualContentAs(finished.resolve("results.jsonl"));
        assertThat(Files.readAllLines(run.resolve("results.jsonl"))).hasSize(4 + 6 * 4);
    }

    @Test
    void aTypingMistakeIsShownWhereItIs() {
        write("plan.yaml", YAML.replace("fraction", "fractoin"));

        assertThat(lethe("run", plan, "--out", run)).isEqualTo(2);

        assertThat(err.toString()).contains(plan + ":2:24: forget.fractoin", "did you mean 'fraction'?");
    }

    @Test
    void aPlanThatIsNotThereIsAMistake() {
        assertThat(lethe("run", folder.resolve("plam.yaml"))).isEqualTo(2);

        assertThat(err.toString()).contains("did you mean " + plan + "?");
    }

    @Test
    void resultsDoNotGoIntoAFileOrTheDirectoryOfAnother() {
        assertThat(lethe("run", plan, "--out", plan)).isEqualTo(2);
        assertThat(err.toString()).contains("--out " + plan + " is a file; expected a directory");

        try (RunDirectory busy = RunDirectory.open(run)) {
            assertThat(lethe("run", plan, "--out", run)).isEqualTo(2);
            assertThat(err.toString()).contains("Another process is working in " + busy.root());
        }
    }

    @Test
    void missingDataEndsWith6() {
        write("plan.yaml", YAML.replaceFirst("data:.*", "data: {name: cifar10, folder: nowhere}"));

        assertThat(lethe("run", plan, "--out", run)).isEqualTo(6);

        assertThat(err.toString()).contains("Found no cifar10 in nowhere", "lethe data cifar10 --to nowhere");
    }

    @Test
    void aModelIsTrainedAndForgets() {
        Path original = folder.resolve("original.safetensors");
        Path forgot = folder.resolve("forgot.safetensors");
        Dataset train = new Experiment(Plan.read(plan)).data().train();
        Path ids = write("ids.txt", train.id(0) + " # a remark\n\n" + train.id(7) + "\n");

        assertThat(lethe("train", plan, "--to", original, "--json"))
                .as(err.toString())
                .isZero();
        assertThat(json().get("train").asDouble()).isGreaterThan(0.5);
        assertThat(original).exists();
        assertThat(folder.resolve("original.safetensors.unfinished")).doesNotExist();

        assertThat(lethe("train", plan, "--to", original)).isEqualTo(2);
        assertThat(err.toString()).contains(original + " exists already");

        assertThat(lethe("unlearn", plan, "--model", original, "--method", "finetune", "--forget", ids, "--to", forgot))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("forget before", "test after", "Model: " + forgot);
        assertThat(forgot).exists();
    }

    @Test
    void whatCannotBeForgottenIsAMistake() throws IOException {
        Path original = model();
        Path ids = write("ids.txt", "train/100000\n");
        Object[] unlearn = {"unlearn", plan, "--model", original, "--method"};

        assertThat(lethe(with(unlearn, "finetune", "--forget", ids, "--to", folder.resolve("a"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains(ids + " names 1 of 1 examples that are not in", "nearest to the first is");

        assertThat(lethe(with(unlearn, "fintune", "--to", folder.resolve("b")))).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'finetune'?");

        assertThat(lethe(with(unlearn, "finetune", "--to", folder.resolve("no/where"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains("There is no directory " + folder.resolve("no"));

        write("plan.yaml", YAML.replace("epochs: 1, learningRate: 1e-12", "epochs: 9, learningRate: 1e30"));
        assertThat(lethe(with(unlearn, "finetune", "--to", folder.resolve("c"))))
                .isEqualTo(2);
        assertThat(err.toString()).contains("lower the learning rate");
        assertThat(folder.resolve("c")).doesNotExist();
    }

    private static Object[] with(Object[] first, Object... rest) {
        return Stream.of(first, rest).flatMap(Stream::of).toArray();
    }

    /** One that the run trained. */
    private Path model() throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("models"))) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    @Test
    void anArchiveThatIsNotThePublishedOneIsRefused() {
        Path archive = write("cifar.tar.gz", "corrupt");

        assertThat(lethe("data", "cifar10", "--to", folder, "--from", archive)).isEqualTo(2);
        assertThat(err.toString()).contains(archive + " has 7 bytes, expected the 170052171 of cifar-10-binary.tar.gz");

        assertThat(lethe("data", "cifar10", "--to", folder, "--from", folder.resolve("no.tar.gz")))
                .isEqualTo(2);
        assertThat(lethe("data", "cifar01", "--to", folder)).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'cifar10'?");
    }

    @Test
    void whatIsSaidOfUnpackedDataCanBeCopiedIntoAPlan() {
        String said = DataCommand.inPlan(Published.CIFAR10, Path.of("my data", "cifar-10-batches-bin"));

        assertThat(Plan.parse(said, "plan.yaml").data())
                .isEqualTo(new Cifar10("my data/cifar-10-batches-bin", 0, 0, ""));
    }

    @Test
    void aDataSetWithLookalikesIsMadeFromItsSettings() throws IOException {
        Object[] command = {
            "data",
            "augmented-copies",
            "--to",
            folder,
            "--set",
            "of={glyphs: {train: 80, test: 10}}",
            "--set",
            "targets=10",
            "--set",
            "copies=[0, 1]",
            "--set",
            "heldOut=0",
            "--seed",
            3
        };

        assertThat(lethe(command)).as(err.toString()).isZero();

        Path made = folder.resolve("augmented-copies");
        assertThat(out.toString())
                .contains(made + ": 75 training examples in each arm, 10 of them targets and 5 look-alikes of these, in"
                        + " the control unrelated ones; 0 look-alikes held out; 10 test examples");
        String said =
                out.toString().substring(out.toString().indexOf("data: {")).replaceAll("(?m)^ +", "");
        Plan plan = Plan.parse(said, "plan.yaml");
        Dataset train = plan.data().load(Seed.of(1)).train();
        assertThat(train.size()).isEqualTo(75);
        assertThat(plan.forget().rows(train, Seed.of(1))).hasSize(10);
        assertThat(Files.readString(made.resolve("set.yaml")))
                .contains("seed: 3")
                .contains("copies: [0, 1]");

        assertThat(lethe(command)).isEqualTo(2);
        assertThat(err.toString()).contains(made + " exists already; delete it");
    }

    @Test
    void aPlanSaysWhichDataSetIsMade() {
        Path plan = write(
                "made.yaml",
                "seed: 5\ndata: {augmented-copies: {of: {glyphs: {train: 80, test: 10}}, targets: 10, copies: [1]}}\n");

        assertThat(lethe("data", plan, "--to", folder, "--json"))
                .as(err.toString())
                .isZero();

        assertThat(json().get("folder").asString())
                .isEqualTo(folder.resolve("augmented-copies").toString());
        assertThat(json().get("lookalikes").asInt()).isEqualTo(10);
        assertThat(json().get("files").get("control.csv").asString())
                .isEqualTo(Digest.sha256(folder.resolve("augmented-copies/control.csv")));
        assertThat(lethe("data", plan, "--to", folder, "--set", "targets=3")).isEqualTo(2);
        assertThat(err.toString()).contains("A plan says all settings and the seed");
        Path plain = write("plain.yaml", "data: glyphs\n");
        assertThat(lethe("data", plain, "--to", folder)).isEqualTo(2);
        assertThat(err.toString()).contains("has data glyphs, which is not made with look-alikes");
    }

    @Test
    void mistakesInAMadeDataSetAreSaidBeforeAnythingIsWritten() throws IOException {
        assertThat(lethe("data", "augmented-copies", "--to", folder.resolve("to"), "--set", "tragets=3"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Unknown key; did you mean 'targets'?");
        assertThat(lethe("data", "augmented-copies", "--to", folder.resolve("to"), "--set", "targets=few"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("^").contains("Expected a whole number, but found 'few'.");
        assertThat(lethe("data", "augmented-copies", "--to", folder.resolve("to"), "--from", folder))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--from names a published archive");
        assertThat(lethe("data", "cifar10", "--to", folder, "--set", "targets=3"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--set and --seed are for data sets with look-alikes");
        assertThat(lethe("data", "augmented-copies", "--to", folder.resolve("to")))
                .isEqualTo(6);
        assertThat(err.toString()).contains("`lethe data cifar10 --to data/cifar10` fetches it");
        assertThat(lethe("data", "augmented-copy", "--to", folder)).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean 'augmented-copies'?");
        assertThat(folder.resolve("to")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(DemoCommand.Kind.class)
    void plansOfTheDemonstrationSurviveARoundTrip(DemoCommand.Kind kind) throws IOException {
        Plan demo = DemoCommand.plan(kind);

        assertThat(Plan.parse(demo.toYaml(), "again.yaml")).isEqualTo(demo);
        assertThat(demo.methods()).hasSize(5); // three besides floor and ceiling
    }
}
