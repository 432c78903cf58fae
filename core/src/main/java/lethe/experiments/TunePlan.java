package lethe.experiments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Nearest;
import lethe.catalog.Range;
import lethe.catalog.Require;
import lethe.catalog.SettingsException;
import lethe.catalog.SettingsException.Problem;
import lethe.search.Sampler;
import lethe.search.TreeParzen;
import lethe.unlearning.UnlearningMethod;

/**
 * How settings of methods are searched for; see {@link Tuner}. Nothing here changes what a run does.
 *
 * @param worlds worlds in which each trial unlearns; they are not audited
 * @param trials settings tried for each method under each {@link Rule}
 * @param time the most unlearning time for each method under each rule, of all sittings together; zero is no limit
 * @param sampler what proposes settings
 * @param accuracyLoss held-out accuracy that {@link Rule#FREE} lets a method lose, a fraction
 * @param seed of worlds and proposals, beside the plan's own
 * @param spaces what each setting may be, by the method's label in the plan; settings that are not named stay as the plan
 *     writes them. A method without an entry is searched over a decade around its learning rate, and from half to twice
 *     its epochs
 */
public record TunePlan(
        int worlds,
        int trials,
        Duration time,
        Sampler sampler,
        double accuracyLoss,
        long seed,
        Map<String, Map<String, Range>> spaces) {

    public TunePlan {
        Require.positive("worlds", worlds);
        Require.positive("trials", trials);
        Require.that(!time.isNegative(), "time must not be negative, but is " + time);
        Require.within("accuracyLoss", accuracyLoss, 0, 1);
        Map<String, Map<String, Range>> copy = new LinkedHashMap<>();
        spaces.forEach((label, space) -> {
            Require.that(!space.isEmpty(), "spaces must name a setting of " + label + ", or leave it out");
            copy.put(label, Collections.unmodifiableMap(new LinkedHashMap<>(space)));
        });
        spaces = Collections.unmodifiableMap(copy);
    }

    /** Twenty trials in two worlds, where every loss of more than two points of accuracy counts against a method. */
    public TunePlan() {
        this(2, 20, Duration.ZERO, new TreeParzen(), 0.02, 1, Map.of());
    }

    /**
     * Fails if a space is of no method, of a setting that its method does not have, or reaches to values that the method
     * refuses.
     */
    void check(Map<String, UnlearningMethod> methods) {
        List<Problem> problems = new ArrayList<>();
        spaces.forEach((label, space) -> {
            UnlearningMethod method = methods.get(label);
            String path = "tune.spaces." + label;
            if (method == null) {
                String hint = Nearest.to(label, methods.keySet())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(".");
                problems.add(new Problem(
                        path,
                        0,
                        0,
                        "No '" + label + "' among the methods of this plan" + hint + " There are "
                                + String.join(", ", methods.keySet()) + "."));
            } else {
                problems.addAll(new MethodSpace(method, space).problems(path));
            }
        });
        if (!problems.isEmpty()) {
            throw new SettingsException("The plan", problems);
        }
    }
}
