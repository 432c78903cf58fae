package lethe.influence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.engine.Convolution;
import lethe.engine.Linear;
import lethe.engine.Module;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Decoder;
import lethe.models.Model;

/**
 * One vector for each example, row by row. Vectors can be moved to their mean and brought to length 1, and then compared
 * by their cosines.
 */
final class Vectors {
    private static final int BATCH = 250;
    private static final int TEXTS = 32;
    private static final int QUERIES = 512;
    private static final int CANDIDATES = 8192;

    private final float[] values; // (n, D)
    private final int width;

    Vectors(float[] values, int width) {
        this.values = values;
        this.width = width;
    }

    int size() {
        return values.length / width;
    }

    int width() {
        return width;
    }

    float[] values() {
        return values;
    }

    /** Raw inputs, such as the pixels of images. */
    static Vectors inputs(Dataset data) {
        long[] shape = data.shape();
        int volume = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        float[] values = new float[Math.multiplyExact(data.size(), volume)];
        for (int from = 0; from < data.size(); from += BATCH) {
            try (Scope scope = Scope.open()) {
                float[] part = data.inputs(range(from, Math.min(data.size(), from + BATCH)))
                        .contiguous()
                        .toFloats();
                System.arraycopy(part, 0, values, from * volume, part.length);
            }
        }
        return new Vectors(values, volume);
    }

    /** What the last layer of a model gets, and what the model says: features {@code (n, D)} and logits {@code (n, K)}. */
    record Outputs(Vectors features, Vectors logits) {}

