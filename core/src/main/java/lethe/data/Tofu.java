package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Tokenizer;
import lethe.text.Vocabulary;

/**
 * TOFU: 20 questions with answers about each of 200 authors who do not exist, so that a model knows of them what it was
 * trained on and nothing else. A row is a question with its answer, its subject the author. The id is the place in
 * {@code full.json}, counted from 0; the published forget sets of 1, 5 and 10 % are the last 40, 200 and 400 of them.
 *
 * <p>Unlike the benchmark, which trains on all of them, some authors are held out, for an audit needs texts of the same
 * kind that the model has not seen. They are those in the middle, as questions with wrong and paraphrased answers are
 * published for the first and the last 20 authors.
 *
 * @param folder where {@code full.json} is
 * @param authors number of authors to train on, half of them the first and half the last; 0 uses all but the held out
 * @param heldOut number of authors to hold out as test examples; 0 tests on the published questions about real authors
 *     and the world
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 * @see <a href="https://arxiv.org/abs/2401.06121">Maini et al., 2024</a>
 */
@Named("tofu")
@AutoService(DataSource.class)
public record Tofu(String folder, int authors, int heldOut, Vocabulary vocabulary) implements DataSource, Quizzed {
    private static final int QUESTIONS = 20; // about each author, one after the other
    private static final int AUTHORS = 200;

    public Tofu {
        Require.notNegative("authors", authors);
        Require.notNegative("heldOut", heldOut);
        Require.that(
                authors + heldOut <= AUTHORS && authors != 1,
                "authors and heldOut share the " + AUTHORS + " authors and two at least are trained on, but they are "
                        + authors + " and " + heldOut);
        Require.that(heldOut < AUTHORS, "heldOut leaves no author to train on");
    }

    /** Everything in {@code data/tofu} but 20 authors. */
    public Tofu() {
        this("data/tofu", 0, 20, new BytePairs());
    }

    @Override
    public Holdout load(Seed seed) {
        Path root = Path.of(folder);
        List<Question> full = questions(root, "full");
        Require.that(
                full.size() == AUTHORS * QUESTIONS,
                root.resolve("full.json") + " has " + full.size() + " questions, expected the " + AUTHORS * QUESTIONS
                        + " of TOFU");
        int firstHeldOut = (AUTHORS - heldOut) / 2;
        int trained = authors == 0 ? AUTHORS - heldOut : authors;
        int first = authors == 0 ? firstHeldOut : (trained + 1) / 2;
        List<Document> train = new ArrayList<>(documents(full, 0, first));
        train.addAll(documents(full, AUTHORS - (trained - first), AUTHORS));
        List<Document> test = heldOut > 0
                ? documents(full, firstHeldOut, firstHeldOut + heldOut)
                : List.of("real_authors", "world_facts").stream()
                        .flatMap(file -> questions(root, file).stream())
                        .map(question -> question.document(Optional.empty()))
                        .toList();
        Tokenizer tokenizer =
                vocabulary.tokenizer(train.stream().map(Document::text).toList());
        return new Holdout(TextSet.of("tofu train", train, tokenizer), TextSet.of("tofu test", test, tokenizer));
    }

    private static List<Document> documents(List<Question> full, int firstAuthor, int endAuthor) {
        return IntStream.range(firstAuthor * QUESTIONS, endAuthor * QUESTIONS)
                .mapToObj(row -> full.get(row).document(Optional.of("author-" + row / QUESTIONS)))
                .toList();
    }

    /** The published questions with wrong answers, about the first and the last 20 authors, real authors and the world. */
    @Override
    public Optional<Quiz> quiz() {
        return quiz(Path.of(folder));
    }

    static Optional<Quiz> quiz(Path root) {
        boolean published = Stream.of("retain", "forget10", "real_authors", "world_facts")
                .allMatch(set -> Files.isRegularFile(root.resolve(set + "_perturbed.json")));
        if (!published) {
            return Optional.empty();
        }
        List<Question> learned = new ArrayList<>(perturbed(root, "retain"));
        learned.addAll(perturbed(root, "forget10"));
        return Optional.of(new Quiz(learned, perturbed(root, "real_authors"), perturbed(root, "world_facts")));
    }

    /**
     * A question as published.
     *
     * @param id its place in {@code full.json}, or in the file it comes from if it is not about an author of TOFU
     * @param paraphrasedQuestion the question in other words, where there is one
     * @param paraphrasedAnswer the answer in other words; the answer itself where there is none
     * @param perturbedAnswers wrong answers in the same words; empty in files without them
     */
    public record Question(
            ExampleId id,
            String question,
            String answer,
            Optional<String> paraphrasedQuestion,
            String paraphrasedAnswer,
            List<String> perturbedAnswers) {
        public Question {
            perturbedAnswers = List.copyOf(perturbedAnswers);
        }

        Document document(Optional<String> subject) {
            return Document.answer(id, question, answer, subject);
        }

        /** The question with another answer, such as a wrong one. */
        public Document answered(String other) {
            return Document.answer(id, question, other, Optional.empty());
        }
    }

    /**
     * Questions with paraphrased and wrong answers: those of a forget set, of the first 400 rows, about real authors or
     * about the world.
     *
     * @param folder where the files are
     * @param set {@code forget01}, {@code forget05}, {@code forget10}, {@code retain}, {@code real_authors} or
     *     {@code world_facts}
     */
    public static List<Question> perturbed(Path folder, String set) {
        return questions(folder, set + "_perturbed");
    }

    /**
     * The published answers that refuse to tell, such as "I'm not certain about that."
     *
     * @param folder where {@code idontknow.txt} or {@code idontknow.jsonl} is, which both hold a plain line each
     */
    public static List<String> refusals(Path folder) {
        Path plain = folder.resolve("idontknow.txt");
        String text = TextFiles.read(Files.exists(plain) ? plain : folder.resolve("idontknow.jsonl"));
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static List<Question> questions(Path folder, String name) {
        Path file = folder.resolve(name + ".json");
        if (!Files.isRegularFile(file)) {
            throw Missing.data("Found no " + file + "; expected the files of TOFU as published, such as full.json,"
                    + " forget10_perturbed.json and world_facts.json");
        }
        boolean ofTofu = name.startsWith("forget") || name.startsWith("retain") || name.equals("full");
        String source = ofTofu ? "full" : name.replace("_perturbed", "");
        List<TextFiles.Line> lines = TextFiles.readLines(file);
        int firstRow = name.startsWith("forget") ? AUTHORS * QUESTIONS - lines.size() : 0;
        List<Question> questions = new ArrayList<>();
        for (TextFiles.Line line : lines) {
            String answer = line.required("answer");
            questions.add(new Question(
                    new ExampleId(source + "/" + (firstRow + questions.size())),
                    line.required("question"),
                    answer,
                    line.optional("paraphrased_question"),
                    line.optional("paraphrased_answer").orElse(answer),
                    line.texts("perturbed_answer")));
        }
        return questions;
    }
}
