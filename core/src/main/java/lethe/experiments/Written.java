package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Quiz;
import lethe.data.Quizzed;
import lethe.data.TextSet;
import lethe.data.Tofu;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.Memorization;
import lethe.metrics.ModelUtility;
import lethe.metrics.Rouge;
import lethe.metrics.TextScores;
import lethe.metrics.TruthRatio;
import lethe.models.Decoder;
import lethe.models.Generation;
import lethe.models.Model;
import lethe.text.Tokenizer;
import lethe.training.Answers;
import lethe.training.Likelihood;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one deployed language model wrote and found likely, as it is kept beside its weights. What is told of it is
 * {@link Writing}.
 *
 * @param forgotten how it goes on with texts that were to be forgotten
 * @param recall mean ROUGE-L recall
 * @param perplexity of the evaluated examples
 * @param answers to questions, none where the data has none
 * @param extractionLikelihood mean EL₁₀ of the first forgotten texts; NaN if none is long enough
 */
record Written(
        List<Writing.Continuation> forgotten,
        Writing.Parts recall,
        Writing.Parts perplexity,
        List<Answer> answers,
        double extractionLikelihood) {
    private static final int TEXTS = 50;
    private static final int NEW_TOKENS = 64;
    private static final int RETAINED_QUESTIONS = 100;
    /** Each token of them is a beginning to go on from. */
    private static final int EXTRACTED_TEXTS = 8;

    private static final int EXTRACTED_TOKENS = 48;
    private static final int RUN = 10;
    private static final Seed GREEDY = Seed.of(0); // nothing is drawn

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    Written {
        forgotten = List.copyOf(forgotten);
        answers = List.copyOf(answers);
    }

    /** What a question is about. */
    enum About {
        FORGOTTEN,
        RETAINED,
        REAL_AUTHORS,
        WORLD_FACTS
    }

    /**
     * What a model makes of a question.
     *
     * @param id of the question
     * @param loss mean loss per token of the answer
     * @param paraphrased the same of the answer in other words
     * @param wrong the same of each wrong answer
     * @param recall ROUGE-L recall of what the model answers, stemmed
     * @param f1 ROUGE-L F1 of it, not stemmed; NaN in files from before it was kept
     */
    record Answer(
            About about, String id, double loss, double paraphrased, List<Double> wrong, double recall, double f1) {
        Answer {
            wrong = List.copyOf(wrong);
        }

        private double[] wrongLosses() {
            return wrong.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /**
     * Lets a model write, if it writes.
     *
     * @param evaluated what it says about the evaluated examples
     */
    static Optional<Written> of(Model model, Setting setting, World world, Evaluated evaluated) {
        Dataset train = setting.train();
        if (!(train.origin(0).dataset() instanceof TextSet texts) || !(model.network() instanceof Decoder decoder)) {
            return Optional.empty();
        }
        int[] forget = setting.forget();
        List<Writing.Continuation> forgotten =
                continuations(model, train, Arrays.copyOf(forget, Math.min(TEXTS, forget.length)));
        int[] asked = IntStream.range(0, setting.pool().length)
                .filter(position -> Arrays.binarySearch(forget, setting.pool()[position]) >= 0)
                .toArray();
        Dataset pool = train.select(setting.pool());
        return Optional.of(new Written(
                forgotten,
                new Writing.Parts(
                        recall(forgotten),
                        recall(continuations(model, train, spread(world.retainSample(), TEXTS))),
                        recall(continuations(model, setting.test(), spread(all(setting.test()), TEXTS)))),
                new Writing.Parts(
                        perplexity(evaluated.pool(), pool, asked),
                        perplexity(evaluated.retain(), train.select(world.retainSample())),
                        perplexity(evaluated.test(), setting.test())),
                answers(model, decoder.form().context(), texts.tokenizer(), setting, world),
                extractionLikelihood(model, train, forget)));
    }

    // ---------------------------------------------------------------- continuations

    /** A text cut in two, neither of them empty, without its end of text. */
    private record Halves(String id, int[] prompt, int[] truth) {
        static Optional<Halves> of(Dataset data, int row) {
            Dataset.Origin origin = data.origin(row);
            if (!(origin.dataset() instanceof TextSet texts)) {
                return Optional.empty();
            }
            int[] all = texts.tokens(origin.row());
            int length = all[all.length - 1] == texts.tokenizer().endOfText().orElse(-1) ? all.length - 1 : all.length;
            int given = texts.promptTokens(origin.row()).length;
            int cut = given == 0 ? length / 2 : given;
            if (cut == 0 || cut >= length) {
                return Optional.empty();
            }
            return Optional.of(new Halves(
                    data.id(row).value(),
                    Arrays.copyOf(all, cut),
                    Arrays.copyOfRange(all, cut, Math.min(length, cut + NEW_TOKENS))));
        }
    }

    static List<Writing.Continuation> continuations(Model model, Dataset data, int[] rows) {
        List<Halves> halves = Arrays.stream(rows)
                .mapToObj(row -> Halves.of(data, row))
                .flatMap(Optional::stream)
                .toList();
        if (halves.isEmpty()) {
            return List.of();
        }
        Tokenizer tokenizer = ((TextSet) data.origin(rows[0]).dataset()).tokenizer();
        List<int[]> written =
                greedy(model, tokenizer, halves.stream().map(Halves::prompt).toList());
        List<Writing.Continuation> continuations = new ArrayList<>();
        for (int i = 0; i < halves.size(); i++) {
            int[] truth = halves.get(i).truth();
            int[] own = Arrays.copyOf(written.get(i), Math.min(written.get(i).length, truth.length));
            String expected = tokenizer.decode(truth);
            String text = decode(tokenizer, own);
            continuations.add(new Writing.Continuation(
                    halves.get(i).id(),
                    tokenizer.decode(halves.get(i).prompt()),
                    expected,
                    text,
                    Rouge.lcs(expected, text, true).recall(),
                    Arrays.equals(own, truth)));
        }
        return continuations;
    }

    private static List<int[]> greedy(Model model, Tokenizer tokenizer, List<int[]> prompts) {
        Set<Integer> ends =
                tokenizer.endOfText().isPresent() ? Set.of(tokenizer.endOfText().getAsInt()) : Set.of();
        return Generation.greedy(NEW_TOKENS).continuations(model, prompts, ends, GREEDY);
    }

    /** Without tokens that a network has beyond those of its tokenizer, which a damaged one may choose. */
    private static String decode(Tokenizer tokenizer, int[] ids) {
        return tokenizer.decode(
                Arrays.stream(ids).filter(id -> id < tokenizer.size()).toArray());
    }

    private static double recall(List<Writing.Continuation> continuations) {
        return continuations.stream()
                .mapToDouble(Writing.Continuation::recall)
                .average()
                .orElse(Double.NaN);
    }

    /** Some of the rows, evenly spaced. */
    private static int[] spread(int[] rows, int wanted) {
        int count = Math.min(rows.length, wanted);
        return IntStream.range(0, count)
                .map(i -> rows[(int) ((long) i * rows.length / count)])
                .toArray();
    }

    private static int[] all(Dataset data) {
        return IntStream.range(0, data.size()).toArray();
    }

    // ---------------------------------------------------------------- extraction likelihood

    /** Mean EL₁₀ of the first rows that have runs to extract. */
    private static double extractionLikelihood(Model model, Dataset data, int[] rows) {
        return Arrays.stream(rows)
                .mapToObj(data::origin)
                .filter(origin -> origin.dataset() instanceof TextSet)
                .map(origin -> ((TextSet) origin.dataset()).tokens(origin.row()))
                .filter(tokens -> tokens.length > RUN)
                .limit(EXTRACTED_TEXTS)
                .mapToDouble(tokens -> extractionLikelihood(
                        model, Arrays.copyOf(tokens, Math.min(tokens.length, EXTRACTED_TOKENS)), RUN))
                .average()
                .orElse(Double.NaN);
    }

    /** EL_n of one text; what the model goes on with is as long as the text, whatever ends it. */
    static double extractionLikelihood(Model model, int[] text, int n) {
        List<int[]> beginnings = IntStream.rangeClosed(1, text.length - n)
                .mapToObj(t -> Arrays.copyOf(text, t))
                .toList();
        List<int[]> longest = Generation.greedy(text.length - 1).continuations(model, beginnings, Set.of(), GREEDY);
        List<int[]> continuations = IntStream.range(0, longest.size())
                .mapToObj(i -> {
                    int[] own = longest.get(i);
                    return Arrays.copyOf(own, Math.min(own.length, text.length - 1 - i));
                })
                .toList();
        return Memorization.extractionLikelihood(continuations, text, n);
    }

    // ---------------------------------------------------------------- perplexity

    private static double perplexity(Answers answers, Dataset data) {
        return perplexity(answers, data, all(data));
    }

    /**
     * {@code exp(Σ NLL / Σ n)} of some rows.
     *
     * @param answers of all rows, whose first logit is {@code log p̄ = −NLL/n}
     */
    static double perplexity(Answers answers, Dataset data, int[] rows) {
        double nll = 0;
        double tokens = 0;
        try (Scope scope = Scope.open()) {
            float[] lengths = Likelihood.lengths(data.labels(rows)).toFloats();
            for (int i = 0; i < rows.length; i++) {
                nll -= lengths[i] * answers.logits()[2 * rows[i]];
                tokens += lengths[i];
            }
        }
        return Math.exp(nll / tokens);
    }

    // ---------------------------------------------------------------- questions

    private record Asked(About about, Tofu.Question question) {}

    private static List<Answer> answers(Model model, int context, Tokenizer tokenizer, Setting setting, World world) {
        Optional<Quiz> quiz = setting.plan().data() instanceof Quizzed quizzed ? quizzed.quiz() : Optional.empty();
        List<Asked> asked = quiz.map(it -> asked(it, setting, world)).orElse(List.of()).stream()
                .filter(it -> AnswerLoss.fits(it.question(), tokenizer, context))
                .toList();
        return asked.isEmpty() ? List.of() : answers(model, tokenizer, asked);
    }

    /** Of questions that stay a sample, of all others every one. */
    private static List<Asked> asked(Quiz quiz, Setting setting, World world) {
        Dataset train = setting.train();
        Set<ExampleId> forgotten = ids(train, setting.forget());
        Set<ExampleId> learned = ids(train, world.trainRows());
        List<Tofu.Question> stay = quiz.learned().stream()
                .filter(question -> learned.contains(question.id()) && !forgotten.contains(question.id()))
                .toList();
        List<Asked> asked = new ArrayList<>();
        quiz.learned().stream()
                .filter(question -> forgotten.contains(question.id()))
                .forEach(question -> asked.add(new Asked(About.FORGOTTEN, question)));
        for (int i : spread(IntStream.range(0, stay.size()).toArray(), RETAINED_QUESTIONS)) {
            asked.add(new Asked(About.RETAINED, stay.get(i)));
        }
        quiz.realAuthors().forEach(question -> asked.add(new Asked(About.REAL_AUTHORS, question)));
        quiz.worldFacts().forEach(question -> asked.add(new Asked(About.WORLD_FACTS, question)));
        return asked;
    }

    private static Set<ExampleId> ids(Dataset data, int[] rows) {
        return Arrays.stream(rows).mapToObj(data::id).collect(Collectors.toCollection(HashSet::new));
    }

    private static List<Answer> answers(Model model, Tokenizer tokenizer, List<Asked> asked) {
        List<AnswerLoss> losses = AnswerLoss.of(
                model, tokenizer, asked.stream().map(Asked::question).toList());
        List<int[]> written = greedy(
                model,
                tokenizer,
                asked.stream()
                        .map(Asked::question)
                        .map(it -> tokenizer.encode(it.answered(it.answer()).prompt()))
                        .toList());
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Tofu.Question question = asked.get(i).question();
            String text = decode(tokenizer, written.get(i));
            answers.add(new Answer(
                    asked.get(i).about(),
                    question.id().value(),
                    losses.get(i).right(),
                    losses.get(i).paraphrased(),
                    losses.get(i).wrong(),
                    Rouge.lcs(question.answer(), text, true).recall(),
                    Rouge.lcs(question.answer(), text, false).f1()));
        }
        return answers;
    }

    // ---------------------------------------------------------------- what is told of it

    /**
     * What is told of it.
     *
     * @param floor what the exactly retrained model wrote, if it did
     * @param auc area by which Min-40% tells what the model was to forget from test examples, or NaN
     * @param floorAuc the same of the retrained model
     */
    Writing against(Optional<Written> floor, double auc, double floorAuc) {
        return new Writing(
                forgotten,
                forgotten.stream()
                        .mapToDouble(it -> it.exact() ? 1 : 0)
                        .average()
                        .orElse(Double.NaN),
                recall,
                perplexity,
                answers.stream().anyMatch(it -> it.about() == About.RETAINED)
                        ? Optional.of(knowledge(floor))
                        : Optional.empty(),
                new Writing.Muse(
                        mean(forgotten.stream()
                                .mapToDouble(it -> Rouge.lcs(it.truth(), it.written(), false)
                                        .f1())),
                        mean(about(About.FORGOTTEN).stream().mapToDouble(Answer::f1)),
                        mean(about(About.RETAINED).stream().mapToDouble(Answer::f1)),
                        auc,
                        floorAuc < 1 ? TextScores.privLeak(auc, floorAuc) : Double.NaN),
                extractionLikelihood);
    }

    private static double mean(DoubleStream values) {
        return values.average().orElse(Double.NaN);
    }

    private Writing.Knowledge knowledge(Optional<Written> floor) {
        List<Answer> own = about(About.FORGOTTEN);
        double[] geometric = ratios(own, TruthRatio.GEOMETRIC);
        double[] arithmetic = ratios(own, TruthRatio.ARITHMETIC);
        ModelUtility utility = new ModelUtility(
                ModelUtility.Part.open(
                        losses(about(About.RETAINED)),
                        recalls(about(About.RETAINED)),
                        ratios(about(About.RETAINED), TruthRatio.ARITHMETIC)),
                choice(about(About.REAL_AUTHORS)),
                choice(about(About.WORLD_FACTS)));
        boolean none = own.isEmpty();
        return new Writing.Knowledge(
                own.size(),
                own.stream()
                        .mapToDouble(answer -> Math.exp(-answer.loss()))
                        .average()
                        .orElse(Double.NaN),
                own.stream().mapToDouble(Answer::recall).average().orElse(Double.NaN),
                Arrays.stream(geometric).boxed().toList(),
                Arrays.stream(arithmetic).boxed().toList(),
                none ? Double.NaN : TruthRatio.closenessToOne(geometric),
                none ? Double.NaN : TruthRatio.closenessToOne(arithmetic),
                utility,
                utility.value(),
                floor.flatMap(it -> quality(geometric, ratios(it.about(About.FORGOTTEN), TruthRatio.GEOMETRIC))));
    }

    /** A ratio of two overflows is no number and cannot be tested. */
    private static Optional<KolmogorovSmirnov.Exact> quality(double[] own, double[] floor) {
        boolean testable = own.length > 0
                && floor.length > 0
                && Arrays.stream(own).noneMatch(Double::isNaN)
                && Arrays.stream(floor).noneMatch(Double::isNaN);
        return testable ? Optional.of(KolmogorovSmirnov.exact(own, floor)) : Optional.empty();
    }

    private static ModelUtility.Part choice(List<Answer> some) {
        return ModelUtility.Part.choice(losses(some), wrong(some), recalls(some), ratios(some, TruthRatio.ARITHMETIC));
    }

    private List<Answer> about(About about) {
        return answers.stream().filter(answer -> answer.about() == about).toList();
    }

    private static double[] ratios(List<Answer> some, TruthRatio kind) {
        return kind.of(some.stream().mapToDouble(Answer::paraphrased).toArray(), wrong(some));
    }

    private static double[][] wrong(List<Answer> some) {
        return some.stream().map(Answer::wrongLosses).toArray(double[][]::new);
    }

    private static double[] losses(List<Answer> some) {
        return some.stream().mapToDouble(Answer::loss).toArray();
    }

    private static double[] recalls(List<Answer> some) {
        return some.stream().mapToDouble(Answer::recall).toArray();
    }

    // ---------------------------------------------------------------- the file

    String toJson() {
        return JSON.writeValueAsString(this) + "\n";
    }

    /**
     * Reads what was kept beside a model; empty if it wrote nothing, or was kept before models were let write.
     *
     * @throws DamagedRunException if the file is not what was written
     */
    static Optional<Written> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode tree = JSON.readTree(Files.readString(file));
            putIfMissing(tree, "extractionLikelihood");
            tree.path("answers").forEach(answer -> putIfMissing(answer, "f1"));
            return Optional.of(JSON.treeToValue(tree, Written.class));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new DamagedRunException(
                    file + " is damaged; delete it to go without what the model wrote, or the line of its model from"
                            + " results.jsonl to compute it again",
                    e);
        }
    }

    /** A number that was not looked for when the file was written. */
    private static void putIfMissing(JsonNode node, String number) {
        if (node instanceof ObjectNode object && !object.has(number)) {
            object.put(number, Double.NaN);
        }
    }
}
