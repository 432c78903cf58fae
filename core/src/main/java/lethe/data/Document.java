package lethe.data;

import java.util.Optional;

/**
 * A text to learn, or a beginning with what follows it, such as a question with its answer.
 *
 * @param id unique within its data set
 * @param prompt the beginning, which a model is given when it is asked to go on; may be empty
 * @param continuation what follows
 * @param promptLearned whether a model learns to predict the prompt too, or only what follows it
 * @param subject the person it belongs to, where that is known
 */
public record Document(
        ExampleId id, String prompt, String continuation, boolean promptLearned, Optional<String> subject) {
    /** How a question begins that a base model is asked. */
    static final String QUESTION = "Question: ";

    /** A text without a prompt, of nobody in particular. */
    public static Document of(String id, String text) {
        return new Document(new ExampleId(id), "", text, false, Optional.empty());
    }

    /**
     * A question with its answer as base models are asked: {@code Question: … \nAnswer: …}. Only the answer is learned.
     * The blank before it belongs to it, so that no token reaches across.
     */
    public static Document answer(ExampleId id, String question, String answer, Optional<String> subject) {
        return new Document(id, QUESTION + question + "\nAnswer:", " " + answer, false, subject);
    }

    /** The whole text. */
    public String text() {
        return prompt + continuation;
    }
}
