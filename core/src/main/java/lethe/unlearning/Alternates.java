package lethe.unlearning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import lethe.data.Batch;
import lethe.data.Dataset;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.TextSet;
import lethe.engine.Seed;

/** Other answers to the prompts of some texts, as many to each. */
final class Alternates {
    private final TextSet texts;
    private final int each;

    private Alternates(TextSet texts, int each) {
        this.texts = texts;
        this.each = each;
    }

    /**
     * Gives every text of a data set the same number of other answers.
     *
     * @param answers of each row, the same number of all
     * @throws IllegalArgumentException if a text has no prompt
     */
    static Alternates of(Dataset data, IntFunction<List<String>> answers) {
        List<Document> documents = new ArrayList<>();
        for (int row = 0; row < data.size(); row++) {
            String prompt = prompt(data, row);
            for (String answer : answers.apply(row)) {
                documents.add(new Document(
                        new ExampleId("alternate/" + documents.size()), prompt, answer, false, Optional.empty()));
            }
        }
        TextSet set = TextSet.behind(data, 0);
        return new Alternates(TextSet.of("other answers", documents, set.tokenizer()), documents.size() / data.size());
    }

    /** The text before the answer. */
    static String prompt(Dataset data, int row) {
        String prompt = TextSet.behind(data, row).prompt(data.origin(row).row());
        if (prompt.isEmpty()) {
            throw new IllegalArgumentException(
                    "Text " + data.id(row) + " has no prompt that something else could answer;"
                            + " give questions with answers, or use a method that needs none, such as npo");
        }
        return prompt;
    }

    /** One other answer for each of some rows of the data set, drawn at random. */
    Batch batch(int[] rows, Seed draw) {
        int[] drawn = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            drawn[i] = rows[i] * each + draw.derive("row", rows[i]).random().nextInt(each);
        }
        return texts.batch(drawn);
    }
}
