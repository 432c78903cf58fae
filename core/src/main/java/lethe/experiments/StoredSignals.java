package lethe.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.claims.Evidence;
import lethe.unlearning.UnlearningMethod;

/** What one method of a finished run left for claims. What is there at the end is kept, whole trajectories are not. */
final class StoredSignals implements Evidence.Signals {
    private static final Signal SIGNAL = Signal.PHI;

    private final FinishedRun finished;
    private final Setting setting;
    private final List<World> worlds;
    private final AttackSignals signals;
    private final Accuracies accuracies;
    private final String label;
    private final UnlearningMethod method;
    private Optional<WorldSignals> end = Optional.empty();

    StoredSignals(FinishedRun finished, String label, UnlearningMethod method) {
        this.finished = finished;
        this.setting = finished.setting();
        this.worlds = finished.worlds();
        this.signals = new AttackSignals(finished);
        this.accuracies = new Accuracies(finished);
        this.label = label;
        this.method = method;
    }

    @Override
    public WorldSignals atTheEnd() {
        if (end.isEmpty()) {
            end = Optional.of(signals.signals(label, method, SIGNAL));
        }
        return end.get();
    }

    /**
     * One signal under the originals, then after each epoch that was recorded; of a run that ended before others, the last
     * again. Of the logits, which are many times as large, one run is in memory at a time.
     */
    @Override
    public List<WorldSignals> trajectory() {
        int sets = setting.plan().audit().forgetSets();
        float[][] originals = new float[worlds.size()][];
        float[][][] references = new float[worlds.size()][sets][];
        float[][][][] after = new float[worlds.size()][sets][][]; // world, set, epoch
        int epochs = 0;
        var source = signals.source(
                SIGNAL,
                (world, set) -> {
                    throw new IllegalStateException("Unlearned models are read epoch by epoch");
                },
                0);
        for (World world : worlds) {
            int w = world.index();
            originals[w] = source.original(w);
            for (int f = 0; f < sets; f++) {
                references[w][f] = source.retrained(w, f).orElseThrow();
                StepRecord step = finished.unlearned(world, f, label, method);
                after[w][f] = finished.trajectory(step).stream()
                        .map(moment -> SIGNAL.signals(moment.pool(), finished.labels()))
                        .toArray(float[][]::new);
                epochs = Math.max(epochs, after[w][f].length);
            }
        }
        List<WorldSignals> path = new ArrayList<>();
        for (int epoch = 0; epoch <= epochs; epoch++) {
            int now = epoch;
            path.add(setting.natural(WorldSignals.read(setting.design(), SIGNAL, new WorldSignals.Source() {
                @Override
                public float[] original(int world) {
                    return originals[world];
                }

                @Override
                public float[] unlearned(int world, int set) {
                    float[][] moments = after[world][set];
                    int last = Math.min(now, moments.length);
                    return last == 0 ? originals[world] : moments[last - 1];
                }

                @Override
                public Optional<float[]> retrained(int world, int set) {
                    return Optional.of(references[world][set]);
                }
            })));
        }
        if (path.size() == 1) {
            path.add(atTheEnd());
        }
        return path;
    }

    /** What each run of a method was worth and cost after each epoch that was recorded, or else at its end. */
    @Override
    public Evidence.Course course() {
        int sets = setting.plan().audit().forgetSets();
        double[][][] accuracy = new double[worlds.size()][sets][]; // world, set, moment
        double[][] seconds = new double[worlds.size()][sets];
        int[][] epochs = new int[worlds.size()][sets];
        int most = 0;
        for (World world : worlds) {
            int w = world.index();
            double before = accuracies.onTest(finished.original(world));
            for (int f = 0; f < sets; f++) {
                StepRecord step = finished.unlearned(world, f, label, method);
                List<Evaluated> recorded = finished.trajectory(step);
                List<Evaluated> moments = recorded.isEmpty() ? List.of(finished.evaluated(step)) : recorded;
                accuracy[w][f] = DoubleStream.concat(
                                DoubleStream.of(before), moments.stream().mapToDouble(accuracies::onTest))
                        .toArray();
                seconds[w][f] = step.seconds();
                epochs[w][f] = moments.size();
                most = Math.max(most, moments.size());
            }
        }
        List<double[][]> path = new ArrayList<>();
        for (int moment = 0; moment <= most; moment++) {
            double[][] now = new double[worlds.size()][sets];
            for (int w = 0; w < now.length; w++) {
                for (int f = 0; f < sets; f++) {
                    now[w][f] = accuracy[w][f][Math.min(moment, epochs[w][f])];
                }
            }
            path.add(now);
        }
        return new Evidence.Course(path, seconds, epochs);
    }
}
