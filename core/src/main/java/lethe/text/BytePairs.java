package lethe.text;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;

/**
 * Byte pairs learned from the training texts. What is forgotten later has been among those texts, so the tokens
 * themselves may tell of it: a vocabulary that is to be above suspicion comes from elsewhere.
 *
 * @param size the number of tokens to reach; small models spend most of their weights on them
 */
@Named("byte-pairs")
@AutoService(Vocabulary.class)
public record BytePairs(int size) implements Vocabulary {
    public BytePairs {
        Require.within("size", size, BytePairTokenizer.SMALLEST, 1 << 20);
    }

    /** 2,048 tokens, about three letters of English each. */
    public BytePairs() {
        this(2048);
    }

    @Override
    public Tokenizer tokenizer(List<String> texts) {
        return BytePairTokenizer.train(texts, size);
    }
}
