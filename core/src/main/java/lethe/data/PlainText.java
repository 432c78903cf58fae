package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Vocabulary;

/**
 * Plain text. An example is known by the line it begins at, such as {@code poems.txt:12}; packed ones are numbered.
 *
 * @param train path of the training text
 * @param test path of the test text; empty takes the end of the training text
 * @param heldOut share of a single text that is taken as test examples, in (0, 1)
 * @param unit what a document is
 * @param length tokens of a row: a longer document becomes several rows; 0 keeps documents whole
 * @param packed whether documents are strung together, so that every row has {@code length} tokens
 * @param vocabulary where the tokenizer comes from; it learns from the training text
 */
@Named("text")
@AutoService(DataSource.class)
public record PlainText(
        String train, String test, double heldOut, Unit unit, int length, boolean packed, Vocabulary vocabulary)
        implements DataSource {
    /** What a document is. */
    public enum Unit {
        /** A line that is not blank. */
        LINE,
        /** Lines up to a blank one. */
        PARAGRAPH
    }

    public PlainText {
        HeldOutTexts.check(heldOut, length);
        Require.that(!packed || length > 0, "Rows of packed documents need a length, but length is 0");
    }

    /** The lines of {@code data/train.txt} but its last tenth. */
    public PlainText() {
        this("data/train.txt", "", 0.1, Unit.LINE, 0, false, new BytePairs());
    }

    @Override
    public Holdout load(Seed seed) {
        return new HeldOutTexts("text", heldOut).load(train, test, this::read, vocabulary, (name, texts, tokenizer) -> {
            if (packed) {
                return TextSet.packed(name, texts, tokenizer, length);
            }
            return length == 0 ? TextSet.of(name, texts, tokenizer) : TextSet.pieces(name, texts, tokenizer, length);
        });
    }

    private List<Document> read(Path file) {
        String[] lines = TextFiles.read(file).split("\n", -1);
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            int first = i;
            StringBuilder text = new StringBuilder();
            for (; i < lines.length && !lines[i].isBlank(); i++) {
                text.append(text.isEmpty() ? "" : "\n").append(lines[i]);
                if (unit == Unit.LINE) {
                    break;
                }
            }
            if (!text.isEmpty()) {
                documents.add(Document.of(HeldOutTexts.id(file) + ":" + (first + 1), text.toString()));
            }
        }
        Require.that(!documents.isEmpty(), file + " is empty; expected text in UTF-8");
        return documents;
    }
}
