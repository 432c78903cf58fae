package lethe.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import lethe.data.Document;
import lethe.data.TextSet;
import lethe.data.Tofu;
import lethe.metrics.TruthRatio;
import lethe.models.Model;
import lethe.text.Tokenizer;
import lethe.training.Evaluation;

/**
 * What a model makes of the answers to a question: mean losses per token, in nats.
 *
 * @param right of the answer
 * @param paraphrased of the answer in other words
 * @param wrong of each wrong answer
 */
record AnswerLoss(double right, double paraphrased, List<Double> wrong) {
    AnswerLoss {
        wrong = List.copyOf(wrong);
    }

    /** Whether a question has wrong answers and the context has room for each answer, with its end. */
    static boolean fits(Tofu.Question question, Tokenizer tokenizer, int context) {
        List<String> answers = new ArrayList<>(question.perturbedAnswers());
        answers.add(question.answer());
        answers.add(question.paraphrasedAnswer());
        return !question.perturbedAnswers().isEmpty()
                && answers.stream()
                        .allMatch(answer ->
                                tokenizer.encode(question.answered(answer).text()).length <= context);
    }

    /** Of each question; questions may have different numbers of wrong answers. */
    static List<AnswerLoss> of(Model model, Tokenizer tokenizer, List<Tofu.Question> questions) {
        double[] right = losses(model, tokenizer, questions, Tofu.Question::answer);
        double[] paraphrased = losses(model, tokenizer, questions, Tofu.Question::paraphrasedAnswer);
        List<List<Double>> wrong =
                questions.stream().<List<Double>>map(it -> new ArrayList<>()).toList();
        int most = questions.stream()
                .mapToInt(it -> it.perturbedAnswers().size())
                .max()
                .orElse(0);
        for (int k = 0; k < most; k++) {
            int nth = k;
            int[] have = IntStream.range(0, questions.size())
                    .filter(i -> questions.get(i).perturbedAnswers().size() > nth)
                    .toArray();
            List<Tofu.Question> those =
                    IntStream.of(have).mapToObj(questions::get).toList();
            double[] found = losses(
                    model,
                    tokenizer,
                    those,
                    question -> question.perturbedAnswers().get(nth));
            for (int i = 0; i < have.length; i++) {
                wrong.get(have[i]).add(found[i]);
            }
        }
        return IntStream.range(0, right.length)
                .mapToObj(i -> new AnswerLoss(right[i], paraphrased[i], wrong.get(i)))
                .toList();
    }

    /** Of one answer to each question. */
    private static double[] losses(
            Model model, Tokenizer tokenizer, List<Tofu.Question> questions, Function<Tofu.Question, String> answer) {
        List<Document> documents =
                questions.stream().map(it -> it.answered(answer.apply(it))).toList();
        float[] logits = Evaluation.logits(model, TextSet.of("quiz", documents, tokenizer));
        return IntStream.range(0, documents.size())
                .mapToDouble(row -> -logits[2 * row])
                .toArray();
    }

    double ratio(TruthRatio kind) {
        return kind.of(
                paraphrased, wrong.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
