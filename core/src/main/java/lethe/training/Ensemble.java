package lethe.training;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lethe.catalog.Digest;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.engine.Module;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ensemble that can unlearn exactly, because each member learns one shard of the data, slice by slice: SISA, for
 * sharded, isolated, sliced, aggregated.
 *
 * <pre>
 *   for s = 1 … S:  θ_s,0 ← fresh weights
 *                   for r = 1 … R:  θ_s,r ← θ_s,r−1 trained on slices 1 … r of shard s for e epochs
 *   e = 2E / (R + 1), rounded, E the epochs of the recipe
 * </pre>
 *
 * <p>The number e is chosen so that each member passes over its shard E times in all. What a member becomes depends on
 * the examples of its own shard alone: it has its own random choices, no number is computed across shards, and an
 * example's shard and slice depend on its id and the seed. Hence {@link #refit} gives, bit for bit, the ensemble that
 * {@link #fit} would train on what remains.
 *
 * <p>With {@link Trial#keeping} the weights after each slice are kept, S · R times the size of a member. Without, a
 * member that has to forget is trained from its beginning, to the same bits. Unlike the paper, no state of the optimizer
 * is kept: each slice starts with momentum at rest and runs through the whole schedule of the recipe.
 *
 * <p>The logits are those of the distribution {@link Aggregate} describes. Besides its members a model holds, as
 * statistics, its seed and for each member a digest of what it has learned and of its weights, so that a member is taken
 * over only if it is what training would make of the remaining examples.
 *
 * @param member the network of each member
 * @param shards S, how many members there are; the paper's experiments use up to 20, the default is ours
 * @param slices R, into how many parts a shard is cut; 1 trains each member as the recipe says. The default is ours
 * @param aggregate how the members' answers become one
 * @see <a href="https://arxiv.org/abs/1912.03817">Bourtoule et al., 2021</a>
 */
@Named("ensemble")
@AutoService(Architecture.class)
public record Ensemble(Architecture member, int shards, int slices, Aggregate aggregate) implements SelfTaught {
    private static final Logger LOG = LoggerFactory.getLogger(Ensemble.class);

    private static final String SEED = "seed";
    private static final String LEARNED = "learned";
    /** A 32-bit float holds 16-bit whole numbers exactly: 4 make a seed, 16 a digest. */
    private static final int BITS = 16;

    private static final int SEED_PARTS = Long.SIZE / BITS;
    private static final int DIGEST_PARTS = 256 / BITS;
    /** The logarithm of no votes at all; its exponential is 0 in 32 bits beside any log-probability met in practice. */
    private static final double NO_VOTES = -1e4;

    /** How the members' answers become one. */
    public enum Aggregate {
        /**
         * Each member has one vote, and the mean of their softmax one more, which it divides:
         *
         * <pre>
         *   logit_k = log( (v_k + p_k) / (S + 1) ),   v_k members that say k,   p_k mean softmax
         * </pre>
         *
         * The largest logit is that of the majority, ties are settled by the mean, and gradients flow through the mean.
         */
        VOTE,
        /** The mean of the members' softmax: {@code logit_k = log p_k}. */
        MEAN
    }

    public Ensemble {
        Require.positive("shards", shards);
        Require.positive("slices", slices);
        Require.that(
                !(member instanceof SelfTaught),
                "member must be an architecture that trains as the recipe says, but is " + member);
    }

    /** Five shards of four slices, nine-layer networks, majority vote. */
    public Ensemble() {
        this(new lethe.models.ResNet9(), 5, 4, Aggregate.VOTE);
    }

    // ---------------------------------------------------------------- the network

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(inputShape, classes);
    }

    @Override
    public boolean takesRawInputs() {
        return member.takesRawInputs();
    }

    private final class Network extends Module {
        private final List<Module> members = new ArrayList<>();

        Network(long[] inputShape, int classes) {
            for (int s = 0; s < shards; s++) {
                members.add(child("shard" + s, member.build(inputShape, classes)));
            }
            statistic(SEED, 0, SEED_PARTS);
            statistic(LEARNED, 0, (long) DIGEST_PARTS * shards);
        }

        @Override
        public Tensor forward(Tensor x) {
            List<Tensor> logits =
                    members.stream().map(it -> it.forward(x).to(Precision.FP32)).toList();
            return aggregate == Aggregate.VOTE ? vote(logits) : mean(logits);
        }
    }

    /** Logarithms of the mean softmax of {@code logits}, each (B, K). */
    static Tensor mean(List<Tensor> logits) {
        List<Tensor> each =
                logits.stream().map(it -> it.logSoftmax().unsqueeze(2)).toList();
        return Tensor.concat(each, 2).logSumExp().add(-Math.log(logits.size())); // (B, K, S) → (B, K)
    }

    /** Logarithms of the shares of votes, see {@link Aggregate#VOTE}. */
    static Tensor vote(List<Tensor> logits) {
        Tensor classes = Tensor.range(0, logits.get(0).size(1)); // (K)
        Tensor votes = logits.stream()
                .map(it -> it.argmax().unsqueeze(1).equalTo(classes)) // (B, K)
                .reduce(Tensor::add)
                .orElseThrow();
        List<Tensor> both = List.of(
                votes.log().clampMin(NO_VOTES).unsqueeze(2), mean(logits).unsqueeze(2));
        return Tensor.concat(both, 2).logSumExp().add(-Math.log(logits.size() + 1)); // (B, K, 2) → (B, K)
    }

    // ---------------------------------------------------------------- learning

    @Override
    public Model fit(Recipe recipe, Dataset data, Trial trial) {
        return assemble(recipe, data, trial.seed(), Optional.empty(), trial);
    }

    /**
     * The model that {@link #fit} would train with the seed of {@code original} on other data, usually what remains of
     * its own. Members of {@code original} that learned exactly that are taken over; the others go on from the last slice
     * that is kept and did. If the trial may keep snapshots, those of slices that learned anything else are removed.
     */
    public Model refit(Model original, Recipe recipe, Dataset data, Trial trial) {
        Require.that(
                original.architecture().equals(this),
                "Only a model of the same ensemble can be trained on, but this one is " + original.architecture()
                        + ", expected " + this);
        Seed seed = seed(original);
        return assemble(recipe, data, seed, Optional.of(original), trial);
    }

    /** How many epochs each slice is trained for. */
    int epochsPerSlice(Recipe recipe) {
        return (int) Math.max(1, Math.round(2.0 * recipe.epochs() / (slices + 1)));
    }

    private Model assemble(Recipe recipe, Dataset data, Seed seed, Optional<Model> original, Trial trial) {
        List<Shard> all = Shard.of(this, recipe, data, seed);
        Model ensemble = blank(data.shape(), data.outputs());
        ensemble.precision(recipe.precision());
        boolean finished = false;
        try (Scope scope = Scope.open();
                Progress progress = trial.progress().begin("slice", (long) shards * slices)) {
            float[] learned = new float[DIGEST_PARTS * shards];
            for (Shard shard : all) {
                if (original.isPresent() && hasLearned(original.get(), shard)) {
                    copy(part(original.get(), shard), part(ensemble, shard));
                    progress.skip(slices);
                    LOG.info("Shard {} of {} is taken over", shard.index() + 1, shards);
                } else {
                    try (Model trained = train(shard, recipe, data, progress, trial.telling(progress))) {
                        copy(trained.named(), part(ensemble, shard));
                    }
                }
                System.arraycopy(certificate(ensemble, shard), 0, learned, DIGEST_PARTS * shard.index(), DIGEST_PARTS);
            }
            write(ensemble, SEED, parts(String.format("%016x", seed.value())));
            write(ensemble, LEARNED, learned);
            if (original.isPresent()) {
                Set<String> keys = new HashSet<>();
                all.forEach(shard -> keys.addAll(shard.keys()));
                trial.snapshots().stream()
                        .filter(Snapshots::isWritable)
                        .forEach(place -> place.remove(Shard.prefix(seed), keys));
            }
            finished = true;
            return ensemble;
        } finally {
            if (!finished) {
                ensemble.close();
            }
        }
    }

    /** Trains one member from the last slice whose weights are kept, or from its beginning. */
    private Model train(Shard shard, Recipe recipe, Dataset data, Progress progress, Trial trial) {
        Model model = member.create(data.shape(), data.outputs(), shard.seed().derive("weights"));
        boolean finished = false;
        try {
            int slice = restore(shard, model, trial);
            progress.skip(slice);
            LOG.info("Shard {} of {} is trained from slice {}", shard.index() + 1, shards, slice + 1);
            Trainer trainer = new Trainer(recipe.lasting(epochsPerSlice(recipe)));
            for (; slice < slices; slice++) {
                String key = shard.keys().get(slice);
                int[] rows = shard.rowsThrough(slice);
                Trial stage = trial.part(key, shard.seed().derive("slice", slice));
                if (rows.length > 1) { // batch normalisation cannot learn from one example
                    trainer.train(model, data.select(rows), stage);
                }
                trial.snapshots().stream()
                        .filter(Snapshots::isWritable)
                        .findFirst()
                        .ifPresent(place -> place.store(key, model.weights()));
                stage.checkpoints().ifPresent(Checkpoints::clear);
                progress.advance(1);
            }
            finished = true;
            return model;
        } finally {
            if (!finished) {
                model.close();
            }
        }
    }

    /** Gives a fresh model the latest weights of its shard that are kept, and returns how many slices they learned. */
    private int restore(Shard shard, Model model, Trial trial) {
        for (int slice = slices; slice > 0; slice--) {
            String key = shard.keys().get(slice - 1);
            if (trial.snapshots().stream().anyMatch(place -> place.restore(key, model.weights()))) {
                return slice;
            }
        }
        return 0;
    }

    // ---------------------------------------------------------------- what a model knows of its own making

    /** Whether the member of a shard has learned exactly this shard, and has not been changed since. */
    private boolean hasLearned(Model model, Shard shard) {
        float[] expected = certificate(model, shard);
        float[] found = read(model, LEARNED);
        int from = DIGEST_PARTS * shard.index();
        for (int i = 0; i < DIGEST_PARTS; i++) {
            if (found[from + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Digest of what made a member and of what it became. */
    private float[] certificate(Model model, Shard shard) {
        return parts(Digest.sha256(shard.keys().get(slices - 1) + Snapshots.digest(part(model, shard))));
    }

    private static Seed seed(Model model) {
        long value = 0;
        for (float part : read(model, SEED)) {
            value = value << BITS | (long) part;
        }
        return Seed.of(value);
    }

    /** Hexadecimal digits as 16-bit numbers. */
    private static float[] parts(String hex) {
        int digits = BITS / 4;
        float[] parts = new float[hex.length() / digits];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Integer.parseInt(hex.substring(digits * i, digits * (i + 1)), 16);
        }
        return parts;
    }

    private static float[] read(Model model, String statistic) {
        try (Scope scope = Scope.open()) {
            return Objects.requireNonNull(model.named().get(statistic)).toFloats();
        }
    }

    private static void write(Model model, String statistic, float[] numbers) {
        try (Scope scope = Scope.open()) {
            Objects.requireNonNull(model.named().get(statistic)).copyInPlace(Tensor.of(numbers));
        }
    }

    /** The tensors of a shard's member, under the names they have in a model of its own. */
    private static Map<String, Tensor> part(Model model, Shard shard) {
        String prefix = "shard" + shard.index() + ".";
        return model.named().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(prefix.length()), Map.Entry::getValue));
    }

    private static void copy(Map<String, Tensor> from, Map<String, Tensor> to) {
        try (NoGrad guard = NoGrad.enter()) {
            to.forEach((name, tensor) -> tensor.copyInPlace(Objects.requireNonNull(from.get(name))));
        }
    }
}
