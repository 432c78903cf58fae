package lethe.unlearning;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.training.Ensemble;
import lethe.training.Trial;

/**
 * Exact unlearning by a model that was trained for it (SISA): an {@link Ensemble}, each member of which has seen one
 * shard of the data, slice by slice.
 *
 * <pre>
 *   for each shard s that holds a forgotten example, r* the first slice with one:
 *       θ_s ← θ_s,r*−1, trained on slices r* … R again, without the forgotten examples
 * </pre>
 *
 * <p>The result is, bit for bit, the ensemble that would have been trained on D_R with the same seed, so it does not
 * depend on the seed of the unlearning. Members of other shards keep their weights. Weights before r* come from where
 * {@link Trial#keeping} says; a member whose are not there is trained from its beginning, to the same bits. What decides
 * is not which examples are named, but what a member has learned: {@code split.retain()} must be all that remains of the
 * training set, or examples come back.
 *
 * <p>Reads D_R; of the forgotten examples not even the ids. Batch normalisation, augmentation and everything else are
 * those of the recipe. There is nothing to set: shards and slices were chosen before training.
 *
 * <p>n examples chosen at random touch {@code S (1 − (1 − 1/S)^n)} of S shards on average: of 5, one example touches 1,
 * five touch 3.4, twenty 4.9. For a single example, slices then save {@code (R − 1) / 3R} of a shard's training, a quarter
 * for R = 4. So this is for requests of a few examples; for 10 % of the data it is retraining. Members that learn from
 * N/S examples are weaker than one model that learns from all.
 *
 * @see <a href="https://arxiv.org/abs/1912.03817">Bourtoule et al., 2021</a>
 */
@Named("sisa")
@AutoService(UnlearningMethod.class)
public record Sisa() implements UnlearningMethod {
    @Override
    public Traits traits() {
        return new Traits(false, true, true, "Bourtoule et al., 2021");
    }

    @Override
    public boolean isDeterministic() {
        return true;
    }

    /** All shards from their beginning, which a share of the data that is worth speaking of comes near to. */
    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        return trainingEpochs * (1 - forgetShare);
    }

    @Override
    public void requireSuitable(Architecture architecture) {
        Require.that(
                architecture instanceof Ensemble,
                "sisa unlearns ensembles that were trained in shards, but the model is " + architecture
                        + "; train an ensemble of it, 'model: {name: ensemble, member: …}' in a plan, or use retrain");
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        requireSuitable(original.architecture());
        return ((Ensemble) original.architecture()).refit(original, trial.recipe(), split.retain(), trial);
    }
}
