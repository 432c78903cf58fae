package lethe.unlearning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Split;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;

/**
 * What bounds the distance between a model unlearned by {@link Amun} and a retrained one, measured.
 *
 * <p>Let R'(θ) be the sum of the losses ℓ over D ∪ D_A, convex and β-smooth in θ, and θ' one step of gradient descent on
 * it from θ_o, of size 1/β. Then, for any θ_*,
 *
 * <pre>
 *   ‖θ' − θ_*‖² ≤ ‖θ_o − θ_*‖² + (2/β) · (R'(θ_*) − R'(θ'))
 *   R'(θ_*) − R'(θ') = Σ tight_i + neglected
 *     tight_i   = ℓ_*(x,y) + ℓ_*(x',y') − ℓ_θ'(x',y')           over D_F
 *     neglected = Σ_{D_R} (ℓ_* − ℓ_θ') − Σ_{D_F} ℓ_θ'           near 0 where training losses are
 * </pre>
 *
 * <p>for smoothness gives ‖∇R'(θ_o)‖² ≤ 2β (R'(θ_o) − R'(θ')), convexity ⟨∇R'(θ_o), θ_o − θ_*⟩ ≥ R'(θ_o) − R'(θ_*), and
 * both go into the square of θ_o − ∇R'(θ_o)/β − θ_*. If ℓ is L-Lipschitz along the way from x to x', then
 *
 * <pre>
 *   tight_i ≤ ℓ_o(x,y) + L·δ − C_i,   C_i = ℓ_o(x',y) + ℓ_θ'(x',y') − ℓ_*(x',y') − ℓ_*(x,y)
 * </pre>
 *
 * <p>which is the paper's form where ℓ_o(x,y) is 0: near adversaries, a smooth model and adversaries that deceive the
 * retrained model too make it small. L is estimated from below, by the secant and by gradients at some points of the way.
 * With the secant alone, and a loss that rises, the two forms are the same number.
 *
 * <p>Nothing of this certifies a deep network, whose loss is not convex and which takes many steps. The distance of two
 * networks trained from different seeds, moreover, is mostly that of their initial weights. A product of the norms of
 * all layers would bound L from above; it is left out, for it is commonly larger than any loss by orders of magnitude.
 *
 * @param examples what is known of each forget example with an adversary
 * @param failed the number of those without
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>
 */
public record AmunBound(List<Example> examples, int failed) {
    private static final int BATCH = 250;
    /** Where gradients are taken on the way from x to x'. */
    private static final double[] WAY = {0, 0.25, 0.5, 0.75, 1};

    public AmunBound {
        examples = List.copyOf(examples);
    }

    /**
     * One forget example (x, y) and its adversary x', seen by the attacked model.
     *
     * @param id of x
     * @param distance δ = ‖x' − x‖₂
     * @param radius ε of the ball in which x' was found
     * @param rounds how often the radius was doubled
     * @param loss ℓ_o(x, y)
     * @param adversarialLoss ℓ_o(x', y), with the true label
     * @param steepest the largest ‖∇_x ℓ_o(x + t(x' − x), y)‖₂ over t = 0, ¼, ½, ¾, 1
     */
    public record Example(
            ExampleId id,
            double distance,
            double radius,
            int rounds,
            double loss,
            double adversarialLoss,
            double steepest) {
        /** |ℓ_o(x', y) − ℓ_o(x, y)| / δ, a lower bound of L; 0 where x is its own adversary. */
        public double secant() {
            return distance == 0 ? 0 : Math.abs(adversarialLoss - loss) / distance;
        }

        /** The larger of the two estimates of L, both from below. */
        public double lipschitz() {
            return Math.max(secant(), steepest);
        }

        /** L·δ, by how much the loss could rise between x and x'. */
        public double reach() {
            return lipschitz() * distance;
        }
    }

    /** The middle and the upper end of some numbers. */
    public record Spread(double mean, double median, double p95, double max) {
        static Spread of(double[] values) {
            if (values.length == 0) {
                throw new IllegalArgumentException(
                        "No forget example has an adversary, so there is nothing to describe");
            }
            double[] ascending = values.clone();
            Arrays.sort(ascending);
            return new Spread(
                    Arrays.stream(values).average().orElseThrow(),
                    quantile(ascending, 0.5),
                    quantile(ascending, 0.95),
                    ascending[ascending.length - 1]);
        }

