package lethe.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import lethe.catalog.Require;
import lethe.text.Tokenizer;
import lethe.text.Vocabulary;

/**
 * Training and test texts from two files, or from one whose end is held out.
 *
 * @param name of the data set
 * @param heldOut share of the documents of a single file that becomes test examples
 */
record HeldOutTexts(String name, double heldOut) {
    /** How documents become rows. */
    interface Rows {
        TextSet of(String name, List<Document> documents, Tokenizer tokenizer);
    }

    /** Checks settings that the sources share. */
    static void check(double heldOut, int length) {
        Require.that(heldOut > 0 && heldOut < 1, "heldOut must lie in (0, 1), but is " + heldOut);
        Require.that(length == 0 || length >= 2, "length must be 0 or at least 2, but is " + length);
    }

    /** What ids of a file's texts begin with: its name, with {@code _} for white space. */
    static String id(Path file) {
        return String.valueOf(file.getFileName()).replaceAll("\\s", "_");
    }

    /**
     * Reads the texts; the tokenizer knows those of the training only.
     *
     * @param test path of the test texts; empty takes the last of the training texts
     */
    Holdout load(String train, String test, Function<Path, List<Document>> reader, Vocabulary vocabulary, Rows rows) {
        List<Document> known = reader.apply(Path.of(train));
        List<Document> unseen;
        if (test.isEmpty()) {
            int kept = known.size() - (int) Math.max(1, Math.round(heldOut * known.size()));
            Require.that(
                    kept > 0,
                    train + " holds " + known.size() + " texts, of which a share of " + heldOut
                            + " cannot be held out; add texts or name a file of test texts");
            unseen = known.subList(kept, known.size());
            known = known.subList(0, kept);
        } else {
            unseen = reader.apply(Path.of(test));
        }
        Tokenizer tokenizer =
                vocabulary.tokenizer(known.stream().map(Document::text).toList());
        return new Holdout(rows.of(name + " train", known, tokenizer), rows.of(name + " test", unseen, tokenizer));
    }
}
