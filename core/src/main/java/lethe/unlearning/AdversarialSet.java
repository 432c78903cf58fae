package lethe.unlearning;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.engine.Safetensors;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;

/**
 * The nearest adversarial example of each of some examples, as {@link NearestAdversaries} finds them.
 *
 * <p>Images are 32-bit floats: the nearest adversaries are closer than the rounding of 8-bit images. The set and its
 * {@link #asDataset} can be used until it is closed.
 */
public final class AdversarialSet implements AutoCloseable {
    private static final String KEY = "key";
    private static final String CONTENT = "content";
    private static final String NANOSECONDS = "nanoseconds";

    /** How the search for one example ended. */
    public enum Outcome {
        /** The model classifies the image found otherwise than the original one. */
        SUCCEEDED,
        /** The model was wrong about the original image, which stands as its own adversary at distance 0. */
        INITIALLY_WRONG,
        /** No adversary was found in the whole image space. */
        FAILED
    }

    private final Dataset examples;
    private final String key;
    private final double initialRadius;
    private final Tensor images; // (n, shape…)
    private final Facts facts;
    private final Duration searched;

    /** What is known of each example, by row. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Facts(int[] labels, float[] distances, int[] rounds, int[] steps, Outcome[] outcomes) {
        Facts(int size) {
            this(new int[size], new float[size], new int[size], new int[size], new Outcome[size]);
        }
    }

    AdversarialSet(Dataset examples, String key, double initialRadius, Tensor images, Facts facts, Duration searched) {
        this.examples = examples;
        this.key = key;
        this.initialRadius = initialRadius;
        this.images = images.retain();
        this.facts = facts;
        this.searched = searched;
    }

    /** The number of examples searched for. */
    public int size() {
        return examples.size();
    }

    /** The number of examples with an adversary. */
    public int found() {
        return size() - count(Outcome.FAILED);
    }

    /** The number of examples whose search ended like this. */
    public int count(Outcome outcome) {
        return (int) Arrays.stream(facts.outcomes).filter(o -> o == outcome).count();
    }

    /** How the search for one example ended. */
    public Outcome outcome(int row) {
        return facts.outcomes[row];
    }

    /** The label that the attacked model gives the adversary; after a failure, the true label. */
    public int label(int row) {
        return facts.labels[row];
    }

    /** The Euclidean distance δ between the adversary and its example, over inputs in [0, 1]. */
    public double distance(int row) {
        return facts.distances[row];
    }

    /** The radius ε of the ball searched last, initial radius · 2^rounds; never smaller than the distance. */
    public double radius(int row) {
        return initialRadius * Math.pow(2, facts.rounds[row]);
    }

    /** How often the radius was doubled. */
    public int rounds(int row) {
        return facts.rounds[row];
    }

    /** The number of gradient steps taken. */
    public int steps(int row) {
        return facts.steps[row];
    }

    /** The identity of attacked model, settings of the search and examples. */
    public String key() {
        return key;
    }

    /** The time that the search took. */
    public Duration searched() {
        return searched;
    }

    /** The adversaries that were found, with the labels that the attacked model gives them. */
    public Dataset asDataset() {
        return new Adversaries(rowsFound());
    }

    /** The rows of the examples with an adversary, ascending: what {@link #asDataset} is of. */
    int[] rowsFound() {
        return IntStream.range(0, size())
                .filter(row -> facts.outcomes[row] != Outcome.FAILED)
                .toArray();
    }

