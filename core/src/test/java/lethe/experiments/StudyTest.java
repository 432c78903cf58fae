package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import lethe.catalog.Catalog;
import lethe.claims.Claim;
import lethe.claims.Evidence;
import lethe.claims.Finding;
import lethe.data.Dataset;
import lethe.engine.Scope;
import lethe.influence.EmbeddingSimilarity;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.training.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {
    private static final Plan FOLLOWED =
            Tiny.plan("bootstrap: 50", "bootstrap: 50, trajectory: true", "finetune, epochs: 1", "finetune, epochs: 3");

    @Test
    void everyClaimIsExaminedFromStoredSignals(@TempDir Path folder) throws IOException {
        Results results = Tiny.run(FOLLOWED, folder);
        List<Claim> claims = List.copyOf(Catalog.of(Claim.class).all().values());
        List<Finding> findings;
        try (RunDirectory run = RunDirectory.open(folder)) {
            findings = new Experiment(FOLLOWED).study(run, results, claims, Progress.silent());
        }

        assertThat(findings).extracting(Finding::claim).containsExactly("c1", "c2", "c3", "c4", "c5", "c6", "c7");
        assertThat(findings).noneMatch(finding -> finding.rows().isEmpty());
        Finding rates = findings.get(5);
        assertThat(rates.row("identity").statistics().get(0).value().value()).isZero();
        assertThat(rates.rows()).extracting(Finding.Row::method).containsExactly("retrain", "identity", "finetune");
        assertThat(rates.notes().get(0)).startsWith("gradient-ascent is left out");
        assertThat(findings.get(6).rows())
                .extracting(Finding.Row::method)
                .contains("finetune, R1 stopped at equal losses", "finetune, R3 each at its own epoch");

        Finding inFeatures = findings.get(4);
        assertThat(inFeatures.notes().get(0)).contains("in the features before the last layer of originals");
        assertCosinesAreOfOriginalsThatNeverSawTheFirst(folder);
        try (Stream<Path> originals = Files.list(folder.resolve("models"))) {
            for (Path original : originals.toList()) {
                Files.delete(original);
            }
        }
        assertThat(retained(folder, results)).isEqualTo(inFeatures); // by what was kept
        Files.delete(folder.resolve("likeness.safetensors"));
        Finding inLogits = retained(folder, results);
        assertThat(inLogits.notes().get(0)).contains("in the logits of originals");
        assertThat(inLogits.row("finetune")).isNotEqualTo(inFeatures.row("finetune"));

        Plan other = Tiny.plan("bootstrap: 50", "bootstrap: 60, trajectory: true");
        try (RunDirectory run = RunDirectory.open(folder)) {
            assertThatThrownBy(() -> new Experiment(other).study(run, results, claims, Progress.silent()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("results of another plan")
                    .hasMessageContaining("'lethe audit " + folder + "'");
        }
    }

    private static Finding retained(Path folder, Results results) {
        try (RunDirectory run = RunDirectory.open(folder)) {
            return new Experiment(FOLLOWED)
                    .study(run, results, List.of(Catalog.of(Claim.class).get("c5")), Progress.silent())
                    .get(0);
        }
    }

    private static void assertCosinesAreOfOriginalsThatNeverSawTheFirst(Path folder) {
        try (RunDirectory run = RunDirectory.open(folder)) {
            var setting = new Setting(FOLLOWED);
            Evidence.Likeness likeness = FeatureLikeness.of(new FinishedRun(setting, run), Progress.silent())
                    .orElseThrow();
            Dataset pool = setting.train().select(setting.pool());
            int unseen = 0;
            double cosine = 0;
            for (World world : setting.shadows()) {
                if (Arrays.binarySearch(world.trainRows(), setting.pool()[3]) < 0) {
                    try (Scope scope = Scope.open();
                            Model original = ModelFile.read(
                                    run.model(setting.training(world).key()))) {
                        cosine += EmbeddingSimilarity.cosines(pool, original)[3 * pool.size() + 7];
                    }
                    unseen++;
                }
            }
            assertThat(likeness.read().from(3)[7]).isCloseTo(1 - cosine / unseen, within(1e-5));
        }
    }
}
