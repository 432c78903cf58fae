package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lethe.training.Checkpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans whose models are trained in shards. */
class EnsemblePlanTest {
    private static final String[] SHARDED = {
        "model: {name: mlp, hidden: [16]}",
        "model: {name: ensemble, member: {name: mlp, hidden: [16]}, shards: 2, slices: 2}",
        "- {name: gradient-ascent, epochs: 1, learningRate: 0.01, batch: 16}",
        "- sisa",
        "worlds: 8",
        "worlds: 6",
    };

    @TempDir
    private Path folder;

    @Test
    void exactUnlearningIsAuditedTheSameWithAndWithoutSnapshots() throws Exception {
        Plan plan = Tiny.plan(SHARDED);
        Path with = folder.resolve("with");
        Path without = folder.resolve("without");

        List<Results.MethodResult> fromSlices = Tiny.timeless(Tiny.run(plan, with));
        // Originals first, and no snapshot is left when their turn to forget comes.
        Tiny.run(
                Tiny.plan(Stream.concat(Stream.of(SHARDED), Stream.of("- sisa", ""))
                        .toArray(String[]::new)),
                without);
        new Checkpoints(without.resolve("snapshots"), new Execution().checkpoint()).clear();
        List<Results.MethodResult> fromTheBeginning = Tiny.timeless(Tiny.run(plan, without));

        assertThat(fromSlices).extracting(Results.MethodResult::label).contains("sisa", "retrain");
        assertThat(fromTheBeginning).isEqualTo(fromSlices);
        // Two shards of two slices of the deployed model and of six worlds, and none of what unlearning trained.
        try (Stream<Path> files = Files.list(with.resolve("snapshots"))) {
            assertThat(files).hasSize(4 * (1 + 6));
        }
        assertThat(without.resolve("snapshots")).doesNotExist();
    }

    @Test
    void aPlanThatCannotBeUnlearnedInShardsIsRefusedBeforeItRuns() {
        assertThatThrownBy(() -> Tiny.plan("- {name: finetune, epochs: 1}", "- sisa"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Mlp[hidden=[16]]")
                .hasMessageContaining("{name: ensemble, member: …}");
    }
}
