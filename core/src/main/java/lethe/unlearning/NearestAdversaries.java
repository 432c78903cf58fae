package lethe.unlearning;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.training.Evaluation;
import lethe.training.Progress;
import lethe.training.StoppedException;
import lethe.training.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds for each example the nearest input that a model classifies otherwise: Algorithm 1 of AMUN, around projected
 * gradient ascent in balls of growing radius.
 *
 * <pre>
 *   ε ← ε₀;   repeat
 *     T times:   stop if argmax f(x + δ) ≠ y
 *                g ← ∇_δ CE(f(x + δ), y);   δ ← δ + (ε/10) · g / ‖g‖₂
 *                δ ← δ · min(1, ε / ‖δ‖₂);   δ ← clamp(x + δ, 0, 1) − x
 *     ε ← 2ε
 * </pre>
 *
 * <p>The model is in evaluation mode and computes in 32-bit floats, so examples do not influence each other. All run
 * side by side, each with its own radius and number of steps; the place of one that is done goes to the next. An example
 * that the model gets wrong from the start is its own adversary, at distance 0.
 *
 * <p>The direction is taken from {@code log Σ_{k≠y} exp z_k − z_y}. Its gradient is that of the cross-entropy but for a
 * positive factor, which normalising removes; and it does not vanish or lose its digits where the softmax saturates.
 *
 * <p>Like the authors' code and unlike the paper, the iterate is kept when the radius doubles. Unlike both, the radius
 * ends at √(C·H·W), the diameter of the image space, and the result is verified: adversaries stop at the first step
 * across the boundary, and some cross back when the batch is composed otherwise; their search goes on.
 *
 * @param initialRadius ε₀, over inputs in [0, 1]
 * @param stepsPerRadius T
 * @param stepFraction step size as a share of the radius
 * @param warmStart whether δ is kept when the radius doubles, rather than set to 0
 * @param minMargin by how much the adversarial logit must exceed the true one; 0 is parity with the authors
 * @param batch examples searched side by side
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>
 */
