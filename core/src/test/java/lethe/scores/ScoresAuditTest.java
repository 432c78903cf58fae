package lethe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import lethe.attacks.Signal;
import lethe.metrics.SpecialFunctions;
import lethe.scores.ScoresResults.Played;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresAuditTest {
    private static final Set<Signal> NO_MORE = Set.of();

    @TempDir
    Path folder;

    private Path csv(String text) throws IOException {
        return Files.writeString(folder.resolve("scores.csv"), text);
    }

    private ScoresResults audit(String text) throws IOException {
        var audit = new ScoresAudit(List.of(0.05), 1);
        return audit.run("scores.csv", ScoreCsv.read(csv(text), audit.signals()));
    }

    private static Played find(ScoresResults results, String game, ModelKind model, String attack) {
        return results.played().stream()
                .filter(each -> each.game().equals(game)
                        && each.model() == model
                        && each.attack().equals(attack))
                .findFirst()
                .orElseThrow();
    }

    /** μ + Φ⁻¹((k − ½)/n), as a column of φ. */
    private static void grid(StringBuilder text, String set, String model, int n, double mean, boolean swap) {
        for (int k = 1; k <= n; k++) {
            double shift = swap && k % 2 == 0 ? -mean : mean;
            text.append(set)
                    .append(k)
                    .append(',')
                    .append(set)
                    .append(',')
                    .append(model)
                    .append(',');
            text.append(shift + SpecialFunctions.normalQuantile((k - 0.5) / n)).append('\n');
        }
    }

    @Test
    void oneModelOfShiftedNormalsHasTheAreaOfTheGrid() throws IOException {
        var text = new StringBuilder("example,set,model,phi\n");
        grid(text, "forget", "unlearned", 200, 1, false);
        grid(text, "test", "unlearned", 200, 0, false);
        ScoresResults results = audit(text.toString());

        Played threshold = find(results, "G2", ModelKind.UNLEARNED, "loss-threshold");

        // equal variances, a gap of 1: Φ(1/√2) = 0.76025, on grids of 200 exactly 30406/40000
        assertThat(threshold.auc().value()).isCloseTo(30406 / 40000.0, within(1e-12));
        assertThat(threshold.points().get(0).reportable()).isTrue();
        assertThat(threshold.basis()).isEqualTo(ScoresResults.Basis.EXAMPLES);
    }

    @Test
    void aSignFlipIsSeenByTwoSidedAttacksAlone() throws IOException {
        var text = new StringBuilder("example,set,model,phi\n");
        grid(text, "forget", "unlearned", 4000, 1, true);
        grid(text, "test", "unlearned", 4000, 0, false);
        ScoresResults results = audit(text.toString());

        // half N(+1, 1), half N(−1, 1) against N(0, 1): ½ one-sided, 0.635460 two-sided
        assertThat(find(results, "G2", ModelKind.UNLEARNED, "loss-threshold")
                        .auc()
                        .value())
                .isCloseTo(0.5, within(1e-3));
        assertThat(find(results, "G2", ModelKind.UNLEARNED, "two-sided-threshold")
                        .auc()
                        .value())
                .isCloseTo(0.635460, within(3e-3));
    }

    @Test
    void floorAndCeilingStandBesideTheUnlearnedModel() throws IOException {
        var text = new StringBuilder("example,set,model,phi\n");
        double[] shifts = {2, 1, 0};
        for (ModelKind model : ModelKind.values()) {
            grid(text, "forget", model.word(), 100, shifts[model.ordinal()], false);
            grid(text, "test", model.word(), 100, 0, false);
        }
        ScoresResults results = audit(text.toString());

        assertThat(find(results, "G2", ModelKind.RETRAINED, "loss-threshold")
                        .auc()
                        .value())
                .isEqualTo(0.5);
        assertThat(find(results, "G2", ModelKind.ORIGINAL, "loss-threshold").role())
                .isEqualTo("ceiling");
        assertThat(find(results, "G1", ModelKind.UNLEARNED, "loss-threshold")
                        .auc()
                        .value())
                .isCloseTo(0.7605, within(1e-12)); // the grid of 100
        assertThat(find(results, "G5", ModelKind.UNLEARNED, "before-minus-after")
                        .auc()
                        .value())
                .isEqualTo(1); // every forgotten example fell by exactly 1, no other changed
        assertThat(find(results, "G5", ModelKind.RETRAINED, "before-minus-after")
                        .role())
                .isEqualTo("control");
        assertThat(results.refused())
                .anySatisfy(each -> assertThat(each.games()).contains("G3", "G4"))
                .anySatisfy(each -> assertThat(each.attack()).isEqualTo("u-lira"))
                .anySatisfy(each -> {
                    assertThat(each.attack()).isEqualTo("two-snapshots");
                    assertThat(each.games()).containsExactly("G5");
                })
                .anySatisfy(each -> assertThat(each.reason()).contains("all logits"));
        assertThat(results.measures())
                .anySatisfy(each -> assertThat(each.value().value()).isCloseTo(1, within(1e-6))); // Wasserstein
    }

    @Test
    void worldsInWhichExamplesAreMembersByHalvesArePlayedPerExample() throws IOException {
        int n = 400;
        int worlds = 32;
        var random = new SplittableRandom(5);
        var text = new StringBuilder("world,example,set,phi\n");
        for (int i = 0; i < n; i++) {
            int shift = random.nextInt(worlds);
            double mean = 3 * random.nextGaussian();
            for (int w = 0; w < worlds; w++) {
                boolean in = (w * 7 + shift) % worlds < worlds / 2;
                text.append(w).append(',').append(i).append(in ? ",in," : ",out,");
                text.append(mean + (in ? 2 : 0) + random.nextGaussian()).append('\n');
            }
        }
        ScoresResults results = audit(text.toString());

        // means N(0, 3²), a gap of 2: Φ(2/√2) = 0.921350 per example, Φ(2/√20) = 0.672640 for a population.
        // 6,400 pairs a class: standard error 0.003 and, with 400 means, 0.02; fitting 15 references costs about 0.012.
        assertThat(find(results, "G0", ModelKind.ORIGINAL, "u-lira").auc().value())
                .isCloseTo(0.921350, within(0.02));
        assertThat(find(results, "G0", ModelKind.ORIGINAL, "loss-threshold")
                        .auc()
                        .value())
                .isCloseTo(0.672640, within(0.03));
        assertThat(find(results, "G0", ModelKind.ORIGINAL, "rmia").basis())
                .isEqualTo(ScoresResults.Basis.WORLDS_AND_EXAMPLES);
        assertThat(results.models()).containsExactly(ModelKind.ORIGINAL);
    }

    /**
     * Gaps of 2 before and 0.2 after with correlation 0.9: 0.998 to who reads both with their covariance, 0.556 to who
     * reads the model after unlearning alone.
     */
    @Test
    void bothModelsOfManyWorldsArePlayedWithTheirCovariance() throws IOException {
        int worlds = 24;
        var random = new SplittableRandom(6);
        var text = new StringBuilder("world,example,set,model,phi\n");
        for (int i = 0; i < 200; i++) {
            int shift = random.nextInt(worlds);
            for (int w = 0; w < worlds; w++) {
                boolean in = (w * 5 + shift) % worlds < worlds / 2;
                double before = random.nextGaussian();
                double after = 0.9 * before + Math.sqrt(0.19) * random.nextGaussian();
                String start = w + "," + i + (in ? ",forget," : ",test,");
                text.append(start + "original," + (before + (in ? 2 : 0)) + "\n");
                text.append(start + "unlearned," + (after + (in ? 0.2 : 0)) + "\n");
            }
        }
        ScoresResults results = audit(text.toString());

        assertThat(find(results, "G5", ModelKind.UNLEARNED, "two-snapshots")
                        .auc()
                        .value())
                .isCloseTo(0.998, within(0.004)); // 2,400 pairs a class; eleven references cost about 0.001
        assertThat(find(results, "G2", ModelKind.UNLEARNED, "loss-threshold")
                        .auc()
                        .value())
                .isCloseTo(0.556, within(0.03));
        assertThat(results.refused())
                .anySatisfy(each -> assertThat(each.reason()).contains("one number; with one it is u-lira"));
    }

    @Test
    void unbalancedWorldsAreRefusedPerExampleButPlayedByPopulation() throws IOException {
        var text = new StringBuilder("world,example,set,loss\n");
        for (int w = 0; w < 4; w++) {
            for (int i = 0; i < 40; i++) {
                text.append(
                        w + "," + i + "," + (i < 20 ? "forget" : "test") + "," + (0.1 + i * 0.01 + w * 0.001) + "\n");
            }
        }
        ScoresResults results = audit(text.toString());

        assertThat(find(results, "G2", ModelKind.UNLEARNED, "loss-threshold").basis())
                .isEqualTo(ScoresResults.Basis.WORLDS);
        assertThat(results.refused())
                .anySatisfy(each -> assertThat(each.reason()).contains("half of the worlds"));
    }

    @Test
    void aClassForgottenAsAWholeIsComparedWithItsOwnClass() throws IOException {
        var text = new StringBuilder("example,set,label,phi\n");
        for (int i = 0; i < 40; i++) {
            text.append("f" + i + ",forget,5," + i + "\n");
            text.append("a" + i + ",test,5," + i + "\n");
            text.append("b" + i + ",test,6,100\n");
        }
        ScoresResults results = audit(text.toString());

        Played threshold = find(results, "G2", ModelKind.UNLEARNED, "loss-threshold");
        assertThat(threshold.negatives()).isEqualTo(40);
        assertThat(threshold.auc().value()).isCloseTo(0.5, within(1e-12));
        assertThat(results.notes()).anySatisfy(note -> assertThat(note).contains("mix of classes"));
    }

    @Test
    void lossIsTurnedIntoLogitScaledConfidence() throws IOException {
        ScoreSheet sheet = ScoreCsv.read(csv("example,set,loss\na,forget,0.5\nb,test,40\nc,test,0\n"), NO_MORE);

        double p = Math.exp(-0.5);
        assertThat(sheet.value(Signal.PHI, 0, 0, ModelKind.UNLEARNED)).isCloseTo(Math.log(p / (1 - p)), within(1e-6));
        assertThat(sheet.value(Signal.NEG_LOSS, 0, 0, ModelKind.UNLEARNED)).isCloseTo(-0.5, within(1e-6));
        assertThat(sheet.value(Signal.PHI, 1, 0, ModelKind.UNLEARNED)).isCloseTo(-40, within(1e-5));
        assertThat(sheet.value(Signal.PHI, 2, 0, ModelKind.UNLEARNED)).isGreaterThan(16.6);
        assertThat(sheet.notes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "example,set,lss;a,test,1 | :1: unknown column 'lss'; did you mean 'loss'?",
                "example,loss;a,1 | :1: column 'set' is missing",
                "example,set;a,test | no column of numbers",
                "example,set,label,loss,logit_0,logit_1;a,test,0,1,1,1 | logits say most",
                "example,set,label,logit_0,logit_2;a,test,0,1,1 | 'logit_1' is missing",
                "example,set,label,logit_0,logit_1;a,test,2,1,1 | found '2', expected the index",
                "example,set,loss;a,test,NaN | :2, column 'loss': found 'NaN', expected a finite number",
                "example,set,loss;a,test,x | expected a number",
                "example,set,loss;a,test,-1 | never negative",
                "example,set,confidence;a,test,1.5 | [0, 1]",
                "example,set,loss;a,tset,1 | did you mean 'test'?",
                "example,set,loss;a,test,1;a,test,2 | :3, column 'loss': found example 'a', 2, expected each example once",
                "example,set,model,loss;a,forget,original,1;a,test,unlearned,2 | another row of it says forget",
                "example,set,loss;a,test | found 2 fields, expected the 3",
                "example,set,loss;,test,1 | column 'example' is empty",
                "example,set,loss | holds no rows",
            })
    void aMistakeIsReportedWithItsPlace(String table, String message) throws IOException {
        Path file = csv(table.replace(';', '\n'));

        assertThatThrownBy(() -> ScoreCsv.read(file, NO_MORE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(file.toString());
    }

    private Path npy(String name, int version, String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        bytes.put(text).put(data);
        byte[] exact = new byte[bytes.position()];
        bytes.rewind().get(exact);
        return Files.write(folder.resolve(name), exact);
    }

    private static String header(String type, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    }

    @Test
    void arraysAreModelsByExamples() throws IOException {
        var floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int k = 0; k < 6; k++) {
            floats.putFloat(k);
        }
        Path scores = npy("phi.npy", 2, header("<f4", "(2, 3)"), floats.array());
        Path keep = npy("keep.npy", 1, header("|b1", "(2, 3)"), new byte[] {1, 0, 1, 0, 1, 0});

        ScoreSheet sheet = new ScoreArrays(
                        scores, Optional.empty(), Optional.empty(), keep, Optional.empty(), Optional.of(Given.PHI))
                .read(NO_MORE);

        assertThat(sheet.worlds()).containsExactly("0", "1");
        assertThat(sheet.value(Signal.PHI, 1, 1, ModelKind.ORIGINAL)).isEqualTo(4);
        assertThat(sheet.is(1, 1, Membership.RETAIN)).isTrue();
        assertThat(sheet.is(2, 1, Membership.TEST)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'descr': 'O', 'fortran_order': False, 'shape': (1,), } | Python objects",
                "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), } | little-endian",
                "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), } | ascontiguousarray",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } | it was cut off",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (), } x | a header that numpy.save does not write",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 999999999999), } | no file can hold",
            })
    void anArrayThatIsNotPlainNumbersIsRefused(String header, String message) throws IOException {

        Path file = npy("bad.npy", 1, header, new byte[4]);

        assertThatThrownBy(() -> Npy.open(file)).hasMessageContaining(message);
    }
}
