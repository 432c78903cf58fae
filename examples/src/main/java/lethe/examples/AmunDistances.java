package lethe.examples;

import java.util.Map;
import java.util.TreeMap;
import lethe.data.Cifar10;
import lethe.data.Glyphs;
import lethe.data.Holdout;
import lethe.data.Split;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Recipe;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.AdversarialSet;
import lethe.unlearning.Amun;
import lethe.unlearning.AmunBound;
import lethe.unlearning.NearestAdversaries;

/**
 * How far the adversaries of forget examples lie, how steep the loss is on the way, and what AMUN's bound makes of it
 * beside the measured distances to a retrained model. With the folder of CIFAR-10 as argument it works on real images.
 */
public final class AmunDistances {
    private AmunDistances() {}

    /** Takes the folder of CIFAR-10's binary files, or nothing. */
    public static void main(String[] arguments) {
        Holdout data = arguments.length == 0
                ? new Glyphs().load(Seed.of(7))
                : new Cifar10(arguments[0], 2400, 1000, "").load(Seed.of(7));
        try (Scope scope = Scope.open(Device.best())) {
            Split split = Split.forgetting(data, 0.1, Seed.of(7));
            Recipe recipe = new Recipe();
            Trainer trainer = new Trainer(recipe);
            Model original = trainer.fit(new ResNet9(16), split.train(), Seed.of(1));
            Model retrained = trainer.fit(new ResNet9(16), split.retain(), Seed.of(1));
            AdversarialSet adversaries = new NearestAdversaries().search(original, split.forget());
            Model unlearned = new Amun()
                    .unlearn(original, split, adversaries, Trial.seeded(3).trainedBy(recipe));

            AmunBound bound = AmunBound.of(original, split.forget(), adversaries);
            System.out.println("| | mean | median | 95 % | max |\n|---|--:|--:|--:|--:|");
            row("distance δ", bound.distances());
            row("radius ε", bound.radii());
            row("slope L, from below", bound.lipschitz());
            row("reach L·δ", bound.reaches());
            System.out.printf(
                    "%nNo adversary for %d; already misclassified: %.1f %%.%n",
                    bound.failed(), 100 * bound.shareAtZero());
            for (Map.Entry<Integer, Integer> round : new TreeMap<>(bound.byRound()).entrySet()) {
                System.out.printf("Found after %d doublings: %d%n", round.getKey(), round.getValue());
            }
            AmunBound.Comparison compared = AmunBound.compare(original, unlearned, retrained, split, adversaries);
            System.out.printf(
                    "%nSums over forget examples: C = %.1f, Lipschitz form %.1f, tight form %.1f, neglected %.1f%n",
                    compared.constant(), compared.lipschitzForm(), compared.tight(), compared.neglected());
            row("parameters", compared.parameters());
            row("statistics", compared.statistics());
        }
    }

    private static void row(String name, AmunBound.Spread spread) {
        System.out.printf(
                "| %s | %.3g | %.3g | %.3g | %.3g |%n",
                name, spread.mean(), spread.median(), spread.p95(), spread.max());
    }

    private static void row(String name, AmunBound.Distances distances) {
        System.out.printf(
                "Distance of %s: unlearned to original %.3f, unlearned to retrained %.3f, original to retrained %.3f%n",
                name,
                distances.unlearnedToOriginal(),
                distances.unlearnedToRetrained(),
                distances.originalToRetrained());
    }
}
