package lethe.scores;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lethe.attacks.Signal;

/**
 * Scores in NumPy arrays, as code for LiRA has them: one row a model, one column an example, and beside them which
 * examples each model was trained on.
 *
 * @param scores (T × n), or (n) for one model; another axis at the end holds augmented queries, whose φ are averaged, or
 *     with {@code labels} the K logits
 * @param original the same of the models before unlearning, where {@code scores} are of those after it
 * @param retrained the same of models retrained without the forget set
 * @param members of the shape (T × n) or (n): booleans, true for members; or integers, 0 never seen, 1 trained on, 2
 *     trained on and to be forgotten
 * @param labels (n), the class of each example; then {@code scores} are logits
 * @param values what one number an example is; required unless there are labels
 */
public record ScoreArrays(
        Path scores,
        Optional<Path> original,
        Optional<Path> retrained,
        Path members,
        Optional<Path> labels,
        Optional<Given> values) {
    private static final Membership[] CODES = {Membership.TEST, Membership.RETAIN, Membership.FORGET};

    public ScoreArrays {
        if (labels.isPresent() == values.isPresent()) {
            throw new IllegalArgumentException("The numbers in " + scores + " are either logits, which need their"
                    + " labels, or one number an example, of which must be said what it is ("
                    + String.join(", ", Given.words()) + "); found "
                    + (labels.isPresent() ? "both" : "neither"));
        }
    }

    /**
     * Reads the arrays.
     *
     * @param wanted signals that attacks will ask for
     * @throws IllegalArgumentException if something is wrong; the message names the file and the element
     */
    public ScoreSheet read(Set<Signal> wanted) {
        Npy memberArray = Npy.open(members);
        List<Long> shape = memberArray.shape();
        if (shape.isEmpty() || shape.size() > 2 || shape.contains(0L) || !memberArray.isWhole()) {
            throw new IllegalArgumentException(members + " has shape " + shape
                    + (memberArray.isWhole() ? "" : " and fractions")
                    + ", expected whole numbers or booleans in (models, examples), or (examples) for one model");
        }
        int worlds = shape.size() == 1 ? 1 : Math.toIntExact(shape.get(0));
        int n = Math.toIntExact(shape.get(shape.size() - 1));
        byte[] codes = new byte[Math.multiplyExact(worlds, n)];
        memberArray.forEach((index, value) -> {
            if (!(value >= 0 && value < CODES.length)) {
                throw new IllegalArgumentException(at(members, index, n) + " is " + (long) value
                        + ", expected 0 (never seen), 1 (trained on) or 2 (trained on, to be forgotten)");
            }
            codes[(int) index] = (byte) value;
        });
        int[] classes = new int[labels.isPresent() ? n : 0];
        labels.ifPresent(file -> readLabels(file, classes));

        Npy main = Npy.open(scores);
        int extra = main.shape().size() - shape.size();
        boolean queries = extra == 1 && labels.isEmpty();
        if (!(extra == 0 && labels.isEmpty() || extra == 1)
                || !main.shape().subList(0, shape.size()).equals(shape)) {
            throw new IllegalArgumentException(scores + " has shape " + main.shape() + ", but " + members + " has "
                    + shape + "; expected "
                    + (labels.isPresent()
                            ? "that and an axis for the classes"
                            : "the same, perhaps with an axis for queries")
                    + (main.shape().size() == 2 && main.shape().equals(List.of((long) n, (long) worlds))
                            ? ". It looks transposed: models come first"
                            : ""));
        }
        Given given =
                labels.isPresent() ? Given.LOGITS : queries && values.get() != Given.SCORE ? Given.PHI : values.get();
        var sheet = new ScoreSheet.Builder(given, wanted);
        for (int w = 0; w < worlds; w++) {
            sheet.world(worlds == 1 ? "" : Integer.toString(w));
        }
        for (int i = 0; i < classes.length; i++) {
            sheet.label(i, classes[i]);
        }
        new Filling(sheet, codes, classes, n, ModelKind.UNLEARNED).read(scores, main.shape());
        original.ifPresent(file -> new Filling(sheet, codes, classes, n, ModelKind.ORIGINAL).read(file, main.shape()));
        retrained.ifPresent(
                file -> new Filling(sheet, codes, classes, n, ModelKind.RETRAINED).read(file, main.shape()));
        return original.isEmpty() ? sheet.buildOneModel() : sheet.build();
    }

    private static void readLabels(Path file, int[] classes) {
        Npy array = Npy.open(file);
        if (!array.shape().equals(List.of((long) classes.length)) || !array.isWhole()) {
            throw new IllegalArgumentException(file + " has shape " + array.shape()
                    + (array.isWhole() ? "" : " and fractions") + ", expected one whole number for each of "
                    + classes.length + " examples");
        }
        array.forEach((index, value) -> classes[(int) index] = (int) value);
    }

    private static String at(Path file, long index, long... inner) {
        List<Long> position = new ArrayList<>();
        long rest = index;
        for (int axis = inner.length - 1; axis >= 0; axis--) {
            position.add(0, rest % inner[axis]);
            rest /= inner[axis];
        }
        position.add(0, rest);
        return file + position.toString();
    }

    /** Passes the elements of one array on to the sheet, an example at a time. */
    private final class Filling {
        private final ScoreSheet.Builder sheet;
        private final byte[] codes;
        private final int[] classes;
        private final int n;
        private final ModelKind model;

        Filling(ScoreSheet.Builder sheet, byte[] codes, int[] classes, int n, ModelKind model) {
            this.sheet = sheet;
            this.codes = codes;
            this.classes = classes;
            this.n = n;
            this.model = model;
        }

        void read(Path file, List<Long> shape) {
            Npy array = Npy.open(file);
            if (!array.shape().equals(shape)) {
                throw new IllegalArgumentException(
                        file + " has shape " + array.shape() + ", but " + scores + " has " + shape);
            }
            int last = shape.size() > 1 && (long) shape.get(shape.size() - 1) * codes.length == elements(shape)
                    ? Math.toIntExact(shape.get(shape.size() - 1))
                    : 1;
            double[] values = new double[last];
            array.forEach((index, value) -> {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException(place(file, index, last) + " is " + value
                            + ", expected a finite number; the model has diverged or its values overflowed");
                }
                int position = (int) (index % last);
                values[position] = value;
                if (position == last - 1) {
                    try {
                        add((int) (index / last), values);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                place(file, index, last) + " is " + value + ", expected " + e.getMessage(), e);
                    }
                }
            });
        }

        private String place(Path file, long index, int last) {
            return last == 1 ? at(file, index, n) : at(file, index, n, last);
        }

        private long elements(List<Long> shape) {
            return shape.stream().reduce(1L, (a, b) -> a * b);
        }

        private void add(int cell, double[] values) {
            Membership set = CODES[codes[cell]];
            int example = cell % n;
            if (classes.length > 0) {
                sheet.add(example, cell / n, model, set, values, classes[example]);
            } else if (values.length == 1) {
                sheet.add(example, cell / n, model, set, values[0]);
            } else {
                Given given = ScoreArrays.this.values.orElseThrow();
                double mean = 0;
                for (double value : values) {
                    mean += given.phi(value) / values.length;
                }
                sheet.add(example, cell / n, model, set, mean);
            }
        }
    }
}
