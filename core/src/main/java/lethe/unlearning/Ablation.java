package lethe.unlearning;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.training.Trial;

/**
 * What {@link Amun} learns in place of D_A = {(x', y')}, to see what in it does the work. The published ablations are
 *
 * <pre>
 *   {labels: random}                       adversaries with random labels
 *   {images: noise}                        as far from x as x', in a random direction, with the label of x'
 *   {images: forget, labels: true-label}   the forget set once more, not augmented
 *   {images: forget, labels: random}       forget images with random labels
 *   {images: forget, labels: adversarial}  forget images with the labels of their adversaries
 *   {attacked: another}                    adversaries of another model
 * </pre>
 *
 * <p>Random labels are neither the true one nor that of the adversary. They and the noise are drawn anew every epoch and
 * depend on seed, epoch and example alone. Examples without an adversary are left out of each, so that all are of one
 * size. Noise is cut off at the unit cube and then nearer than x'. Nothing here is augmented unless
 * {@link Amun#augmentAdversaries}; unlike the authors' third ablation, D_R and D_F still are.
 *
 * <p>The other model is trained within the method on D_R ∪ D_F, by the recipe of the original from another seed, so that
 * a plan needs nothing from outside. It costs a training, and the method then reads D_R whatever it learns. Somebody who
 * has a second model passes its adversaries to {@link Amun#unlearn(lethe.models.Model, lethe.data.Split, AdversarialSet,
 * Trial)} instead.
 *
 * @param images which images stand for x'
 * @param labels which labels they have
 * @param attacked whose adversaries they are
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>
 */
public record Ablation(Images images, Labels labels, Attacked attacked) {
    /** Images that can stand for the adversaries. */
    public enum Images {
        /** x', the nearest adversary of x. */
        ADVERSARIAL,
        /** A point in a random direction from x, at the distance of x'. */
        NOISE,
        /** x itself. */
        FORGET
    }

    /** Labels that the images can have. */
    public enum Labels {
        /** y', what the attacked model calls x'. */
        ADVERSARIAL,
        /** Any class but y and y', all alike. */
        RANDOM,
        /** y. */
        TRUE_LABEL
    }

    /** The model whose adversaries are found. */
    public enum Attacked {
        /** The model that is to forget. */
        ORIGINAL,
        /** One trained like it from another seed. */
        ANOTHER
    }

    /** No ablation: D_A itself. */
    public Ablation() {
        this(Images.ADVERSARIAL, Labels.ADVERSARIAL, Attacked.ORIGINAL);
    }

    /** What is learned in place of D_A in one epoch; it can be used until the adversaries are closed. */
    Dataset standIn(AdversarialSet adversaries, Dataset forget, Trial trial, int epoch) {
        int[] rows = adversaries.rowsFound();
        Dataset adversarial = adversaries.asDataset();
        Dataset pictured = switch (images) {
            case ADVERSARIAL -> adversarial;
            case NOISE -> new Noised(forget, rows, adversaries, trial.random("noise", epoch));
            case FORGET -> forget.select(rows);
        };
        return switch (labels) {
            case ADVERSARIAL ->
                images == Images.ADVERSARIAL
                        ? adversarial
                        : relabelled(pictured, Arrays.stream(rows).map(adversaries::label));
            case RANDOM ->
                relabelled(
                        pictured,
                        Arrays.stream(rows)
                                .map(row -> other(
                                        trial.random("label", epoch, row).random(),
                                        forget.classes().size(),
                                        forget.label(row),
                                        adversaries.label(row))));
            case TRUE_LABEL -> relabelled(pictured, Arrays.stream(rows).map(forget::label));
        };
    }

    private static Dataset relabelled(Dataset pictured, IntStream labels) {
        return new Relabelled(pictured, labels.toArray());
    }

    /** A class that is neither of two different ones. */
    private static int other(RandomGenerator random, int classes, int one, int two) {
        if (classes < 3) {
            throw new IllegalArgumentException("Labels that are neither true nor adversarial need three classes, but"
                    + " there are " + classes + "; choose other labels for the ablation");
        }
        int drawn = random.nextInt(classes - 2);
        int lower = Math.min(one, two);
        int upper = Math.max(one, two);
        int skipped = drawn < lower ? drawn : drawn + 1;
        return skipped < upper ? skipped : skipped + 1;
    }

    /** Some examples, each moved in a random direction as far as its adversary is, with their true labels. */
    private static final class Noised implements Dataset {
        private final Dataset base;
        private final int[] rows;
        private final AdversarialSet adversaries;
        private final Seed seed;

        Noised(Dataset base, int[] rows, AdversarialSet adversaries, Seed seed) {
            this.base = base;
            this.rows = rows;
            this.adversaries = adversaries;
            this.seed = seed;
        }

        @Override
        public String name() {
            return base.name() + " noised";
        }

        @Override
        public int size() {
            return rows.length;
        }

        @Override
        public List<String> classes() {
            return base.classes();
        }

        @Override
        public ExampleId id(int row) {
            return new ExampleId(base.id(rows[row]) + "/noise");
        }

        @Override
        public int label(int row) {
            return base.label(rows[row]);
        }

        @Override
        public Optional<String> subject(int row) {
            return base.subject(rows[row]);
        }

        @Override
        public String digest(int row) {
            return new Fingerprint()
                    .add(base.digest(rows[row]))
                    .add(Double.doubleToLongBits(adversaries.distance(rows[row])))
                    .add(seed.value())
                    .hex();
        }

        @Override
        public long[] shape() {
            return base.shape();
        }

        @Override
        public Tensor inputs(int[] selected) {
            int elements = (int) Arrays.stream(shape()).reduce(1, Math::multiplyExact);
            float[] noise = new float[Math.multiplyExact(selected.length, elements)];
            int[] inBase = new int[selected.length];
            for (int i = 0; i < selected.length; i++) {
                inBase[i] = rows[selected[i]];
                double[] u = direction(inBase[i], elements);
                double distance = adversaries.distance(inBase[i]);
                for (int j = 0; j < elements; j++) {
                    noise[i * elements + j] = (float) (distance * u[j]);
                }
            }
            Tensor x = base.inputs(inBase);
            return x.add(Tensor.of(noise).reshape(x.shape())).clamp(0, 1);
        }

        /** A direction without preference: normally distributed numbers, scaled to norm 1. */
        private double[] direction(int row, int elements) {
            RandomGenerator random = seed.derive("direction", row).random();
            double[] u = new double[elements];
            double squares = 0;
            for (int j = 0; j < elements; j++) {
                u[j] = random.nextGaussian();
                squares += u[j] * u[j];
            }
            double norm = Math.sqrt(squares);
            Arrays.setAll(u, j -> u[j] / norm);
            return u;
        }
    }
}
