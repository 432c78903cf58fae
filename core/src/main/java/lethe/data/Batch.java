package lethe.data;

import java.util.Arrays;
import lethe.engine.Tensor;

/**
 * Some examples of one data set.
 *
 * @param inputs {@code (B, …)}
 * @param labels class indices, 64-bit integers {@code (B)}
 * @param rows their rows in the data set they came from
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a batch lives for one step
public record Batch(Tensor inputs, Tensor labels, int[] rows) {
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