        /** Interpolated between order statistics. */
        private static double quantile(double[] ascending, double p) {
            double position = p * (ascending.length - 1);
            int below = (int) position;
            int above = Math.min(below + 1, ascending.length - 1);
            return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
        }
    }

    /**
     * What the bound says once there is a retrained model to compare with; sums over the forget examples with an
     * adversary.
     *
     * @param constant Σ C_i
     * @param lipschitzForm Σ ℓ_o(x,y) + L·δ − C_i, with the estimated L
     * @param tight Σ tight_i, which needs no L
     * @param neglected what both forms leave out; with it, the tight form is exact
     * @param parameters distances of parameters
     * @param statistics distances of statistics, such as those of batch normalisation
     */
    public record Comparison(
            double constant,
            double lipschitzForm,
            double tight,
            double neglected,
            Distances parameters,
            Distances statistics) {
        /**
         * The largest ‖θ' − θ_*‖ that the theorem allows.
         *
         * @param smoothness β of the summed loss
         */
        public double largestDistance(double smoothness) {
            double squared = Math.pow(parameters.originalToRetrained(), 2) + 2 / smoothness * (tight + neglected);
            return Math.sqrt(Math.max(0, squared));
        }
    }

    /** Euclidean distances between three models. */
    public record Distances(double unlearnedToOriginal, double unlearnedToRetrained, double originalToRetrained) {}

