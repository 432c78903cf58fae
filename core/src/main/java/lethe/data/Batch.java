package lethe.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import lethe.engine.Tensor;

/**
 * Some examples of one data set.
 *
 * @param inputs {@code (B, …)}; token ids {@code (B, T)} for texts
 * @param labels class indices, 64-bit integers {@code (B)}; for texts the tokens that follow, {@code (B, T)}
 * @param rows their rows in the data set they came from
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a batch lives for one step
public record Batch(Tensor inputs, Tensor labels, int[] rows) {
    /** The examples of several batches, one after the other; shorter texts are filled up on the right. */
    public static Batch joined(List<Batch> parts, int[] rows) {
        long longest = parts.stream()
                .filter(part -> part.labels().shape().length == 2)
                .mapToLong(part -> part.labels().size(1))
                .max()
                .orElse(0);
        return new Batch(
                Tensor.concat(padded(parts, Batch::inputs, longest, 0), 0),
                Tensor.concat(padded(parts, Batch::labels, longest, Tensor.IGNORED_LABEL), 0),
                rows);
    }

    private static List<Tensor> padded(List<Batch> parts, Function<Batch, Tensor> which, long longest, double value) {
        return parts.stream()
                .map(which)
                .map(tensor -> longest == 0 ? tensor : tensor.paddedTo(longest, value))
                .toList();
    }

    /** The number of examples B. */
    public int size() {
        return rows.length;
    }

    /** How many examples come from a row below {@code row}: those of the first sources, where several are mixed. */
    public int countBelow(int row) {
        return (int) Arrays.stream(rows).filter(own -> own < row).count();
    }

    /** The same examples with other inputs. */
    public Batch withInputs(Tensor changed) {
        return new Batch(changed, labels, rows);
    }

    /** The same examples with other labels. */
    public Batch withLabels(Tensor changed) {
        return new Batch(inputs, changed, rows);
    }

    /** {@code length} examples from {@code start} on, as views. */
    public Batch part(int start, int length) {
        return new Batch(
                inputs.narrow(0, start, length),
                labels.narrow(0, start, length),
                Arrays.copyOfRange(rows, start, start + length));
    }
}
