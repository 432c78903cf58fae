package lethe.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.unlearning.UnlearningMethod;

/**
 * What a search for settings found. Every choice is scored under both rules, whichever made it.
 *
 * @param original the models that were to forget
 * @param retrained the models that never learned the forget sets
 * @param methods in the order of the plan
 */
public record Tuned(Score original, Score retrained, List<Method> methods) {
    public Tuned {
        methods = List.copyOf(methods);
    }

    /**
     * How one choice did, over all tuning worlds.
     *
     * @param behaviour means over worlds
     * @param oracle loss under {@link Rule#ORACLE}: the average gap to retraining
     * @param free loss under {@link Rule#FREE}
     */
    public record Score(Behaviour behaviour, double oracle, double free) {
        /** Under one of the rules. */
        double under(Rule rule) {
            return rule == Rule.ORACLE ? oracle : free;
        }
    }

    /**
     * The choices for one method.
     *
     * @param label its label in the plan
     * @param space what was searched, as it would be written in a plan
     * @param choices one for each rule; none for a rule all of whose trials failed
     */
    public record Method(String label, Map<String, Object> space, List<Choice> choices) {
        public Method {
            choices = List.copyOf(choices);
        }
    }

    /**
     * The best settings under one rule.
     *
     * @param settings the searched ones
     * @param score under both rules
     * @param trials how many settings were tried
     * @param failed how many of them diverged or were refused by the method
     * @param seconds unlearning time of all trials, whether spent in this search or found done
     */
    public record Choice(
            Rule rule, Map<String, Object> settings, Score score, int trials, int failed, double seconds) {}

    /** The plan with what {@code rule} chose; a method for which it chose nothing stays as it was. */
    public Plan applyTo(Plan plan, Rule rule) {
        Map<String, UnlearningMethod> changed = new LinkedHashMap<>(plan.labelled());
        for (Method method : methods) {
            method.choices().stream()
                    .filter(choice -> choice.rule() == rule)
                    .forEach(choice -> changed.computeIfPresent(
                            method.label(), (label, before) -> MethodSpace.with(before, choice.settings())));
        }
        return plan.with(List.copyOf(changed.values()));
    }
}
