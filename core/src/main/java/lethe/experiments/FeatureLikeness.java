package lethe.experiments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.catalog.Digest;
import lethe.claims.Evidence;
import lethe.data.Dataset;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.influence.EmbeddingSimilarity;
import lethe.models.Model;
import lethe.models.ModelFile;
import lethe.training.Progress;

/**
 * Distances in what the last layer gets: one minus the mean cosine, over the originals that never saw the first of two
 * examples. The originals are read from the run, the only models that are read after it, and the cosines are kept there.
 */
final class FeatureLikeness implements Evidence.Likeness {
    private static final String COSINES = "cosines";
    private static final String INPUTS = "inputs";
    private static final int MOST_EXAMPLES = 4_096; // 64 MiB of cosines

    private final FinishedRun finished;
    private final Setting setting;
    private final Progress progress;

    private FeatureLikeness(FinishedRun finished, Progress progress) {
        this.finished = finished;
        this.setting = finished.setting();
        this.progress = progress;
    }

    /** Empty for texts, which would take long to read again, for very many examples, and where an original is gone. */
    static Optional<Evidence.Likeness> of(FinishedRun finished, Progress progress) {
        var likeness = new FeatureLikeness(finished, progress);
        boolean suits = !finished.setting().train().isText()
                && finished.setting().natural().length <= MOST_EXAMPLES
                && (likeness.isKept()
                        || finished.worlds().stream().allMatch(world -> Files.exists(likeness.model(world))));
        return suits ? Optional.of(likeness) : Optional.empty();
    }

    @Override
    public String basis() {
        return "the features before the last layer";
    }

    @Override
    public Evidence.Distances read() {
        int n = setting.natural().length;
        float[] cosines = isKept() ? kept() : computed(n);
        return example -> {
            double[] distances = new double[n];
            for (int other = 0; other < n; other++) {
                distances[other] = 1 - cosines[example * n + other];
            }
            return distances;
        };
    }

    private float[] computed(int n) {
        Execution execution = setting.plan().execution();
        Dataset examples = setting.train()
                .select(Arrays.stream(setting.natural())
                        .map(position -> setting.pool()[position])
                        .toArray());
        float[] mean = new float[n * n];
        Engine.threads(execution.threads() * execution.workers());
        try (Scope scope = Scope.open(Device.of(execution.device()));
                Progress originals =
                        progress.begin("features", finished.worlds().size())) {
            for (World world : finished.worlds()) {
                finished.directory().verifyModel(setting.training(world));
                try (Model original = ModelFile.read(model(world))) {
                    addUnseen(mean, EmbeddingSimilarity.cosines(examples, original), world, n);
                }
                originals.advance(1);
            }
        }
        try (Scope scope = Scope.open(Device.cpu())) {
            Safetensors.write(file(), Map.of(COSINES, Tensor.of(mean).reshape(n, n)), Map.of(INPUTS, inputs()));
        }
        return mean;
    }

    /** Half of the worlds have never seen an example. */
    private void addUnseen(float[] mean, float[] cosines, World world, int n) {
        float share = 2f / finished.worlds().size();
        for (int i = 0; i < n; i++) {
            if (!setting.design().isMember(world.index(), setting.natural()[i])) {
                for (int j = i * n; j < (i + 1) * n; j++) {
                    mean[j] += share * cosines[j];
                }
            }
        }
    }

    private boolean isKept() {
        return Files.exists(file())
                && inputs().equals(Safetensors.metadata(file()).get(INPUTS));
    }

    private float[] kept() {
        try (Scope scope = Scope.open(Device.cpu())) {
            return Optional.ofNullable(Safetensors.read(file()).get(COSINES))
                    .orElseThrow(() -> new DamagedRunException(file() + " is damaged; delete it to compute it again"))
                    .toFloats();
        }
    }

    private Path file() {
        return finished.directory().file("likeness.safetensors");
    }

    private Path model(World world) {
        return finished.directory().model(setting.training(world).key());
    }

    /** Of everything the cosines depend on. */
    private String inputs() {
        List<String> originals = finished.worlds().stream()
                .map(world -> setting.training(world).key())
                .toList();
        return Digest.sha256(originals + Arrays.toString(setting.natural()));
    }
}
