package lethe.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import lethe.data.ControlledSource;
import lethe.data.Dataset;
import lethe.data.Holdout;
import lethe.engine.Seed;
import lethe.training.Progress;
import lethe.training.StoppedException;

/**
 * Measures whether forgetting some examples removes what they taught when their look-alikes stay.
 *
 * <p>The plan's data must be made with look-alikes, the targets be what is forgotten. In each of {@code audit.worlds}
 * repetitions models are trained on
 *
 * <pre>
 *   M_0  D                 everything
 *   M_R  D ∖ F             without the targets F
 *   M_C  D ∖ (F ∪ S)       without targets and look-alikes S: the world in which nothing was taught
 * </pre>
 *
 * <p>with equal initial weights, and every method of the plan starts from M_0. Where the source has a control all of this
 * is done a second time with unrelated examples in the place of S, and without the methods that have a remedy. What each
 * model says goes to one line of a file; what is there is not done again.
 */
public final class InfluenceStudy {
    private final Plan plan;
    private final List<InfluenceArm> arms = new ArrayList<>();

    /**
     * Loads the data.
     *
     * @throws IllegalArgumentException if the plan's data is not made with look-alikes
     */
    public InfluenceStudy(Plan plan) {
        this.plan = plan;
        Seed seed = Seed.of(plan.seed()).derive("data");
        if (plan.data() instanceof ControlledSource source) {
            List<Holdout> both = source.loadBoth(seed);
            arms.add(new InfluenceArm(plan, source, both.get(0), false));
            arms.add(new InfluenceArm(plan, source.asControl(), both.get(1), true));
        } else {
            arms.add(new InfluenceArm(plan, plan.data(), plan.data().load(seed), false));
        }
    }

    /** The training data with its look-alikes. */
    public Dataset train() {
        return arms.get(0).train();
    }

    /** Does what is not done yet, and says what came out. */
    public InfluenceResults run(Path directory, Progress progress, BooleanSupplier stopRequested) {
        var log = new InfluenceLog(directory.resolve("influence.jsonl"));
        List<InfluenceWorld> tasks = new ArrayList<>();
        for (int world = 0; world < plan.audit().worlds(); world++) {
            for (InfluenceArm arm : arms) {
                tasks.add(new InfluenceWorld(plan, arm, world, log, stopRequested));
            }
        }
        try (Progress all = progress.begin(
                "model", tasks.stream().mapToInt(InfluenceWorld::size).sum())) {
            tasks.forEach(task -> task.report(all));
            carryOut(tasks);
        }
        List<InfluenceRecord> records =
                tasks.stream().flatMap(task -> task.records().stream()).toList();
        return InfluenceAssembly.of(plan, records, arms.get(0).subjects());
    }

    private void carryOut(List<InfluenceWorld> tasks) {
        ExecutorService workers = Executors.newFixedThreadPool(plan.execution().workers());
        try {
            List<Future<?>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(workers.submit(task::carryOut)));
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } finally {
            workers.shutdownNow();
        }
    }
}
