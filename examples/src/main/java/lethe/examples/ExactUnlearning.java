package lethe.examples;

import java.nio.file.Path;
import lethe.data.Glyphs;
import lethe.data.Split;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Ensemble;
import lethe.training.Recipe;
import lethe.training.Snapshots;
import lethe.training.Trainer;
import lethe.training.Trial;
import lethe.unlearning.Sisa;

/** Trains an ensemble in shards and slices, makes it forget one image, and shows that nothing of it is left. */
public final class ExactUnlearning {
    private ExactUnlearning() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        // GUIDE
        try (Scope scope = Scope.open(Device.best())) {
            Split split = Split.forgetting(new Glyphs().load(Seed.of(7)), 0.0005, Seed.of(7)); // one of 2,000 images
            Trainer trainer = new Trainer(new Recipe());
            Ensemble ensemble = new Ensemble(new ResNet9(8), 5, 4, Ensemble.Aggregate.VOTE);
            Trial training = Trial.seeded(1).keeping(new Snapshots(Path.of("out/snapshots")));
            Model original = trainer.fit(ensemble, split.train(), training);
            Model unlearned = new Sisa().unlearn(original, split, training.trainedBy(trainer.recipe()));
            Model retrained = trainer.fit(ensemble, split.retain(), Seed.of(1));
            System.out.println("Never saw the image: " + unlearned.weights().equalTo(retrained.weights()));
        }
        // GUIDE
    }
}
