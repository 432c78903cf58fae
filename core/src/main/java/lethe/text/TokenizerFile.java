package lethe.text;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import lethe.catalog.Named;

/**
 * A tokenizer that somebody published, such as that of a pretrained model.
 *
 * @param path a {@code tokenizer.json}, or the folder of a checkpoint with one
 */
@Named("tokenizer-file")
@AutoService(Vocabulary.class)
public record TokenizerFile(String path) implements Vocabulary {
    /** The {@code tokenizer.json} of the working directory. */
    public TokenizerFile() {
        this("tokenizer.json");
    }

    @Override
    public Tokenizer tokenizer(List<String> texts) {
        return HuggingFaceTokenizer.read(Path.of(path));
    }
}