    /** Measures what depends on the attacked model alone. */
    public static AmunBound of(Model attacked, Dataset forget, AdversarialSet adversaries) {
        adversaries.requireExamples(forget);
        int[] rows = adversaries.rowsFound();
        Dataset adversarial = adversaries.asDataset();
        double[] loss = losses(attacked, forget.select(rows));
        double[] adversarialLoss = losses(attacked, truly(adversarial, forget, rows));
        double[] steepest = steepest(attacked, forget.select(rows), adversarial);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            examples.add(new Example(
                    forget.id(row),
                    adversaries.distance(row),
                    adversaries.radius(row),
                    adversaries.rounds(row),
                    loss[i],
                    adversarialLoss[i],
                    steepest[i]));
        }
        return new AmunBound(examples, adversaries.size() - rows.length);
    }

    /**
     * Compares with a retrained model.
     *
     * @param original θ_o, on which the adversaries were found
     * @param unlearned θ', for the theorem one step away from the original
     * @param retrained θ_*
     * @param split its retain set is read
     */
    public static Comparison compare(
            Model original, Model unlearned, Model retrained, Split split, AdversarialSet adversaries) {
        Dataset forget = split.forget();
        AmunBound bound = of(original, forget, adversaries);
        int[] rows = adversaries.rowsFound();
        Dataset adversarial = adversaries.asDataset();
        double[] unlearnedAdversarial = losses(unlearned, adversarial); // ℓ_θ'(x', y')
        double[] retrainedAdversarial = losses(retrained, adversarial); // ℓ_*(x', y')
        double[] retrainedForget = losses(retrained, forget); // ℓ_*(x, y), of all
        double constant = 0;
        double lipschitzForm = 0;
        double tight = 0;
        double withAdversary = 0;
        for (int i = 0; i < rows.length; i++) {
            Example example = bound.examples.get(i);
            Terms terms = new Terms(
                    example.adversarialLoss,
                    unlearnedAdversarial[i],
                    retrainedAdversarial[i],
                    retrainedForget[rows[i]]);
            constant += terms.constant();
            lipschitzForm += example.loss + example.reach() - terms.constant();
            tight += terms.tight();
            withAdversary += retrainedForget[rows[i]];
        }
        // Examples without an adversary are training data like any other.
        double neglected = sum(losses(retrained, split.retain()))
                + sum(retrainedForget)
                - withAdversary
                - sum(losses(unlearned, split.retain()))
                - sum(losses(unlearned, forget));
        return new Comparison(
                constant,
                lipschitzForm,
                tight,
                neglected,
                distances(
                        original, unlearned, retrained, model -> model.weights().values()),
                distances(
                        original, unlearned, retrained, model -> model.weights().statistics()));
    }

    /**
     * The losses that one forget example contributes.
     *
     * @param original ℓ_o(x', y)
     * @param unlearned ℓ_θ'(x', y')
     * @param retrained ℓ_*(x', y')
     * @param forgotten ℓ_*(x, y)
     */
    record Terms(double original, double unlearned, double retrained, double forgotten) {
        /** C_i. */
        double constant() {
            return original + unlearned - retrained - forgotten;
        }

        double tight() {
            return forgotten + retrained - unlearned;
        }
    }

    /** δ. */
    public Spread distances() {
        return spread(Example::distance);
    }

    /** ε. */
    public Spread radii() {
        return spread(Example::radius);
    }

    /** The estimated L. */
    public Spread lipschitz() {
        return spread(Example::lipschitz);
    }

    /** L·δ. */
    public Spread reaches() {
        return spread(Example::reach);
    }

    private Spread spread(ToDoubleFunction<Example> quantity) {
        return Spread.of(examples.stream().mapToDouble(quantity).toArray());
    }

    /** How many examples took so many doublings of the radius. */
    public SortedMap<Integer, Integer> byRound() {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        examples.forEach(example -> counts.merge(example.rounds, 1, Integer::sum));
        return counts;
    }

    /** The share of examples that are their own adversaries: δ = 0. */
    public double shareAtZero() {
        long atZero = examples.stream().filter(example -> example.distance == 0).count();
        return examples.isEmpty() ? 0 : atZero / (double) examples.size();
    }

    // ---------------------------------------------------------------- measuring

    /** The adversaries with the true labels of what they belong to. */
    private static Dataset truly(Dataset adversarial, Dataset forget, int[] rows) {
        return new Relabelled(
                adversarial, Arrays.stream(rows).map(forget::label).toArray());
    }

    /** Cross-entropy of each example, in evaluation mode. */
    private static double[] losses(Model given, Dataset data) {
        double[] losses = new double[data.size()];
        try (Model model = given.copy();
                NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < data.size(); from += BATCH) {
                try (Scope scope = Scope.open()) {
                    Batch batch = data.batch(rows(from, data.size()));
                    float[] part = model.logits(batch.inputs())
                            .crossEntropyEach(batch.labels())
                            .toFloats();
                    for (int i = 0; i < part.length; i++) {
                        losses[from + i] = part[i];
                    }
                }
            }
        }
        return losses;
    }

    /** The largest norm of the gradient of the loss with the true label, on the way from each x to its x'. */
    private static double[] steepest(Model attacked, Dataset clean, Dataset adversarial) {
        double[] steepest = new double[clean.size()];
        try (Model model = attacked.copy()) {
            for (int from = 0; from < clean.size(); from += BATCH) {
                int[] rows = rows(from, clean.size());
                for (double t : WAY) {
                    try (Scope scope = Scope.open()) {
                        Batch batch = clean.batch(rows);
                        Tensor step = adversarial.inputs(rows).sub(batch.inputs());
                        Tensor input = batch.inputs().add(step.mul(t)).asVariable();
                        float[] norms = model.logits(input)
                                .crossEntropySum(batch.labels())
                                .gradientOf(input)
                                .normPerExample()
                                .toFloats();
                        for (int i = 0; i < norms.length; i++) {
                            steepest[from + i] = Math.max(steepest[from + i], norms[i]);
                        }
                    }
                }
            }
        }
        return steepest;
    }

    private static Distances distances(
            Model original, Model unlearned, Model retrained, Function<Model, Tensor> vector) {
        return new Distances(
                distance(vector.apply(unlearned), vector.apply(original)),
                distance(vector.apply(unlearned), vector.apply(retrained)),
                distance(vector.apply(original), vector.apply(retrained)));
    }

    private static double distance(Tensor one, Tensor other) {
        if (one.elements() != other.elements()) {
            throw new IllegalArgumentException("Models of " + one.elements() + " and " + other.elements()
                    + " numbers cannot be compared; they must have the same architecture");
        }
        try (Scope scope = Scope.open();
                NoGrad guard = NoGrad.enter()) {
            return one.sub(other).toDouble().square().sum().sqrt().item();
        }
    }

    private static int[] rows(int from, int size) {
        return IntStream.range(from, Math.min(size, from + BATCH)).toArray();
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}
