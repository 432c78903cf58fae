package lethe.examples;

import java.util.List;
import lethe.data.Glyphs;
import lethe.data.Split;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Evaluation;
import lethe.training.Recipe;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.SalUn;

/** Trains a network, makes it forget, and compares it with one that never saw the forgotten images. */
public final class QuickStart {
    private QuickStart() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        // README
        try (Scope scope = Scope.open(Device.best())) {
            Split split = Split.forgetting(new Glyphs().load(Seed.of(7)), 0.05, Seed.of(7)); // forget, retain, test
            Trainer trainer = new Trainer(new Recipe());
            Model original = trainer.fit(new ResNet9(8), split.train(), Seed.of(1));
            Model retrained = trainer.fit(new ResNet9(8), split.retain(), Seed.of(2)); // perfect forgetting
            Model unlearned = new SalUn().unlearn(original, split, Trial.seeded(3));
            for (Model model : List.of(original, retrained, unlearned)) {
                System.out.printf(
                        "forget %.3f  retain %.3f  test %.3f%n",
                        Evaluation.accuracy(model, split.forget()),
                        Evaluation.accuracy(model, split.retain()),
                        Evaluation.accuracy(model, split.test()));
            }
        }
        // README
    }
}