public record NearestAdversaries(
        double initialRadius, int stepsPerRadius, double stepFraction, boolean warmStart, double minMargin, int batch) {
    private static final Logger LOG = LoggerFactory.getLogger(NearestAdversaries.class);
    /** Takes a logit out of a sum of exponentials without making its gradient undefined. */
    private static final float EXCLUDED = -1e9f;
    /** Below any gradient that means something, above where squares of 32-bit floats vanish. */
    private static final double TINY = 1e-20;
    /** Every new batch size costs the engine a preparation of its kernels, so sizes shrink by a quarter at a time. */
    private static final double WORTH_SHRINKING = 0.75;

    private static final double FIRST_DEMAND = 1e-5;

    public NearestAdversaries {
        Require.positive("initialRadius", initialRadius);
        Require.positive("stepsPerRadius", stepsPerRadius);
        Require.positive("stepFraction", stepFraction);
        Require.notNegative("minMargin", minMargin);
        Require.positive("batch", batch);
    }

    /** The authors' settings. */
    public NearestAdversaries() {
        this(0.04, 50, 0.1, true, 0, 256);
    }

    /**
     * Finds the nearest adversary of each example.
     *
     * @param attacked left as it is
     * @param examples inputs in [0, 1]
     */
    public AdversarialSet search(Model attacked, Dataset examples) {
        return search(attacked, examples, Progress.silent(), () -> false);
    }

    /**
     * Finds them as part of an execution: once however often that is interrupted afterwards, and once for all executions
     * that share results and need the same.
     */
    AdversarialSet search(Model attacked, Dataset examples, Trial trial) {
        String key = key(attacked, examples);
        Optional<Path> shared = trial.sharedFile("adversaries-" + key + ".safetensors");
        Optional<Path> file = shared.or(() -> trial.stageFile("adversaries.safetensors"));
        if (file.isPresent() && Files.exists(file.get())) {
            try {
                AdversarialSet found = AdversarialSet.read(file.get(), key, initialRadius, examples);
                trial.reuse(found.searched());
                return found;
            } catch (IllegalArgumentException | UncheckedIOException unusable) {
                if (shared.isEmpty()) {
                    throw unusable;
                }
                // Others write here too, and a search can be repeated.
                LOG.warn("Searching again: {}", unusable.getMessage());
            }
        }
        try (Progress progress = trial.progress().begin("adversary", examples.size())) {
            AdversarialSet found = search(attacked, examples, progress, trial::stopRequested);
            try {
                file.ifPresent(found::write);
                return found;
            } catch (RuntimeException unwritten) {
                found.close();
                throw unwritten;
            }
        }
    }

    private AdversarialSet search(Model attacked, Dataset examples, Progress progress, BooleanSupplier stop) {
        long start = System.nanoTime();
        try (Scope scope = Scope.open();
                Model model = attacked.copy()) {
            Search search = new Search(model, examples);
            int[] all = IntStream.range(0, examples.size()).toArray();
            search.run(all, progress, stop);
            for (int[] flipped = search.flipped(); flipped.length > 0; flipped = search.flipped()) {
                search.run(flipped, Progress.silent(), stop);
            }
            return search.result(key(attacked, examples), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** The identity of a search: weights, settings and examples. */
    String key(Model attacked, Dataset examples) {
        try (Scope scope = Scope.open()) {
            Fingerprint fingerprint = new Fingerprint()
                    .add(attacked.architecture().toString())
                    .add(attacked.weights().values().toFloats())
                    .add(attacked.weights().statistics().toFloats())
                    .add(toString());
            for (int row = 0; row < examples.size(); row++) {
                fingerprint.add(examples.id(row).value()).add(examples.digest(row));
            }
            return fingerprint.hex();
        }
    }

    /** One search. Examples under way sit in slots 0 … active − 1 of the batch. */
    private final class Search {
        private final Model model;
        private final Dataset examples;
        private final double maxRadius;
        private final AdversarialSet.Facts facts;
        private final int[] taken; // steps in the present radius
        private final double[] demand; // the margin that ends the search
        private final Tensor found; // (n, shape…); where an unfinished example begins

        private final int[] rows; // by slot
        private final Tensor clean; // x, (batch, shape…)
        private final Tensor image; // x + δ, (batch, shape…)
        private int active;

        Search(Model model, Dataset examples) {
            this.model = model;
            this.examples = examples;
            long[] shape = examples.shape();
            this.maxRadius = Math.sqrt(Arrays.stream(shape).reduce(1, Math::multiplyExact));
            int size = examples.size();
            this.facts = new AdversarialSet.Facts(size);
            this.taken = new int[size];
            this.demand = new double[size];
            Arrays.fill(demand, minMargin);
            this.found = Tensor.zeros(batched(size, shape));
            for (int from = 0; from < size; from += batch) {
                try (Scope step = Scope.open()) {
                    int[] some =
                            IntStream.range(from, Math.min(size, from + batch)).toArray();
                    found.indexCopyInPlace(Tensor.ofInts(some), inUnitCube(examples.inputs(some)));
                }
            }
            int slots = Math.min(batch, size);
            this.rows = new int[slots];
            Tensor first = examples.inputs(new int[slots]); // in the memory order of the data
            this.clean = first.copy();
            this.image = first.copy();
        }

        private Tensor inUnitCube(Tensor inputs) {
            if (inputs.sub(inputs.clamp(0, 1)).abs().sum().item() > 0) {
                throw new IllegalArgumentException("'" + examples.name()
                        + "' has inputs outside [0, 1]; adversarial examples are searched for inside, so scale the"
                        + " inputs and leave normalisation to the model");
            }
            return inputs;
        }

        /** Searches for the adversaries of some examples, from where {@link #found} has them. */
        void run(int[] queue, Progress progress, BooleanSupplier stop) {
            int waiting = Math.min(rows.length, queue.length);
            active = waiting;
            load(IntStream.range(0, active).toArray(), Arrays.copyOf(queue, active));
            int width = active;
            while (active > 0) {
                try (Scope step = Scope.open()) {
                    List<Integer> done = step(width);
                    waiting = replace(done, queue, waiting);
                    progress.advance(done.size());
                }
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
                if (active <= WORTH_SHRINKING * width) {
                    width = active;
                }
            }
        }

        /** Puts examples into slots. */
        private void load(int[] slots, int[] chosen) {
            for (int i = 0; i < slots.length; i++) {
                rows[slots[i]] = chosen[i];
            }
            try (Scope scope = Scope.open()) {
                Tensor targets = Tensor.ofInts(slots);
                clean.indexCopyInPlace(targets, examples.inputs(chosen));
                image.indexCopyInPlace(targets, found.indexSelect(0, Tensor.ofInts(chosen)));
            }
        }

        /** Gives the slots of finished examples to waiting ones, or to the last ones under way. */
        private int replace(List<Integer> done, int[] queue, int waiting) {
            int refilled = Math.min(done.size(), queue.length - waiting);
            if (refilled > 0) {
                load(
                        done.subList(0, refilled).stream()
                                .mapToInt(slot -> slot)
                                .toArray(),
                        Arrays.copyOfRange(queue, waiting, waiting + refilled));
            }
            // From the highest slot down, so that the last slot is never one that is itself to be closed.
            for (int i = done.size() - 1; i >= refilled; i--) {
                int hole = done.get(i);
                active--;
                if (hole != active) {
                    rows[hole] = rows[active];
                    clean.narrow(0, hole, 1).copyInPlace(clean.narrow(0, active, 1));
                    image.narrow(0, hole, 1).copyInPlace(image.narrow(0, active, 1));
                }
            }
            return waiting + refilled;
        }

        /** Tests all examples under way and moves those that go on; returns the slots of the others, ascending. */
        private List<Integer> step(int width) {
            int classes = model.classes();
            int[] labels = new int[width];
            Arrays.setAll(labels, slot -> examples.label(rows[slot]));
            Tensor input = image.narrow(0, 0, width).asVariable();
            Tensor z = model.logits(input); // (W, K)
            Tensor y = Tensor.ofInts(labels);
            Tensor excluded = excluded(labels, classes);
            Tensor climb = climb(z, y, excluded);
            int[] predicted = z.argmax().toInts();
            float[] margin = z.add(excluded).maxOver(1).sub(z.gatherColumns(y)).toFloats();

            try (NoGrad guard = NoGrad.enter()) {
                return advance(width, input, climb, predicted, margin);
            }
        }

        private List<Integer> advance(int width, Tensor input, Tensor climb, int[] predicted, float[] margin) {
            List<Integer> done = new ArrayList<>();
            List<Integer> succeeded = new ArrayList<>();
            List<Integer> restarted = new ArrayList<>();
            float[] stepSize = new float[width];
            float[] radius = new float[width];
            for (int slot = 0; slot < active; slot++) {
                int row = rows[slot];
                boolean fresh = facts.steps()[row] == 0 && demand[row] == minMargin;
                if (predicted[slot] != examples.label(row) && (fresh || margin[slot] >= demand[row])) {
                    facts.outcomes()[row] =
                            fresh ? AdversarialSet.Outcome.INITIALLY_WRONG : AdversarialSet.Outcome.SUCCEEDED;
                    succeeded.add(slot);
                    done.add(slot);
                    continue;
                }
                boolean doubled = taken[row] == stepsPerRadius;
                if (doubled) {
                    facts.rounds()[row]++;
                    taken[row] = 0;
                }
                if (radius(row) > maxRadius) {
                    facts.outcomes()[row] = AdversarialSet.Outcome.FAILED;
                    facts.labels()[row] = examples.label(row);
                    done.add(slot);
                } else if (doubled && !warmStart) {
                    restarted.add(slot); // its gradient is known only after the next forward pass
                } else {
                    radius[slot] = (float) radius(row);
                    stepSize[slot] = (float) (stepFraction * radius(row));
                    taken[row]++;
                    facts.steps()[row]++;
                }
            }
            emit(succeeded);
            move(width, climb.gradientOf(input), stepSize, radius);
            restarted.forEach(slot -> image.narrow(0, slot, 1).copyInPlace(clean.narrow(0, slot, 1)));
            return done;
        }

        private double radius(int row) {
            return initialRadius * Math.pow(2, facts.rounds()[row]);
        }

        private void move(int width, Tensor gradient, float[] stepSize, float[] radius) {
            long[] perExample = batched(width, new long[examples.shape().length]);
            Arrays.fill(perExample, 1, perExample.length, 1);
            Tensor x = clean.narrow(0, 0, width);
            Tensor here = image.narrow(0, 0, width);
            Tensor rate = Tensor.of(stepSize)
                    .reshape(perExample)
                    .div(gradient.normPerExample().clampMin(TINY));
            Tensor delta = here.sub(x).addProductInPlace(gradient, rate, 1);
            Tensor shrink = Tensor.of(radius)
                    .reshape(perExample)
                    .div(delta.normPerExample().clampMin(TINY))
                    .clampMax(1);
            here.copyInPlace(x).addProductInPlace(delta, shrink, 1).clampInPlace(0, 1);
        }

        private void emit(List<Integer> slots) {
            if (slots.isEmpty()) {
                return;
            }
            Tensor chosen = Tensor.ofInts(slots.stream().mapToInt(slot -> slot).toArray());
            Tensor images = image.indexSelect(0, chosen);
            float[] distances =
                    images.sub(clean.indexSelect(0, chosen)).normPerExample().toFloats();
            int[] targets = slots.stream().mapToInt(slot -> rows[slot]).toArray();
            for (int i = 0; i < targets.length; i++) {
                facts.distances()[targets[i]] = distances[i];
            }
            found.indexCopyInPlace(Tensor.ofInts(targets), images);
        }

        /**
         * The examples whose adversary the model classifies correctly after all, when asked as it is for evaluation.
         * Their searches are reopened, each with a margin that it must exceed.
         */
        int[] flipped() {
            try (AdversarialSet candidates = result("", Duration.ZERO)) {
                int[] origins = IntStream.range(0, examples.size())
                        .filter(row -> facts.outcomes()[row] != AdversarialSet.Outcome.FAILED)
                        .toArray();
                int[] predicted = Evaluation.predictions(model, candidates.asDataset());
                for (int i = 0; i < origins.length; i++) {
                    facts.labels()[origins[i]] = predicted[i];
                }
                int[] flipped = Arrays.stream(origins)
                        .filter(row -> facts.labels()[row] == examples.label(row))
                        .toArray();
                for (int row : flipped) {
                    demand[row] = Math.max(10 * demand[row], FIRST_DEMAND);
                }
                return flipped;
            }
        }

        AdversarialSet result(String key, Duration searched) {
            return new AdversarialSet(examples, key, initialRadius, found, facts, searched);
        }
    }

    /** (B, K), hugely negative at each true label, elsewhere 0: what takes its logit out of a maximum or a sum. */
    static Tensor excluded(int[] labels, int classes) {
        float[] excluded = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            excluded[i * classes + labels[i]] = EXCLUDED;
        }
        return Tensor.of(excluded).reshape(labels.length, classes);
    }

    /** Σ_i log Σ_{k≠y} exp z_ik − z_iy; {@code excluded} is hugely negative at each y, elsewhere 0. */
    static Tensor climb(Tensor z, Tensor labels, Tensor excluded) {
        return z.add(excluded).logSumExp().sub(z.gatherColumns(labels)).sum();
    }

    private static long[] batched(int size, long[] shape) {
        long[] all = new long[shape.length + 1];
        all[0] = size;
        System.arraycopy(shape, 0, all, 1, shape.length);
        return all;
    }
}
