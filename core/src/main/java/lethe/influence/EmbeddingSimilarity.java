package lethe.influence;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.models.Model;

/**
 * Examples that a model sees alike: cosine of what its last layer gets, less the mean over the training set. Without a
 * model it is the cosine of inputs, less their mean. Of a text it is the mean over the tokens that a loss is wanted of, the
 * answer to a question.
 *
 * <p>Every pair is compared, which for a forget set of thousands and 50,000 images is a few products of matrices and takes
 * seconds. {@link ApproximateEmbedding} is for tens of thousands among hundreds of thousands.
 *
 * @param threshold cosine from which on examples are similar
 */
@Named("embedding")
@AutoService(SimilarityDetector.class)
public record EmbeddingSimilarity(double threshold) implements SimilarityDetector {
    public EmbeddingSimilarity {
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
    }

    /** 0.9, ours. */
    public EmbeddingSimilarity() {
        this(0.9);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        return Vectors.pairs(List.of(vectors(train, model)), asked, least, reason(model));
    }

    /** The cosines of all pairs of examples as a model sees them, (n, n) row-major. */
    public static float[] cosines(Dataset data, Model model) {
        return vectors(data, Optional.of(model)).products();
    }

    /** What is compared, moved to its mean and brought to length 1. */
    static Vectors vectors(Dataset train, Optional<Model> model) {
        return model.map(it -> Vectors.of(it, train).features())
                .orElseGet(() -> Vectors.inputs(train))
                .centred()
                .normalised();
    }

    static DoubleFunction<String> reason(Optional<Model> model) {
        return score -> String.format(Locale.ROOT, "%s cosine %.3f", model.isPresent() ? "feature" : "input", score);
    }
}