    /**
     * Features and logits of all examples in evaluation mode. Features of a convolution that ends a network are averaged
     * over places, as its outputs are; those of the tokens of a text over all with a label, and of texts there are no logits;
     * a network that ends with neither has its logits for features.
     */
    static Outputs of(Model model, Dataset data) {
        if (model.network() instanceof Decoder decoder) {
            return new Outputs(ofTexts(model, decoder, data), new Vectors(new float[0], 1));
        }
        List<Tensor> heard = new ArrayList<>();
        Module last = last(model.network());
        List<float[]> features = new ArrayList<>();
        List<float[]> logits = new ArrayList<>();
        boolean wasTraining = model.isTraining();
        model.training(false);
        last.listen(heard::add);
        try (NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < data.size(); from += BATCH) {
                try (Scope scope = Scope.open()) {
                    int[] rows = range(from, Math.min(data.size(), from + BATCH));
                    Tensor out = model.logits(data.inputs(rows));
                    Tensor h = heard.isEmpty() ? out : heard.get(heard.size() - 1);
                    features.add(pooled(h, data, rows).toFloats());
                    logits.add(out.shape().length == 2 ? out.toFloats() : new float[0]);
                    heard.clear();
                }
            }
        } finally {
            last.listen(null);
            model.training(wasTraining);
        }
        return new Outputs(joined(features, data.size()), joined(logits, data.size()));
    }

    private static Vectors ofTexts(Model model, Decoder decoder, Dataset data) {
        List<float[]> features = new ArrayList<>();
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < data.size(); from += TEXTS) {
                try (Scope scope = Scope.open()) {
                    int[] rows = range(from, Math.min(data.size(), from + TEXTS));
                    features.add(pooled(decoder.features(data.inputs(rows)), data, rows)
                            .toFloats());
                }
            }
        } finally {
            model.training(wasTraining);
        }
        return joined(features, data.size());
    }

    /** The layer nearest the output, as far as the network is made of parts. */
    private static Module last(Module network) {
        Module module = network;
        while (!(module instanceof Linear || module instanceof Convolution)
                && !module.children().isEmpty()) {
            List<Module> parts = List.copyOf(module.children().values());
            int at = parts.size() - 1;
            while (at > 0 && parts.get(at).parameters().isEmpty()) {
                at--;
            }
            module = parts.get(at);
        }
        return module;
    }

    private static Tensor pooled(Tensor h, Dataset data, int[] rows) {
        return switch (h.shape().length) {
            case 2 -> h;
            case 4 -> h.meanOver(2, 3); // (B, D, H, W)
            case 3 -> { // (B, T, D)
                Tensor labels = data.labels(rows); // (B, T)
                Tensor wanted = labels.greaterThan(Tensor.IGNORED_LABEL).unsqueeze(2);
                yield h.mul(wanted).sumOver(1).div(wanted.sumOver(1).clampMin(1));
            }
            default -> h.flatten(1);
        };
    }

    private static Vectors joined(List<float[]> parts, int size) {
        int total = parts.stream().mapToInt(part -> part.length).sum();
        float[] all = new float[total];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return new Vectors(all, Math.max(1, total / Math.max(1, size)));
    }

    /** The same vectors less their mean. */
    Vectors centred() {
        return lessMeanOf(this);
    }

    /** The same vectors less the mean of some of their kind. */
    Vectors lessMeanOf(Vectors others) {
        double[] mean = new double[width];
        for (int at = 0; at < others.values.length; at++) {
            mean[at % width] += others.values[at] / (double) others.size();
        }
        float[] moved = new float[values.length];
        for (int at = 0; at < values.length; at++) {
            moved[at] = (float) (values[at] - mean[at % width]);
        }
        return new Vectors(moved, width);
    }

    /** The same directions in length 1; a vector of length 0 stays what it is. */
    Vectors normalised() {
        float[] unit = new float[values.length];
        for (int row = 0; row < size(); row++) {
            double squares = 0;
            for (int d = 0; d < width; d++) {
                squares += (double) values[row * width + d] * values[row * width + d];
            }
            double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
            for (int d = 0; d < width; d++) {
                unit[row * width + d] = (float) (scale * values[row * width + d]);
            }
        }
        return new Vectors(unit, width);
    }

    /** The inner product of two of these vectors. */
    double product(int one, int other) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
            sum += (double) values[one * width + d] * values[other * width + d];
        }
        return sum;
    }

    /** These vectors, then some of their kind. */
    Vectors with(Vectors others) {
        return joined(List.of(values, others.values), size() + others.size());
    }

    /** The inner products of all pairs, {@code (n, n)}. */
    float[] products() {
        int[] all = range(0, size());
        return scores(List.of(this), all, all);
    }

    Vectors select(int[] rows) {
        float[] chosen = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, rows[i] * width, chosen, i * width, width);
        }
        return new Vectors(chosen, width);
    }

    /**
     * All pairs of an asked row and another whose score is large enough. Scores are products of the inner products of
     * several kinds of vectors, each of the same examples; of one kind they are cosines if its vectors have length 1.
     * Every pair is looked at, in blocks that are products of matrices, so that memory does not grow with the data.
     */
    static List<Match> pairs(List<Vectors> kinds, int[] asked, double least, DoubleFunction<String> reason) {
        Require.that(least > 0, "The lowest similarity of interest must be positive, but is " + least);
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        int n = kinds.get(0).size();
        List<Match> found = new ArrayList<>();
        for (int q = 0; q < asked.length; q += QUERIES) {
            int[] queries = Arrays.copyOfRange(asked, q, Math.min(asked.length, q + QUERIES));
            for (int from = 0; from < n; from += CANDIDATES) {
                int[] rows = range(from, Math.min(n, from + CANDIDATES));
                float[] scores = scores(kinds, queries, rows); // (queries, rows)
                for (int at = 0; at < scores.length; at++) {
                    int row = rows[at % rows.length];
                    if (scores[at] >= least && Arrays.binarySearch(sorted, row) < 0) {
                        double score = Math.min(1, scores[at]);
                        found.add(new Match(row, queries[at / rows.length], score, reason.apply(score)));
                    }
                }
            }
        }
        return found;
    }

    private static float[] scores(List<Vectors> kinds, int[] queries, int[] rows) {
        try (Scope scope = Scope.open()) {
            Tensor product = kinds.get(0)
                    .tensor(queries)
                    .matmul(kinds.get(0).tensor(rows).transpose());
            for (Vectors kind : kinds.subList(1, kinds.size())) {
                product = product.mul(
                        kind.tensor(queries).matmul(kind.tensor(rows).transpose()));
            }
            return product.toFloats();
        }
    }

    private Tensor tensor(int[] rows) {
        return Tensor.of(select(rows).values).reshape(rows.length, width);
    }

    static int[] range(int from, int to) {
        int[] rows = new int[to - from];
        Arrays.setAll(rows, i -> from + i);
        return rows;
    }
}
