package lethe.data;

import java.util.ArrayList;
import java.util.List;
import lethe.engine.Seed;

/** Changed versions of texts, as a data set of their own with the same tokenizer. Subjects stay those of the texts. */
public final class TextVariants {
    private TextVariants() {}

    /**
     * One version of each text.
     *
     * @param texts of which each row names its {@link TextSet}
     * @param edits how each is changed
     * @param infix between the text's id and the number of its version, such as {@code "~copy-"}
     * @param numbers of the versions, by row; equal text, edit and number give the same version
     * @throws IllegalArgumentException if the data set holds no texts
     */
    public static Dataset of(Dataset texts, List<TextEdit> edits, String infix, int[] numbers, Seed seed) {
        List<Document> changed = new ArrayList<>();
        for (int row = 0; row < texts.size(); row++) {
            Dataset.Origin origin = texts.origin(row);
            Document text = TextSet.behind(texts, row).document(origin.row());
            TextEdit edit = edits.get(row);
            Document version = edit.apply(
                    text,
                    seed.derive(texts.id(row).value(), numbers[row])
                            .derive(edit.name())
                            .random());
            changed.add(new Document(
                    new ExampleId(texts.id(row) + infix + numbers[row]),
                    version.prompt(),
                    version.continuation(),
                    version.promptLearned(),
                    version.subject()));
        }
        return TextSet.of(
                texts.name() + " variants", changed, TextSet.behind(texts, 0).tokenizer());
    }
}
