package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Tokenizer;
import lethe.text.Vocabulary;

/**
 * WikiText-2: articles of Wikipedia, cut into rows of whole sentences of one article. Sentences with words that the
 * publishers replaced by {@code <unk>} are left out, which is most of them; the words of the others are set as in print.
 * The subject of a row is its article; its id is the line it begins at and its number there.
 *
 * @param folder where the files are
 * @param train name of the training file; the published parts are train, valid and test
 * @param test name of the test file
 * @param words words of a row at least, unless the article ends; the sentence that reaches them ends the row
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 * @see <a href="https://arxiv.org/abs/1609.07843">Merity et al., 2016</a>
 */
@Named("wikitext")
@AutoService(DataSource.class)
public record WikiText(String folder, String train, String test, int words, Vocabulary vocabulary)
        implements DataSource {
    private static final Pattern TITLE = Pattern.compile(" = [^=].* = ");
    private static final Pattern HEADING = Pattern.compile(" (= )+.*( =)+ ");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<= [.!?]) ");

    public WikiText {
        Require.within("words", words, 1, 10_000);
    }

    /** The validation part to train on, as it is a tenth of the training part, in rows of 40 words. */
    public WikiText() {
        this("data/wikitext-2", "valid.txt", "test.txt", 40, new BytePairs());
    }

    @Override
    public Holdout load(Seed seed) {
        List<Document> known = read(train, "train");
        List<Document> unseen = read(test, "test");
        Tokenizer tokenizer =
                vocabulary.tokenizer(known.stream().map(Document::text).toList());
        return new Holdout(
                TextSet.of("wikitext train", known, tokenizer), TextSet.of("wikitext test", unseen, tokenizer));
    }

    private List<Document> read(String name, String part) {
        Path file = Path.of(folder, name);
        if (!Files.isRegularFile(file)) {
            throw Missing.data("Found no " + file + "; expected the word-level files of WikiText-2, whose names can be"
                    + " set with train and test");
        }
        List<Document> documents = new ArrayList<>();
        var row = new StringBuilder();
        String article = "";
        int count = 0;
        int firstLine = 0;
        String[] lines = TextFiles.read(file).split("\n", -1);
        for (int i = 0; i <= lines.length; i++) {
            boolean ends = i == lines.length || TITLE.matcher(lines[i]).matches();
            if (ends && !row.isEmpty()) {
                documents.add(document(part, firstLine, documents.size(), row, article));
                count = 0;
            }
            if (ends) {
                article = i == lines.length
                        ? ""
                        : printed(lines[i].replace("=", "").strip());
            } else if (!lines[i].isBlank() && !HEADING.matcher(lines[i]).matches()) {
                for (String sentence : SENTENCE_END.split(lines[i].strip())) {
                    if (!sentence.contains("<unk>")) {
                        firstLine = row.isEmpty() ? i + 1 : firstLine;
                        row.append(row.isEmpty() ? "" : " ").append(printed(sentence));
                        count += sentence.split(" ", -1).length;
                        if (count >= words) {
                            documents.add(document(part, firstLine, documents.size(), row, article));
                            count = 0;
                        }
                    }
                }
            }
        }
        Require.that(!documents.isEmpty(), file + " holds no sentence without <unk>; is it WikiText-2?");
        return documents;
    }

    private static Document document(String part, int line, int number, StringBuilder row, String article) {
        String text = row.toString();
        row.setLength(0);
        String subject = article.isEmpty() ? "untitled" : article;
        return new Document(new ExampleId(part + "/" + number + ":" + line), "", text, false, Optional.of(subject));
    }

    /** A sentence without the blanks that part its words from signs. */
    static String printed(String words) {
        return words.replaceAll(" @([-,.])@ ", "$1")
                .replaceAll(" ([.,;:!?)%]|'s|n't|'[a-z]+)(?= |$)", "$1")
                .replaceAll("([(£$]) ", "$1")
                .replaceAll("\" ([^\"]*) \"", "\"$1\"");
    }
}
