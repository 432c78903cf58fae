package lethe.unlearning;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lethe.data.Concatenation;
import lethe.data.Dataset;
import lethe.data.Split;

/** Edited copies of a forget set that are forgotten beside it. */
final class Variants {
    /** Between an example's id and the number of its copy. */
    static final String INFIX = "~variant-";

    private Variants() {}

    /** What edits examples, one copy of each, by its edit and under its number. */
    interface Editor<E> {
        Dataset of(Dataset examples, List<E> edits, int[] numbers);
    }

    /**
     * The split with copies behind its training set, all of them to be forgotten.
     *
     * @param copies of each example to forget
     * @param edits that copies take in turn
     */
    static <E> Split forgotten(Split split, int copies, List<E> edits, Editor<E> editor) {
        int[] forget = split.forgetRows();
        int[] sources = new int[forget.length * copies];
        int[] numbers = new int[sources.length];
        for (int at = 0; at < sources.length; at++) {
            sources[at] = forget[at / copies];
            numbers[at] = at % copies;
        }
        List<E> each = Arrays.stream(numbers)
                .mapToObj(number -> edits.get(number % edits.size()))
                .toList();
        Dataset train = split.train();
        Dataset variants = editor.of(train.select(sources), each, numbers);
        int[] rows = IntStream.concat(
                        Arrays.stream(forget), IntStream.range(train.size(), train.size() + variants.size()))
                .toArray();
        return Remedy.over(split, new Concatenation(train, variants), rows);
    }
}
