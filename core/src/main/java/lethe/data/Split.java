package lethe.data;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.engine.Seed;

/** A training set divided into what is to be forgotten and what remains, beside a test set. */
public final class Split {
    private final Dataset train;
    private final Dataset test;
    private final int[] forgetRows;
    private final boolean retainWithheld;
    private final Optional<Dataset> validation;

    private Split(Dataset train, Dataset test, int[] forgetRows, boolean retainWithheld, Optional<Dataset> validation) {
        this.train = train;
        this.test = test;
        this.forgetRows = forgetRows;
        this.retainWithheld = retainWithheld;
        this.validation = validation;
    }

    /** A random fraction is to be forgotten. */
    public static Split forgetting(Holdout data, double fraction, Seed seed) {
        return of(data, new RandomFraction(fraction), seed);
    }

    /** The examples that {@code selection} chooses are to be forgotten. */
    public static Split of(Holdout data, ForgetSelection selection, Seed seed) {
        return ofRows(data.train(), data.test(), selection.rows(data.train(), seed));
    }

    /**
     * The given rows of {@code train} are to be forgotten.
     *
     * @throws IllegalArgumentException if there is no row, all rows, a row twice or one that is not there
     */
    public static Split ofRows(Dataset train, Dataset test, int[] forgetRows) {
        int[] sorted = forgetRows.clone();
        Arrays.sort(sorted);
        if (sorted.length == 0 || sorted.length == train.size()) {
            throw new IllegalArgumentException("A forget set holds some but not all training examples, but holds "
                    + sorted.length + " of " + train.size());
        }
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] < 0 || sorted[i] >= train.size()) {
                throw new IllegalArgumentException("Forget set holds row " + sorted[i] + ", but '" + train.name()
                        + "' has rows 0…" + (train.size() - 1));
            }
            if (i > 0 && sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException("Forget set holds example " + train.id(sorted[i]) + " twice");
            }
        }
        return new Split(train, test, sorted, false, Optional.empty());
    }

    /** Everything the original model learned from. */
    public Dataset train() {
        requireRetain();
        return train;
    }

    /** What is to be forgotten, in row order. */
    public Dataset forget() {
        return train.select(forgetRows);
    }

    /** The rows of {@link #forget} in the training set, ascending. */
    public int[] forgetRows() {
        return forgetRows.clone();
    }

    /** What remains, in row order. */
    public Dataset retain() {
        requireRetain();
        return train.select(retainRows());
    }

    /** The rows of {@link #retain} in the training set, ascending. */
    public int[] retainRows() {
        requireRetain();
        int[] rows = new int[train.size() - forgetRows.length];
        int next = 0;
        for (int row = 0, forgotten = 0; row < train.size(); row++) {
            if (forgotten < forgetRows.length && forgetRows[forgotten] == row) {
                forgotten++;
            } else {
                rows[next++] = row;
            }
        }
        return rows;
    }

    /** Examples no model trains on. */
    public Dataset test() {
        return test;
    }

    /** The retain set, unless it is withheld. */
    public Optional<Dataset> retainIfAvailable() {
        return retainWithheld ? Optional.empty() : Optional.of(retain());
    }

    /** The same split for methods that must do without the remaining data; asking for it then fails. */
    public Split withoutRetain() {
        return new Split(train, test, forgetRows, true, validation);
    }

    /**
     * One of several requests that together forget this forget set, one after the other.
     *
     * @param gone positions in {@link #forget} of what earlier requests took, which is no training data any more
     * @param asked positions of what is to be forgotten now; the others remain for the time being
     */
    public Split request(int[] gone, int[] asked) {
        boolean[] isGone = new boolean[train.size()];
        for (int position : gone) {
            isGone[forgetRows[position]] = true;
        }
        int[] present =
                IntStream.range(0, train.size()).filter(row -> !isGone[row]).toArray();
        int[] rows = Arrays.stream(asked)
                .map(position -> Arrays.binarySearch(present, forgetRows[position]))
                .sorted()
                .toArray();
        if (rows.length == 0 || rows[0] < 0 || Arrays.stream(rows).distinct().count() < rows.length) {
            throw new IllegalArgumentException("A request asks for examples that are still there, each once, but asks"
                    + " for positions " + Arrays.toString(asked) + " of the forget set when "
                    + Arrays.toString(gone) + " are gone");
        }
        return new Split(train.select(present), test, rows, retainWithheld, validation);
    }

    /** The same split with examples that no model trains on and nothing is measured on; unlearning may look at them. */
    public Split withValidation(Dataset examples) {
        return new Split(train, test, forgetRows, retainWithheld, Optional.of(examples));
    }

    /**
     * Examples that no model trains on and nothing is measured on, for methods that decide by them.
     *
     * @throws IllegalStateException if there are none
     */
    public Dataset validation() {
        return validation.orElseThrow(() -> new IllegalStateException("This method needs a validation set, examples"
                + " that neither train nor test the model; give one with Split.withValidation, or in a plan let"
                + " audit.evaluation be smaller than the test set, whose other examples are then used"));
    }

    /** Whether there is a {@linkplain #validation validation set}. */
    public boolean hasValidation() {
        return validation.isPresent();
    }

    private void requireRetain() {
        if (retainWithheld) {
            throw new IllegalStateException(
                    "The remaining data is withheld from this method; declare access to it or do without");
        }
    }
}
