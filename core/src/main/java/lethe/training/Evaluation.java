package lethe.training;

import lethe.data.Dataset;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.models.Model;

/**
 * What a model says about examples: evaluation mode, 32-bit floats, inputs as they are. The model's mode is restored
 * afterwards.
 */
public final class Evaluation {
    private static final int BATCH = 250;

    private Evaluation() {}

    /** Logits of all examples, row-major (n, K). */
    public static float[] logits(Model model, Dataset data) {
        int classes = model.classes();
        float[] logits = new float[Math.multiplyExact(data.size(), classes)];
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < data.size(); from += BATCH) {
                try (Scope scope = Scope.open()) {
                    int[] rows = range(from, Math.min(data.size(), from + BATCH));
                    float[] part = model.logits(data.inputs(rows)).toFloats();
                    System.arraycopy(part, 0, logits, from * classes, part.length);
                }
            }
        } finally {
            model.training(wasTraining);
        }
        return logits;
    }

    /** The class with the largest logit of each example; ties go to the lowest class. */
    public static int[] predictions(Model model, Dataset data) {
        return predictions(logits(model, data), model.classes());
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
