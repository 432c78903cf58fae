package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import lethe.attacks.Game;
import lethe.attacks.LikelihoodRatio;
import lethe.attacks.Observations;
import lethe.attacks.Prequential;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.metrics.SymmetricSequence;
import lethe.unlearning.Identity;
import lethe.unlearning.Retrain;
import lethe.unlearning.UnlearningMethod;

/**
 * The worlds of an anytime audit, taken in by their number and not by when they were finished: what is decided, and after
 * which world, depends on the plan alone, however many workers there are and however often the run was interrupted.
 */
final class Arrivals {
    private final Setting setting;
    private final RunDirectory run;
    private final Anytime anytime;
    private final List<World> shadows;
    private final int[] labels;
    private final Map<String, Followed> followed = new LinkedHashMap<>();
    private final Followed floor;
    private int arrived;

    Arrivals(Setting setting, RunDirectory run, Anytime anytime) {
        this.setting = setting;
        this.run = run;
        this.anytime = anytime;
        this.shadows = setting.shadows();
        this.labels = Arrays.stream(setting.pool())
                .map(row -> setting.train().label(row))
                .toArray();
        setting.plan().labelled().forEach((label, method) -> followed.put(label, new Followed(label, method)));
        this.floor = followed.values().iterator().next();
    }

    /**
     * Takes in further worlds as far as they are complete without a gap, until every method is decided that is neither
     * floor nor ceiling and did not diverge.
     *
     * @return whether no more worlds are needed
     */
    boolean isDecided() {
        while (!decided() && arrived < shadows.size() && isComplete(shadows.get(arrived))) {
            take(shadows.get(arrived));
        }
        return decided();
    }

    /** Whether worlds that were planned are not needed, done or not. */
    boolean stoppedEarly() {
        return isDecided() && arrived < shadows.size();
    }

    /** Worlds taken in so far. */
    int worlds() {
        return arrived;
    }

    /** What is known of every method but the floor, which all are compared with. */
    Results.AnytimeSummary summary() {
        List<Results.Standing> standings = followed.values().stream()
                .filter(method -> method != floor)
                .map(Followed::result)
                .toList();
        return new Results.AnytimeSummary(anytime.margin(), anytime.first(), shadows.size(), arrived, standings);
    }

    private boolean decided() {
        List<Followed> judged = followed.values().stream()
                .filter(it -> !(it.method instanceof Retrain) && !(it.method instanceof Identity))
                .toList();
        return judged.stream().anyMatch(it -> it.standing().isDecided())
                && judged.stream().allMatch(it -> it.diverged || it.standing().isDecided());
    }

    private boolean isComplete(World world) {
        return followed.values().stream()
                .flatMap(it -> it.steps(world).stream())
                .allMatch(step -> run.find(step.key()).isPresent());
    }

    private void take(World world) {
        followed.values().forEach(method -> method.read(world));
        arrived++;
        if (world.index() >= anytime.first() && !floor.diverged) {
            Observations retrained = floor.observations();
            followed.values().stream()
                    .filter(method -> method != floor && !method.diverged)
                    .filter(method -> !method.standing().isDecided())
                    .forEach(method -> method.areas.add(
                            Prequential.areas(method.observations(), retrained, new LikelihoodRatio(), world.index())));
        }
    }

    /** One method, and what its worlds say. */
    private final class Followed {
        private final String label;
        private final UnlearningMethod method;
        private final List<float[]> values = new ArrayList<>(); // of each world (n), under the model of its own slot
        private final List<Prequential.Areas> areas = new ArrayList<>();
        private boolean diverged;

        Followed(String label, UnlearningMethod method) {
            this.label = label;
            this.method = method;
        }

        List<Step> steps(World world) {
            List<Step> steps = new ArrayList<>();
            for (int f = 0; f < world.forgetRows().length; f++) {
                steps.add(setting.unlearning(world, f, label, method));
            }
            return steps;
        }

        void read(World world) {
            float[] own = new float[labels.length];
            for (Step step : steps(world)) {
                StepRecord record = run.find(step.key()).orElseThrow();
                if (record.failed()) {
                    diverged = true;
                    continue;
                }
                run.verify(record);
                float[] all = Signal.PHI.signals(
                        Evaluated.read(run.signals(step.key())).pool().logits(), labels);
                for (int i = 0; i < own.length; i++) {
                    if (setting.design().slot(world.index(), i) == step.set()) {
                        own[i] = all[i];
                    }
                }
            }
            values.add(own);
        }

        /** The privacy game; nobody looks at the worlds that are still to come. */
        Observations observations() {
            float[] nothing = new float[labels.length];
            WorldSignals signals = WorldSignals.read(setting.design(), Signal.PHI, new WorldSignals.Source() {
                @Override
                public float[] original(int world) {
                    return nothing;
                }

                @Override
                public float[] unlearned(int world, int set) {
                    return world < values.size() ? values.get(world) : nothing;
                }
            });
            return Game.PRIVACY.observe(setting.natural(signals)).orElseThrow();
        }

        Prequential.Standing standing() {
            double[] advantages =
                    areas.stream().mapToDouble(Prequential.Areas::advantage).toArray();
            return Prequential.decide(
                    advantages, anytime.first(), anytime.margin(), new SymmetricSequence(Anytime.MISS));
        }

        Results.Standing result() {
            Prequential.Standing standing = standing();
            return new Results.Standing(
                    label,
                    standing.decision(),
                    standing.worlds(),
                    standing.advantage(),
                    mean(Prequential.Areas::method),
                    mean(Prequential.Areas::retrained),
                    areas.stream().map(Prequential.Areas::advantage).toList());
        }

        private double mean(ToDoubleFunction<Prequential.Areas> area) {
            return areas.stream().mapToDouble(area).average().orElse(Double.NaN);
        }
    }
}
