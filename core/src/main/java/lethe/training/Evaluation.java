package lethe.training;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Tensor;
import lethe.models.Model;

/**
 * What a model says about examples: evaluation mode, 32-bit floats, inputs as they are. The model's mode is restored
 * afterwards.
 */
public final class Evaluation {
    private static final int BATCH = 250;
    /** Logits computed at once, 128 MiB; a text has as many for each of its tokens as there are tokens to choose from. */
    private static final long LOGITS = 1L << 25;

    private Evaluation() {}

    /**
     * Logits of all examples, row-major (n, K).
     *
     * <p>For a text there are two, {@code log p̄} and {@code log(1 − p̄)}, of the geometric mean p̄ of what the model gives
     * its tokens: whether the text goes on as it does, or otherwise. With label 0 their difference is the logit-scaled
     * confidence of a sequence, and all that is made of logits means for texts what it means for images.
     */
    public static float[] logits(Model model, Dataset data) {
        int classes = data.classes().size();
        float[] logits = new float[Math.multiplyExact(data.size(), classes)];
        forEachBatch(model, data, (rows, part) -> {
            float[] values = (data.isText() ? Likelihood.confidence(part, data.labels(rows)) : part).toFloats();
            System.arraycopy(values, 0, logits, rows[0] * classes, values.length);
        });
        return logits;
    }

    /** Logits of all examples, and for texts every {@link TextScore} that is not of gradients. */
    public static Answers answers(Model model, Dataset data) {
        if (!data.isText()) {
            return new Answers(logits(model, data), Map.of());
        }
        int classes = data.classes().size();
        float[] logits = new float[Math.multiplyExact(data.size(), classes)];
        Map<TextScore, float[]> texts = new EnumMap<>(TextScore.class);
        for (TextScore score : TextScore.ofTokens()) {
            texts.put(score, new float[data.size()]);
        }
        forEachBatch(model, data, (rows, part) -> {
            Tensor labels = data.labels(rows);
            float[] values = Likelihood.confidence(part, labels).toFloats();
            System.arraycopy(values, 0, logits, rows[0] * classes, values.length);
            List<TextScore.TokenAnswers> all = TokenReader.read(part, labels, data, rows);
            for (int i = 0; i < rows.length; i++) {
                TextScore.TokenAnswers own = all.get(i);
                int row = rows[i];
                texts.forEach((score, column) -> column[row] = (float) score.of(own));
            }
        });
        return new Answers(logits, texts);
    }

    /** The same with norms of gradients, which take a backward pass for each example. */
    public static Answers answersWithGradients(Model model, Dataset data) {
        Answers answers = answers(model, data);
        Map<TextScore, float[]> all = GradientNorms.of(model, data);
        all.putAll(answers.texts());
        return new Answers(answers.logits(), all);
    }

    /** Summed negative log-likelihood of each example, see {@link Likelihood#nll}. */
    public static float[] nll(Model model, Dataset data) {
        float[] all = new float[data.size()];
        forEachBatch(model, data, (rows, logits) -> {
            float[] part = Likelihood.nll(logits, data.labels(rows)).toFloats();
            System.arraycopy(part, 0, all, rows[0], part.length);
        });
        return all;
    }

    /** Receives some consecutive rows and the model's logits of them, {@code (B, K)} or {@code (B, T, V)}. */
    private interface Reader {
        void read(int[] rows, Tensor logits);
    }

    private static void forEachBatch(Model model, Dataset data, Reader reader) {
        int batch = (int) Math.max(1, Math.min(BATCH, LOGITS / perExample(model, data)));
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < data.size(); from += batch) {
                try (Scope scope = Scope.open()) {
                    int[] rows = range(from, Math.min(data.size(), from + batch));
                    reader.read(rows, model.logits(data.inputs(rows)));
                }
            }
        } finally {
            model.training(wasTraining);
        }
    }

    private static long perExample(Model model, Dataset data) {
        return model.classes() * (data.isText() ? data.shape()[0] : 1);
    }

    /** The class with the largest logit of each example; ties go to the lowest class. */
    public static int[] predictions(Model model, Dataset data) {
        return predictions(logits(model, data), data.classes().size());
    }

    private static int[] predictions(float[] logits, int classes) {
        int[] best = new int[logits.length / classes];
        for (int row = 0; row < best.length; row++) {
            for (int k = 1; k < classes; k++) {
                if (logits[row * classes + k] > logits[row * classes + best[row]]) {
                    best[row] = k;
                }
            }
        }
        return best;
    }

    /** The share of examples whose largest logit is that of their label; ties go to the lowest class. */
    public static double accuracy(Model model, Dataset data) {
        return accuracy(logits(model, data), data);
    }

    /** The same from logits already computed. */
    public static double accuracy(float[] logits, Dataset data) {
        int[] predicted = predictions(logits, data.classes().size());
        int correct = 0;
        for (int row = 0; row < data.size(); row++) {
            correct += predicted[row] == data.label(row) ? 1 : 0;
        }
        return correct / (double) data.size();
    }

    static int[] range(int from, int to) {
        int[] rows = new int[to - from];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = from + i;
        }
        return rows;
    }
}
