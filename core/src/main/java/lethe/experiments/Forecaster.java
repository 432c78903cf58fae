package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import lethe.data.Dataset;
import lethe.data.Split;
import lethe.engine.Device;
import lethe.engine.Engine;
import lethe.engine.Scope;
import lethe.models.Model;
import lethe.training.DivergedException;
import lethe.training.Recipe;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;

/** Compares a plan with what a run directory holds, and measures how long the rest will take. */
final class Forecaster {
    /** Batches of the calibration's training set; enough to be past the first, slow, steps. */
    private static final int BATCHES = 3;

    private final Setting setting;
    private final RunDirectory run;

    Forecaster(Setting setting, RunDirectory run) {
        this.setting = setting;
        this.run = run;
    }

    Forecast forecast(boolean timed) {
        List<Forecast.Row> rows = new ArrayList<>();
        double seconds = 0;
        long steps = 0;
        for (Map.Entry<String, List<Step>> entry :
                Experiment.stepsByLabel(setting).entrySet()) {
            Forecast.Row row = row(entry.getKey(), entry.getValue(), timed);
            rows.add(row);
            seconds += (row.todo() + row.stale()) * row.secondsEach();
            steps += row.todo() + row.stale();
        }
        Execution execution = setting.plan().execution();
        return new Forecast(rows, seconds / execution.workers(), bytes(rows, steps));
    }

    private Forecast.Row row(String label, List<Step> steps, boolean timed) {
        int reused = 0;
        int stale = 0;
        String reason = "";
        double known = 0;
        for (Step step : steps) {
            Optional<StepRecord> done = run.find(step.key());
            if (done.isPresent()) {
                reused++;
                known += done.get().seconds();
            } else {
                Optional<StepRecord> other = run.latestAt(step.place());
                if (other.isPresent()) {
                    stale++;
                    reason = reason.isEmpty() ? difference(other.get().inputs(), step.inputs()) : reason;
                }
            }
        }
        int todo = steps.size() - reused - stale;
        double each = reused > 0 ? known / reused : timed ? calibrate(label) : Double.NaN;
        return new Forecast.Row(label, todo, reused, stale, reason, each);
    }

    /** The first input that differs, in words. */
    private static String difference(Map<?, ?> before, Map<?, ?> after) {
        TreeMap<String, Object> left = flat(before);
        TreeMap<String, Object> right = flat(after);
        for (Map.Entry<String, Object> entry : right.entrySet()) {
            Object old = left.get(entry.getKey());
            if (!Objects.equals(String.valueOf(old), String.valueOf(entry.getValue()))) {
                return entry.getKey() + " was " + old + ", is " + entry.getValue();
            }
        }
        return "a setting was removed";
    }

    private static TreeMap<String, Object> flat(Map<?, ?> tree) {
        TreeMap<String, Object> flat = new TreeMap<>();
        tree.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flat(inner).forEach((path, leaf) -> flat.put(key + "." + path, leaf));
            } else {
                flat.put(String.valueOf(key), value);
            }
        });
        return flat;
    }

    /**
     * The time of one step: every method is run on a few batches and scaled by the number of examples, which is exact for
     * passes over data and too low for methods with work that does not grow with it. Where a method refuses so small a
     * forget set, as many requests do that share it, the sample is doubled.
     */
    private double calibrate(String label) {
        int all = setting.worlds().get(1).trainRows().length;
        int sample = Math.min(all, BATCHES * setting.plan().training().batch());
        while (true) {
            try {
                return calibrate(label, sample);
            } catch (IllegalArgumentException e) {
                if (sample == all) {
                    throw e;
                }
                sample = Math.min(all, 2 * sample);
            }
        }
    }

    private double calibrate(String label, int sample) {
        Plan plan = setting.plan();
        Recipe recipe = plan.training();
        World world = setting.worlds().get(1);
        Dataset few = setting.train().select(Arrays.copyOf(world.trainRows(), sample));
        double scale = world.trainRows().length / (double) sample;
        Engine.threads(plan.execution().threads());
        try (Scope scope = Scope.open(Device.of(plan.execution().device()))) {
            Recipe oneEpoch = recipe.lasting(1);
            Trial trial = Trial.seeded(0).trainedBy(oneEpoch);
            long start = System.nanoTime();
            Model model = new Trainer(oneEpoch).fit(plan.model(), few, trial);
            double training = (System.nanoTime() - start) / 1e9 * recipe.epochs() * scale;
            UnlearningMethod method = plan.labelled().get(label);
            try (model) {
                return method == null || method instanceof Retrain
                        ? training
                        : timeOf(method, model, few, trial) * scale;
            }
        }
    }

    private double timeOf(UnlearningMethod method, Model model, Dataset few, Trial trial) {
        double share = setting.plan().audit().forgetSize()
                / (double) setting.worlds().get(1).trainRows().length;
        int forget = Math.max(2, (int) Math.round(share * few.size()));
        int[] rows = new int[Math.min(forget, few.size() - 2)];
        Arrays.setAll(rows, i -> i);
        Split split = setting.permitted(Split.ofRows(few, setting.test(), rows), method);
        long start = System.nanoTime();
        try (Scope scope = Scope.open();
                Model unlearned = method.unlearn(model, split, trial)) {
            return (System.nanoTime() - start) / 1e9;
        } catch (DivergedException e) {
            return (System.nanoTime() - start) / 1e9; // the time up to there is a lower bound
        }
    }

    /** Signals of every step, weights of every original and of every deployed model. */
    private long bytes(List<Forecast.Row> rows, long steps) {
        long classes = setting.train().classes().size();
        long evaluated = (long) setting.pool().length * setting.queries().size()
                + setting.test().size()
                + (long) setting.worlds().get(1).retainSample().length;
        long originals = rows.get(0).todo() + (long) rows.get(0).stale();
        long deployed = rows.size() - 1L;
        try (Scope scope = Scope.open();
                Model model = setting.plan()
                        .model()
                        .create(setting.train().shape(), setting.train().outputs(), lethe.engine.Seed.of(0))) {
            long weights =
                    4 * (model.weights().size() + model.weights().statistics().elements());
            return steps * evaluated * classes * 4 + (originals + (steps > 0 ? deployed : 0)) * weights;
        }
    }
}