    /**
     * Writes the set; {@link #read} reads it.
     *
     * @param file replaced if it exists
     */
    public void write(Path file) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("images", images);
            tensors.put("labels", Tensor.ofInts(facts.labels));
            tensors.put("distances", Tensor.of(facts.distances));
            tensors.put("rounds", Tensor.ofInts(facts.rounds));
            tensors.put("steps", Tensor.ofInts(facts.steps));
            tensors.put(
                    "outcomes",
                    Tensor.ofInts(Arrays.stream(facts.outcomes)
                            .mapToInt(Outcome::ordinal)
                            .toArray()));
            Safetensors.write(
                    file,
                    tensors,
                    Map.of(KEY, key, CONTENT, content(images, facts), NANOSECONDS, Long.toString(searched.toNanos())));
        }
    }

    /**
     * Reads a set.
     *
     * @param search with which the set must have been found
     * @param attacked the model it must have been found on
     * @param examples for which it must have been found
     * @throws IllegalArgumentException if it belongs to another model, search or selection of examples, or is damaged
     */
    public static AdversarialSet read(Path file, NearestAdversaries search, Model attacked, Dataset examples) {
        return read(file, search.key(attacked, examples), search.initialRadius(), examples);
    }

    static AdversarialSet read(Path file, String expected, double initialRadius, Dataset examples) {
        Map<String, String> metadata = Safetensors.metadata(file);
        String stored = metadata.getOrDefault(KEY, "none");
        if (!stored.equals(expected)) {
            throw new IllegalArgumentException(file + " holds adversarial examples with key " + shortened(stored)
                    + ", expected " + shortened(expected)
                    + "; they belong to another model, other search settings or other examples: search again, or name"
                    + " the file that belongs to these");
        }
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = Safetensors.read(file);
            Facts facts = new Facts(
                    tensor(file, tensors, "labels").toInts(),
                    tensor(file, tensors, "distances").toFloats(),
                    tensor(file, tensors, "rounds").toInts(),
                    tensor(file, tensors, "steps").toInts(),
                    Arrays.stream(tensor(file, tensors, "outcomes").toInts())
                            .mapToObj(ordinal -> outcome(file, ordinal))
                            .toArray(Outcome[]::new));
            Tensor images = tensor(file, tensors, "images");
            if (!content(images, facts).equals(metadata.get(CONTENT))) {
                throw new IllegalArgumentException(file + " holds adversarial examples that are not those written;"
                        + " the file is damaged, delete it to search again");
            }
            Duration searched = Duration.ofNanos(Long.parseLong(metadata.getOrDefault(NANOSECONDS, "0")));
            return new AdversarialSet(examples, stored, initialRadius, images, facts, searched);
        }
    }

    /** What tells a damaged file from a sound one. */
    private static String content(Tensor images, Facts facts) {
        Fingerprint fingerprint =
                new Fingerprint().add(Arrays.toString(images.shape())).add(images.toFloats());
        fingerprint.add(facts.distances);
        for (int[] numbers : List.of(facts.labels, facts.rounds, facts.steps)) {
            fingerprint.add(Arrays.toString(numbers));
        }
        return fingerprint.add(Arrays.toString(facts.outcomes)).hex();
    }

    private static Tensor tensor(Path file, Map<String, Tensor> tensors, String name) {
        Tensor found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    file + " holds no tensor '" + name + "'; was it written as an adversarial set?");
        }
        return found;
    }

    private static Outcome outcome(Path file, int ordinal) {
        if (ordinal < 0 || ordinal >= Outcome.values().length) {
            throw new IllegalArgumentException(file + " holds an outcome number " + ordinal + ", expected 0…"
                    + (Outcome.values().length - 1) + "; the file is damaged, delete it to search again");
        }
        return Outcome.values()[ordinal];
    }

    private static String shortened(String key) {
        return key.substring(0, Math.min(12, key.length()));
    }

    /** Fails unless the set is of exactly these examples. */
    void requireExamples(Dataset others) {
        if (others.size() != size()) {
            throw new IllegalArgumentException("The adversarial set is of " + size() + " examples, but " + others.size()
                    + " are to be forgotten; search for these");
        }
        for (int row = 0; row < size(); row++) {
            if (!others.id(row).equals(examples.id(row))) {
                throw new IllegalArgumentException("Row " + row + " of the adversarial set belongs to example "
                        + examples.id(row) + ", but " + others.id(row) + " is to be forgotten; search for these");
            }
        }
    }

    @Override
    public void close() {
        images.close();
    }

    /** Some adversaries as examples. */
    private final class Adversaries implements Dataset {
        private final int[] rows;

        Adversaries(int[] rows) {
            this.rows = rows;
        }

        @Override
        public String name() {
            return examples.name() + " adversaries";
        }

        @Override
        public int size() {
            return rows.length;
        }

        @Override
        public List<String> classes() {
            return examples.classes();
        }

        @Override
        public ExampleId id(int row) {
            return new ExampleId(examples.id(rows[row]) + "/adversary");
        }

        @Override
        public int label(int row) {
            return facts.labels[rows[row]];
        }

        @Override
        public Optional<String> subject(int row) {
            return examples.subject(rows[row]);
        }

        @Override
        public String digest(int row) {
            try (Scope scope = Scope.open()) {
                return new Fingerprint()
                        .add(inputs(new int[] {row}).toFloats())
                        .add(label(row))
                        .hex();
            }
        }

        @Override
        public long[] shape() {
            return examples.shape();
        }

        @Override
        public Tensor inputs(int[] selected) {
            int[] mapped = Arrays.stream(selected).map(row -> rows[row]).toArray();
            Tensor chosen = images.indexSelect(0, Tensor.ofInts(mapped));
            return shape().length == 3 ? chosen.channelsLast() : chosen;
        }
    }
}
