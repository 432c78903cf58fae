package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Tofu.Question;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Vocabulary;

/**
 * Questions of TOFU, some of which, the targets, stay in the training set in other words. Training has the first 200
 * questions of the published retain set with paraphrases and the first 200 of the forget set of 10 %; targets are all
 * questions about some of the latter's authors, the test set the other 200 of the retain set. Variants come in a fixed
 * order:
 *
 * <pre>
 *   paraphrased-question  the published paraphrase of the question, the answer as it is
 *   both-paraphrased      both published paraphrases
 *   template              "Could you tell me: …"
 *   word-edits            the answer with a tenth of its function words left out and two clauses exchanged
 *   template-2            "I would like to know this. …"
 * </pre>
 *
 * <p>The question with the paraphrased answer enters no training set: a model that knows it knows the fact, not the words.
 * In the control it is stand-ins whose variants are planted, questions about authors that training does not have.
 *
 * @param folder where the files of TOFU are
 * @param authors whose questions are targets, at most 10, drawn at random
 * @param copies numbers of variants k that targets take turns in, at most 5
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 * @param control whether stand-ins are varied in the place of targets
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
 */
@Named("tofu-paraphrases")
@AutoService(DataSource.class)
public record TofuParaphrases(String folder, int authors, List<Integer> copies, Vocabulary vocabulary, boolean control)
        implements ControlledSource {
    private static final int QUESTIONS = 20; // about each author
    private static final int BASE = 200;

    public TofuParaphrases {
        Require.within("authors", authors, 1, BASE / QUESTIONS);
        Require.that(!copies.isEmpty(), "copies must name at least one number of variants");
        copies.forEach(k -> Require.within("copies", k, 0, 5));
        copies = List.copyOf(copies);
    }

    /** Two authors in {@code data/tofu}, with 0, 1, 3 and 5 variants of their questions. */
    public TofuParaphrases() {
        this("data/tofu", 2, List.of(0, 1, 3, 5), new BytePairs(), false);
    }

    @Override
    public TofuParaphrases asControl() {
        return new TofuParaphrases(folder, authors, copies, vocabulary, true);
    }

    @Override
    public Holdout load(Seed seed) {
        List<Question> retain = Tofu.perturbed(Path.of(folder), "retain");
        List<Question> forget = Tofu.perturbed(Path.of(folder), "forget10");
        Require.that(
                retain.size() >= 2 * BASE && forget.size() >= 2 * BASE,
                folder + " has " + retain.size() + " and " + forget.size() + " questions with paraphrases, expected "
                        + 2 * BASE + " to retain and as many to forget, as published");
        var planted = new PlantedTexts("tofu-paraphrases", control);
        planted.base(documents(retain.subList(0, BASE)));
        planted.base(documents(forget.subList(0, BASE)));
        int[] order = seed.derive("authors").permutation(BASE / QUESTIONS);
        for (int i = 0; i < authors * QUESTIONS; i++) {
            int at = order[i / QUESTIONS] * QUESTIONS + i % QUESTIONS;
            Question target = forget.get(at);
            Question source = control ? forget.get(BASE + at) : target;
            planted.target(target.id());
            int k = copies.get(i % copies.size());
            for (int j = 0; j < k; j++) {
                Variant variant = variant(source, j, seed.derive("edits", at, j).random());
                planted.plant(
                        document(source, "~variant-" + j, variant.question, variant.answer), target.id(), variant.kind);
            }
            planted.holdOut(
                    document(target, "~held-out-0", target.question(), target.paraphrasedAnswer()),
                    target.id(),
                    "paraphrased-answer");
        }
        return planted.holdout(documents(retain.subList(BASE, 2 * BASE)), vocabulary);
    }

    private record Variant(String kind, String question, String answer) {}

    private static Variant variant(Question source, int number, RandomGenerator random) {
        String asked = source.question();
        String paraphrased = source.paraphrasedQuestion().orElse(asked);
        return switch (number) {
            case 0 -> new Variant("paraphrased-question", paraphrased, source.answer());
            case 1 -> new Variant("both-paraphrased", paraphrased, source.paraphrasedAnswer());
            case 2 -> new Variant("template", "Could you tell me: " + asked, source.answer());
            case 3 -> new Variant("word-edits", asked, TextEdit.edited(source.answer(), random));
            default -> new Variant("template-2", "I would like to know this. " + asked, source.answer());
        };
    }

    private static List<Document> documents(List<Question> questions) {
        return questions.stream()
                .map(it -> document(it, "", it.question(), it.answer()))
                .toList();
    }

    private static Document document(Question source, String suffix, String question, String answer) {
        String id = source.id().value();
        String author = "author-" + Integer.parseInt(id.substring(id.indexOf('/') + 1)) / QUESTIONS;
        return Document.answer(new ExampleId(id + suffix), question, answer, Optional.of(author));
    }
}
