package lethe.report;

import java.util.ArrayList;
import java.util.List;
import lethe.attacks.Snapshots;
import lethe.experiments.Results;

/** What an honest reader must know before the numbers. */
final class Limits {
    private final Results results;
    private final Headline headline;

    Limits(Results results, Headline headline) {
        this.results = results;
        this.headline = headline;
    }

    List<Page.Fact> items() {
        int worlds = results.design().worlds();
        long attacks = headline.attacksTried();
        var limits = new ArrayList<Page.Fact>();
        limits.add(new Page.Fact(
                "A measurement, not a proof.",
                "It reports what these attacks could find at this sample size. A stronger attack may find more, and no "
                        + "verdict here says that a model holds nothing of an example."));
        limits.add(new Page.Fact(
                "A worst-case auditor.",
                "The attacks know the training population, the recipe and the unlearning method, and train models of "
                        + "their own. An outsider usually knows less."));
        boolean both = results.methods().stream()
                .flatMap(method -> method.attacks().stream())
                .anyMatch(attack -> attack.access().snapshots() == Snapshots.BEFORE_AND_AFTER);
        limits.add(
                both
                        ? new Page.Fact(
                                "One model, save in G5.",
                                "Attacks in game G5 see the models before and after unlearning, all others one of them. "
                                        + "Attacks on weights are not measured, nor are copies of the data outside the "
                                        + "model.")
                        : new Page.Fact(
                                "After-only.",
                                "They see the model after unlearning. Whoever kept a copy from before, or could query "
                                        + "both, can learn far more (two snapshots, game G5): not measured here. Nor are "
                                        + "attacks on weights, or copies of the data outside the model."));
        limits.add(new Page.Fact(
                Numbers.count(worlds, "world") + ".",
                "Intervals describe the variation over independent worlds and examples"
                        + (worlds < Endpoints.FEW_WORLDS
                                ? "; with so few worlds they are rough, and every world is shown on its own."
                                : ".")
                        + " The verdict is on the method under this recipe, of which the deployed model is one run."));
        limits.add(new Page.Fact(
                Numbers.count(attacks, "attack") + " tried.",
                (headline.attack().isEmpty()
                                ? "No per-example attack was run"
                                : "The tables quote " + headline.attack()
                                        + ", the plan’s first per-example attack, whatever it scored")
                        + "; all others are listed below. In game G1 retrained models that never saw an example stand in "
                        + "for models from which it was removed by retraining."));
        return limits;
    }
}
