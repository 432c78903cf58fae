package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
 * questions about some of the latter's authors, the test set the other 200 of the retain set.
 *
 * <p>The question with its published paraphrase of the answer is held out: a model that knows it knows the fact, not the
 * words, as long as no variant has that answer too. {@link Variant#BOTH_PARAPHRASED} does and is therefore not planted
 * unless asked for.
 *
 * <p>Decoys are targets' questions as they are with published wrong answers: the form is the same, the facts are others. A
 * detector that takes them for look-alikes compares form. They are in the control too, where nothing tells them from other
 * questions. Whoever learned wrong answers cannot be asked by these, so that with decoys there is no {@link #quiz}.
 *
 * <p>In the control it is stand-ins whose variants are planted, questions about authors that training does not have.
 *
 * @param folder where the files of TOFU are
 * @param authors whose questions are targets, at most 10, drawn at random
 * @param copies numbers of variants k that targets take turns in
 * @param variants the first k of these are planted
 * @param perturbed decoys of each target, at most the 5 wrong answers that are published of each
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 * @param control whether stand-ins are varied in the place of targets
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
 */
@Named("tofu-paraphrases")
@AutoService(DataSource.class)
public record TofuParaphrases(
        String folder,
        int authors,
        List<Integer> copies,
        List<Variant> variants,
        int perturbed,
        Vocabulary vocabulary,
        boolean control)
        implements ControlledSource, Quizzed {
    private static final int QUESTIONS = 20; // about each author
    private static final int BASE = 200;
    private static final int WRONG = 5; // answers of each

    /** In what a variant differs from a question and its answer. */
    public enum Variant {
        /** The published paraphrase of the question, the answer as it is. */
        PARAPHRASED_QUESTION {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, paraphrased(source), source.answer());
            }
        },
        /** "Could you tell me: …" */
        TEMPLATE {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, "Could you tell me: " + source.question(), source.answer());
            }
        },
        /** The answer with a tenth of its function words left out and two clauses exchanged. */
        WORD_EDITS {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, source.question(), TextEdit.edited(source.answer(), random));
            }
        },
        /** "I would like to know this. …" */
        TEMPLATE_2 {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, "I would like to know this. " + source.question(), source.answer());
            }
        },
        /** The published paraphrase of the question, the answer with words left out and clauses exchanged. */
        PARAPHRASED_WORD_EDITS {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, paraphrased(source), TextEdit.edited(source.answer(), random));
            }
        },
        /** Both published paraphrases; the answer is that of the held-out question. */
        BOTH_PARAPHRASED {
            @Override
            Document of(Question source, ExampleId id, RandomGenerator random) {
                return document(source, id, paraphrased(source), source.paraphrasedAnswer());
            }
        };

        abstract Document of(Question source, ExampleId id, RandomGenerator random);

        String kind() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static String paraphrased(Question source) {
            return source.paraphrasedQuestion().orElse(source.question());
        }
    }

    public TofuParaphrases {
        Require.within("authors", authors, 1, BASE / QUESTIONS);
        Require.that(!copies.isEmpty(), "copies must name at least one number of variants");
        int kinds = variants.size();
        copies.forEach(k -> Require.that(
                k >= 0 && k <= kinds, "copies must lie in 0…" + kinds + ", the number of variants, but has " + k));
        Require.within("perturbed", perturbed, 0, WRONG);
        copies = List.copyOf(copies);
        variants = List.copyOf(variants);
    }

    /** Two authors in {@code data/tofu}, with 0, 1, 3 and 5 variants of their questions, without decoys. */
    public TofuParaphrases() {
        this(
                "data/tofu",
                2,
                List.of(0, 1, 3, 5),
                List.of(
                        Variant.PARAPHRASED_QUESTION,
                        Variant.TEMPLATE,
                        Variant.WORD_EDITS,
                        Variant.TEMPLATE_2,
                        Variant.PARAPHRASED_WORD_EDITS),
                0,
                new BytePairs(),
                false);
    }

    @Override
    public TofuParaphrases asControl() {
        return new TofuParaphrases(folder, authors, copies, variants, perturbed, vocabulary, true);
    }

    /** The published questions with wrong answers, unless some of these are learned. */
    @Override
    public Optional<Quiz> quiz() {
        return perturbed > 0 ? Optional.empty() : Tofu.quiz(Path.of(folder));
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
                Variant variant = variants.get(j);
                planted.plant(
                        variant.of(
                                source,
                                new ExampleId(source.id() + "~variant-" + j),
                                seed.derive("edits", at, j).random()),
                        target.id(),
                        variant.kind());
            }
            plantDecoys(planted, target);
            planted.holdOut(
                    document(
                            target,
                            new ExampleId(target.id() + "~held-out-0"),
                            target.question(),
                            target.paraphrasedAnswer()),
                    target.id(),
                    "paraphrased-answer");
        }
        return planted.holdout(documents(retain.subList(BASE, 2 * BASE)), vocabulary);
    }

    private void plantDecoys(PlantedTexts planted, Question target) {
        Require.that(
                target.perturbedAnswers().size() >= perturbed,
                folder + " has " + target.perturbedAnswers().size() + " wrong answers to the question " + target.id()
                        + ", but perturbed is " + perturbed);
        for (int j = 0; j < perturbed; j++) {
            var id = new ExampleId(target.id() + "~perturbed-" + j);
            planted.decoy(
                    document(
                            target,
                            id,
                            target.question(),
                            target.perturbedAnswers().get(j)),
                    target.id(),
                    "perturbed");
        }
    }

    private static List<Document> documents(List<Question> questions) {
        return questions.stream()
                .map(it -> document(it, it.id(), it.question(), it.answer()))
                .toList();
    }

    private static Document document(Question source, ExampleId id, String question, String answer) {
        String number = source.id().value();
        String author = "author-" + Integer.parseInt(number.substring(number.indexOf('/') + 1)) / QUESTIONS;
        return Document.answer(id, question, answer, Optional.of(author));
    }
}
