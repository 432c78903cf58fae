package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.catalog.Settings;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Vocabulary;

/**
 * Texts as JSON lines: one object per line with {@code "text"}, or with {@code "question"} and {@code "answer"}, of which only
 * the answer is learned; and perhaps with {@code "id"} and {@code "subject"}. Without an id, an example is known by its line,
 * such as {@code train.jsonl:12}, and a file that has ids needs one on every line.
 *
 * @param train path of the training texts
 * @param test path of the test texts; empty takes the last of the training texts
 * @param heldOut share of texts taken as test examples if there is no file of them, in (0, 1)
 * @param length tokens of a row: a longer text becomes several rows; 0 keeps texts whole
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 */
@Named("jsonl")
@AutoService(DataSource.class)
public record JsonLines(String train, String test, double heldOut, int length, Vocabulary vocabulary)
        implements DataSource {
    public JsonLines {
        HeldOutTexts.check(heldOut, length);
    }

    /** The texts of {@code data/train.jsonl} but its last tenth. */
    public JsonLines() {
        this("data/train.jsonl", "", 0.1, 0, new BytePairs());
    }

    @Override
    public Holdout load(Seed seed) {
        return new HeldOutTexts("jsonl", heldOut)
                .load(
                        train,
                        test,
                        JsonLines::read,
                        vocabulary,
                        (name, texts, tokenizer) -> length == 0
                                ? TextSet.of(name, texts, tokenizer)
                                : TextSet.pieces(name, texts, tokenizer, length));
    }

    /**
     * The line from which a text is read again.
     *
     * @throws IllegalArgumentException if it has a prompt that is no question
     */
    public static String line(Document text) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", text.id().value());
        if (text.prompt().isEmpty()) {
            fields.put("text", text.continuation());
        } else {
            String question = text.prompt().replaceFirst("^Question: ", "").replaceFirst("\nAnswer:$", "");
            String answer = text.continuation().replaceFirst("^ ", "");
            Require.that(
                    Document.answer(text.id(), question, answer, text.subject()).equals(text),
                    "Example " + text.id()
                            + " is no question with its answer, and no text without a prompt; other texts"
                            + " cannot be written as JSON lines");
            fields.put("question", question);
            fields.put("answer", answer);
        }
        text.subject().ifPresent(subject -> fields.put("subject", subject));
        return Settings.canonicalJson(fields);
    }

    private static List<Document> read(Path file) {
        List<Document> documents = new ArrayList<>();
        List<TextFiles.Line> lines = TextFiles.readLines(file);
        boolean named = lines.get(0).optional("id").isPresent();
        for (TextFiles.Line line : lines) {
            ExampleId id = new ExampleId(named ? line.required("id") : HeldOutTexts.id(file) + ":" + line.line());
            Require.that(
                    line.optional("text").isPresent()
                            != line.optional("question").isPresent(),
                    line.place() + " has the fields "
                            + List.copyOf(line.fields().propertyNames())
                            + "; expected either text, or question and answer");
            documents.add(
                    line.optional("text").isPresent()
                            ? new Document(id, "", line.required("text"), false, line.optional("subject"))
                            : Document.answer(
                                    id, line.required("question"), line.required("answer"), line.optional("subject")));
        }
        return documents;
    }
}
