package lethe.experiments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lethe.models.Model;
import lethe.training.Trial;

/**
 * Evaluates a model after every epoch of its unlearning. What is found is kept beside the checkpoints, so that a resumed
 * execution, which skips epochs, still has it.
 */
final class Trajectory implements Trial.Watcher {
    private final Setting setting;
    private final World world;
    private final Trial trial;
    private long nanos;

    Trajectory(Setting setting, World world, Trial trial) {
        this.setting = setting;
        this.world = world;
        this.trial = trial;
    }

    @Override
    public void after(int stage, int epoch, Model model) {
        long start = System.nanoTime();
        Evaluated.asTheyAre(model, setting, world).write(file(stage, epoch));
        nanos += System.nanoTime() - start;
    }

    /** Everything found, stage by stage. */
    List<Evaluated> moments() {
        List<Evaluated> moments = new ArrayList<>();
        for (int stage = 0; Files.exists(file(stage, 1)); stage++) {
            for (int epoch = 1; Files.exists(file(stage, epoch)); epoch++) {
                moments.add(Evaluated.read(file(stage, epoch)));
            }
        }
        return moments;
    }

    /** Time spent on evaluation rather than on unlearning. */
    long nanos() {
        return nanos;
    }

    private Path file(int stage, int epoch) {
        return trial.stageFile("after-" + stage + "-" + epoch + ".safetensors")
                .orElseThrow(() -> new IllegalStateException("A followed execution must be resumable"));
    }
}
