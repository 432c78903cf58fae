package lethe.text;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;

/** The 256 bytes of UTF-8 and an end of text: nothing to learn or to read, for models as small as can be. */
@Named("bytes")
@AutoService(Vocabulary.class)
public record Bytes() implements Vocabulary {
    @Override
    public Tokenizer tokenizer(List<String> texts) {
        return BytePairTokenizer.bytes();
    }
}
