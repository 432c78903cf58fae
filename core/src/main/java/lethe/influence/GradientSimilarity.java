package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.models.Decoder;
import lethe.models.Model;

/**
 * Examples that teach the last linear layer of a model the same: cosine of their gradients. For a classifier's cross-entropy
 * the gradient of one example is an outer product, so that nothing needs to be projected:
 *
 * <pre>
 *   g(x) = (p(x) − e_y) ⊗ (h(x), 1)
 *   cos(g(x), g(x')) = cos(p − e_y, p' − e_y') · cos((h, 1), (h', 1))
 * </pre>
 *
 * <p>That of a text is a sum of such products over its tokens, a matrix as large as the layer; {@link GradientSketch} keeps
 * some of its projections. What is learned by heart pulls hardly any more, and what is left of its gradient says little of
 * the text: with a model from early in training cosines of edited texts mostly lie above 0.8 as those of images do, with one that has
 * learned them around 0.5, so that the threshold has to be lower, such as 0.4.
 *
 * @param threshold cosine from which on examples are similar
 * @see <a href="https://arxiv.org/abs/2002.08484">Pruthi et al., 2020</a>, whose TracIn sums such products
 */
@Named("gradient")
@AutoService(SimilarityDetector.class)
public record GradientSimilarity(double threshold) implements SimilarityDetector {
    public GradientSimilarity {
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /** 0.9, ours. */
    public GradientSimilarity() {
        this(0.9);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        Model trained = model.orElseThrow(() -> new IllegalArgumentException(
                "gradient compares what examples teach a model, and none is there; train one, or use embedding"));
        return Vectors.pairs(
                gradients(trained, train),
                asked,
                least,
                score -> String.format(Locale.ROOT, "gradient cosine %.3f", score));
    }

    /** Vectors whose inner products, multiplied, are the cosines. */
    private static List<Vectors> gradients(Model model, Dataset train) {
        if (model.network() instanceof Decoder) {
            return List.of(GradientSketch.of(model, train).normalised());
        }
        Vectors.Outputs outputs = Vectors.of(model, train);
        Require.that(
                outputs.logits().values().length > 0,
                "gradient is for classifiers and language models, but " + model.architecture()
                        + " says more than one thing of an example; use embedding");
        return List.of(
                residuals(outputs.logits(), train).normalised(),
                withOne(outputs.features()).normalised());
    }

    /** p − e_y of each example, in double precision, as it is tiny where an example is learned. */
    private static Vectors residuals(Vectors logits, Dataset data) {
        int classes = logits.width();
        float[] z = logits.values();
        float[] residuals = new float[z.length];
        for (int row = 0; row < logits.size(); row++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                largest = Math.max(largest, z[row * classes + k]);
            }
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                sum += Math.exp(z[row * classes + k] - largest);
            }
            double others = 0;
            for (int k = 0; k < classes; k++) {
                double p = Math.exp(z[row * classes + k] - largest) / sum;
                if (k != data.label(row)) {
                    residuals[row * classes + k] = (float) p;
                    others += p;
                }
            }
            residuals[row * classes + data.label(row)] = (float) -others; // p_y − 1 without cancellation
        }
        return new Vectors(residuals, classes);
    }

    private static Vectors withOne(Vectors features) {
        int width = features.width() + 1;
        float[] values = new float[features.size() * width];
        for (int row = 0; row < features.size(); row++) {
            System.arraycopy(features.values(), row * (width - 1), values, row * width, width - 1);
            values[row * width + width - 1] = 1;
        }
        return new Vectors(values, width);
    }
}
