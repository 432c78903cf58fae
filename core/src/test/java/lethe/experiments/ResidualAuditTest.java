package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.KnownLookalikes;
import lethe.metrics.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidualAuditTest {
    private static final String COPIES =
            "{name: augmented-copies, of: {name: glyphs, train: 120, test: 40, mislabelled: 0}, targets: 12,"
                    + " copies: [0, 1], edits: [exact], heldOut: 0}";
    private static final String CLOSURE = "  - {name: closure, method: retrain, remedy: expand, detector: exact}\n";

    @TempDir
    private Path directory;

    private static Plan plan(String... more) {
        String[] changes = {"{name: glyphs, train: 120, test: 40}", COPIES, "{name: random, fraction: 0.1}", "targets"};
        return Tiny.plan(IntStream.range(0, changes.length + more.length)
                .mapToObj(i -> i < changes.length ? changes[i] : more[i - changes.length])
                .toArray(String[]::new));
    }

    /**
     * What models say whose loss of f is 4, less 2 if they learned f itself and less 1 if they learned its copy: I = 3, of
     * which one third is left after retraining.
     */
    private static Results.InfluenceLeft known(Plan plan) {
        var setting = new Setting(plan);
        return new ResidualAudit(setting, setting.shadows(), step -> Optional.of(said(setting, step)), 1)
                .influence()
                .orElseThrow();
    }

    private static float[] said(Setting setting, Step step) {
        World world = setting.shadows().get(step.world());
        int[] forgotten = step.kind() == Step.Kind.TRAIN || step.label().equals("identity")
                ? new int[0]
                : world.forgetRows()[step.set()];
        Dataset train = setting.train();
        float[] said = new float[setting.pool().length];
        for (int p = 0; p < said.length; p++) {
            int row = setting.pool()[p];
            boolean gone = step.label().equals("closure") && Arrays.binarySearch(forgotten, row) >= 0;
            boolean copied = IntStream.of(world.trainRows())
                    .filter(other -> Arrays.binarySearch(forgotten, other) < 0)
                    .anyMatch(other -> KnownLookalikes.of(train, other)
                            .filter(known -> known.target().equals(train.id(row)))
                            .isPresent());
            boolean learned =
                    Arrays.binarySearch(world.trainRows(), row) >= 0 && Arrays.binarySearch(forgotten, row) < 0;
            said[p] = -(4 - (learned ? 2 : 0) - (copied && !gone ? 1 : 0));
        }
        return said;
    }

    @Test
    void theShareLeftIsFoundInWorldsThatHappenToLackBoth() {
        Results.InfluenceLeft found = known(plan());

        assertThat(found.targets()).isEqualTo(6);
        assertThat(found.measured()).isBetween(4, 6); // of eight worlds two have neither, on average
        assertThat(found.free()).isEmpty();
        assertThat(found.lookalikes()).isEqualTo(1);
        assertThat(found.influence()).isEqualTo(new Estimate(3, 3, 3));
        Residuals left = new Residuals(found);
        assertThat(left.of("identity")).isEqualTo(1);
        assertThat(left.of("retrain")).isEqualTo(1 / 3.0, within(1e-6));
        assertThat(left.of("finetune")).isEqualTo(1 / 3.0, within(1e-6));
        assertThat(found.shares().get(0).confidence().pooled().value())
                .isEqualTo((Math.exp(-4) - Math.exp(-3)) / (Math.exp(-4) - Math.exp(-1)), within(1e-6));
        assertThat(found.shares().get(1).gap().value()).isEqualTo(2 / 3.0, within(1e-6));
    }

    @Test
    void retrainingWithoutLookalikesIsTheScaleWhereItIsThere() {
        Results.InfluenceLeft found = known(plan("methods:\n", "methods:\n" + CLOSURE));

        assertThat(found.free()).isEqualTo("closure");
        assertThat(found.measured()).isEqualTo(found.targets());
        assertThat(found.shares())
                .extracting(Results.InfluenceShare::label)
                .containsExactly("retrain", "identity", "finetune", "gradient-ascent");
        assertThat(new Residuals(found).of("retrain")).isEqualTo(1 / 3.0, within(1e-6));
    }

    @Test
    void whatDivergedIsLeftOut() {
        var setting = new Setting(plan());

        Results.InfluenceLeft found = new ResidualAudit(
                        setting,
                        setting.shadows(),
                        step -> step.label().equals("retrain") ? Optional.empty() : Optional.of(said(setting, step)),
                        1)
                .influence()
                .orElseThrow();

        assertThat(found.shares()).extracting(Results.InfluenceShare::label).doesNotContain("retrain");
        assertThat(found.shares().get(0).gap().value()).isNaN();
    }

    @Test
    void anAuditReportsWhatIsLeftWhereThereAreLookalikes() {
        Results audited = Tiny.run(plan("epochs: 3, batch: 32", "epochs: 20, batch: 32"), directory);

        Results.InfluenceLeft found = audited.influence().orElseThrow();
        Residuals left = new Residuals(found);
        assertThat(found.shares()).hasSameSizeAs(audited.methods());
        assertThat(left.of("identity")).isEqualTo(1);
        assertThat(found.influence().value()).isPositive();
    }

    @Test
    void withoutLookalikesThereIsNothingToReport() {
        var setting = new Setting(Tiny.plan());

        assertThat(new ResidualAudit(setting, setting.shadows(), step -> Optional.empty(), 1).influence())
                .isEmpty();
    }

    private record Residuals(Results.InfluenceLeft found) {
        double of(String label) {
            return found.shares().stream()
                    .filter(share -> share.label().equals(label))
                    .findFirst()
                    .orElseThrow()
                    .left()
                    .pooled()
                    .value();
        }
    }
}
