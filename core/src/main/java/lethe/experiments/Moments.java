package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.unlearning.UnlearningMethod;

/** What the models of a method are worth after each epoch of unlearning. */
final class Moments {
    private final FinishedRun finished;
    private final Setting setting;
    private final Accuracies accuracies;
    private final AverageGap gap;

    Moments(FinishedRun finished, Accuracies accuracies, AverageGap gap) {
        this.finished = finished;
        this.setting = finished.setting();
        this.accuracies = accuracies;
        this.gap = gap;
    }

    /** Nothing where only the end was evaluated or a run diverged. */
    List<Results.Moment> trajectory(String label, UnlearningMethod method, Measured measured) {
        if (!setting.plan().audit().trajectory() || measured.failed()) {
            return List.of();
        }
        int sets = setting.plan().audit().forgetSets();
        List<List<List<Evaluated>>> followed = new ArrayList<>(); // world, set, epoch
        List<int[]> since = new ArrayList<>(); // of each world, of each example of the pool
        for (World world : finished.worlds()) {
            List<List<Evaluated>> own = new ArrayList<>();
            for (int f = 0; f < sets; f++) {
                StepRecord step = finished.unlearned(world, f, label, method);
                own.add(finished.trajectory(step));
            }
            followed.add(own);
            since.add(askedSince(method, world));
        }
        // Runs that ended early say nothing about later epochs.
        int epochs = followed.stream()
                .flatMap(List::stream)
                .mapToInt(List::size)
                .min()
                .orElse(0);
        List<Results.Moment> moments = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            int now = epoch;
            List<double[]> runs = new ArrayList<>();
            boolean[][] asked = new boolean[finished.worlds().size()][]; // of the pool
            for (World world : finished.worlds()) {
                asked[world.index()] = until(now + 1, since.get(world.index()));
                for (int f = 0; f < sets; f++) {
                    runs.add(
                            accuracies.of(followed.get(world.index()).get(f).get(now), world, f, asked[world.index()]));
                }
            }
            moments.add(new Results.Moment(
                    epoch + 1,
                    Accuracies.perWorld(Accuracies.column(runs, 0), sets),
                    Accuracies.perWorld(Accuracies.column(runs, 1), sets),
                    Accuracies.perWorld(Accuracies.column(runs, 2), sets),
                    gap.area((world, set) -> followed.get(world).get(set).get(now), asked)));
        }
        return moments;
    }

    /** Of each example of the pool, from which moment on its world was asked to forget it; never, if it is no member. */
    private int[] askedSince(UnlearningMethod method, World world) {
        int[] since = new int[setting.pool().length];
        Arrays.fill(since, Integer.MAX_VALUE);
        for (int f = 0; f < world.forgetRows().length; f++) {
            int[] positions = finished.positionsInPool(world.forgetRows()[f]);
            int[] own = method.askedSince(positions.length, world.unlearningSeed(f));
            for (int i = 0; i < positions.length; i++) {
                since[positions[i]] = own[i];
            }
        }
        return since;
    }

    private static boolean[] until(int moment, int[] since) {
        boolean[] asked = new boolean[since.length];
        for (int i = 0; i < since.length; i++) {
            asked[i] = since[i] <= moment;
        }
        return asked;
    }
}
