package lethe.text;

import java.util.List;

/** Where the tokenizer of a data set comes from. An implementation is a record whose components are what a plan may set. */
public interface Vocabulary {
    /**
     * The tokenizer.
     *
     * @param texts what a model is to be trained on, for those that learn from it
     */
    Tokenizer tokenizer(List<String> texts);
}
