package lethe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Metrics of texts against values computed in double precision by benchmarks/reference/language_models.py, and against
 * the losses and overlaps that the authors of TOFU published for two of their models.
 */
class TextMetricsTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private static JsonNode read(String file) {
        return new JsonMapper()
                .readTree(Path.of("src/test/resources/reference/lm", file).toFile());
    }

    private static double[] doubles(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    private static double[][] rows(JsonNode list) {
        return list.valueStream().map(TextMetricsTest::doubles).toArray(double[][]::new);
    }

    private static int[] ints(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    @Test
    void rougeWithoutStemsIsThatOfTheReference() {
        for (JsonNode item : read("metrics/golden.json").path("rouge_no_stemmer")) {
            String reference = item.path("reference").asString();
            String hypothesis = item.path("hypothesis").asString();

            assertRouge(Rouge.lcs(reference, hypothesis, false), item.path("rougeL"));
            assertRouge(Rouge.unigrams(reference, hypothesis, false), item.path("rouge1"));
        }
    }

    private static void assertRouge(Rouge rouge, JsonNode expected) {
        assertThat(rouge.precision()).isCloseTo(expected.path("precision").asDouble(), EXACT);
        assertThat(rouge.recall()).isCloseTo(expected.path("recall").asDouble(), EXACT);
        assertThat(rouge.f1()).isCloseTo(expected.path("f1").asDouble(), EXACT);
    }

    @Test
    void stemmedRougeIsThatOfPublishedLogs() {
        int changed = 0;
        JsonNode rows = read("tofu-logs/rouge-stemmed.json").path("rows");
        for (JsonNode row : rows) {
            String truth = row.path("ground_truth").asString();
            String generated = row.path("generated").asString();

            double recall = Rouge.lcs(truth, generated, true).recall();

            assertThat(recall).as(truth).isCloseTo(row.path("rougeL_recall").asDouble(), EXACT);
            assertThat(Rouge.unigrams(truth, generated, true).recall())
                    .as(truth)
                    .isCloseTo(row.path("rouge1_recall").asDouble(), EXACT);
            changed += recall != Rouge.lcs(truth, generated, false).recall() ? 1 : 0;
        }

        assertThat(rows).hasSize(300);
        assertThat(changed).isPositive();
    }

    @Test
    void matchedWordsAreThoseOfALongestCommonSubsequence() {
        String reference = "The cats sat on a mat";
        String hypothesis = "on cat, sat: mat. Cats";

        BitSet matched = Rouge.matched(reference, hypothesis, true);

        // Stemmed, "cat sat mat" is common; "on" comes too early and the last "Cats" too late.
        assertThat(matched.stream().mapToObj(i -> hypothesis.substring(i, i + 1)))
                .containsExactly("c", "a", "t", "s", "a", "t", "m", "a", "t");
        assertThat(Rouge.matched(reference, "…", true).isEmpty()).isTrue();
        assertThat(Rouge.matched("", "a", false).isEmpty()).isTrue();
    }

    /** Examples of Porter's paper, and where the toolkit departs from it. */
    @ParameterizedTest
    @CsvSource({
        "caresses, caress",
        "ponies, poni",
        "cats, cat",
        "feed, feed",
        "agreed, agre",
        "plastered, plaster",
        "motoring, motor",
        "conflated, conflat",
        "troubled, troubl",
        "sized, size",
        "hopping, hop",
        "falling, fall",
        "filing, file",
        "happy, happi",
        "sky, sky",
        "relational, relat",
        "conditional, condit",
        "valenci, valenc",
        "digitizer, digit",
        "radically, radic",
        "vietnamization, vietnam",
        "operator, oper",
        "hopefulness, hope",
        "triplicate, triplic",
        "formative, form",
        "formalize, formal",
        "electrical, electr",
        "revival, reviv",
        "adjustment, adjust",
        "adoption, adopt",
        "communism, commun",
        "effective, effect",
        "probate, probat",
        "rate, rate",
        "cease, ceas",
        "controlling, control",
        "roll, roll",
        "dies, die",
        "died, die",
        "flies, fli",
        "dying, die",
        "skies, sky",
        "by, by",
        "enjoy, enjoy",
        "spy, spi",
        "geology, geolog",
        "used, use",
        "faithfully, faith",
        "congruenci, congruenc",
        "innings, inning",
        "1990s, 1990"
    })
    void stemsAreThoseOfTheToolkit(String word, String stem) {
        assertThat(PorterStemmer.stem(word)).isEqualTo(stem);
    }

    @Test
    void textsWithoutWordsHaveNothingInCommon() {
        assertThat(Rouge.lcs("", "a", true)).isEqualTo(new Rouge(0, 0, 0));
        assertThat(Rouge.unigrams("日本", "日本", true)).isEqualTo(new Rouge(0, 0, 0));
    }

    @Test
    void memorisationAndTokenScoresAreThoseOfTheReference() {
        for (JsonNode row : read("metrics/golden.json").path("per_sequence").path("rows")) {
            int[] targets = Arrays.stream(ints(row.path("labels")))
                    .filter(id -> id >= 0)
                    .toArray();
            double[] logs = doubles(row.path("token_logprobs"));
            double[] z = doubles(row.path("min_kpp_z"));
            int[] predicted = ints(row.path("argmax"));
            for (int cut = 0; cut < 2; cut++) {
                JsonNode expected = row.path(cut == 0 ? "all_valid_tokens" : "without_last_valid_token");
                int n = targets.length - cut;
                int[] truth = Arrays.copyOf(targets, n);
                int[] likeliest = Arrays.copyOf(predicted, n);
                double loss = -Intervals.mean(Arrays.copyOf(logs, n));

                assertThat(n).isEqualTo(expected.path("n").asInt());
                assertThat(TextScores.perplexity(new double[] {loss}, new long[] {n}))
                        .isCloseTo(expected.path("perplexity").asDouble(), Percentage.withPercentage(1e-9));
                for (String k : List.of("0.2", "0.4")) {
                    double share = Double.parseDouble(k);
                    assertThat(TextScores.minK(Arrays.copyOf(logs, n), share))
                            .isCloseTo(expected.path("min_k_" + k).asDouble(), EXACT);
                    assertThat(TextScores.minK(Arrays.copyOf(z, n), share))
                            .isCloseTo(expected.path("min_kpp_" + k).asDouble(), EXACT);
                }
                assertThat(Memorization.exact(likeliest, truth))
                        .isCloseTo(expected.path("exact_memorization").asDouble(), EXACT);
                assertThat(Memorization.extractionStrength(likeliest, truth))
                        .isCloseTo(expected.path("extraction_strength_ours").asDouble(), EXACT);
                assertThat(Memorization.extractionStrengthOfOpenUnlearning(likeliest, truth))
                        .isCloseTo(
                                expected.path("extraction_strength_openunlearning")
                                        .asDouble(),
                                EXACT);
            }
        }
    }

    @Test
    void extractionStrengthCountsTheTailThatIsPredicted() {
        int[] truth = {1, 2, 3, 4};

        assertThat(Memorization.extractionStrength(new int[] {1, 2, 3, 4}, truth))
                .isEqualTo(1);
        assertThat(Memorization.extractionStrength(new int[] {1, 0, 3, 4}, truth))
                .isEqualTo(0.5);
        assertThat(Memorization.extractionStrength(new int[] {1, 2, 3, 0}, truth))
                .isZero();
        assertThat(Memorization.extractionStrengthOfOpenUnlearning(new int[] {1, 2, 3, 0}, truth))
                .isEqualTo(0.25);
        assertThat(Memorization.exact(new int[] {1, 0, 3, 4}, truth)).isEqualTo(0.75);
        assertThatThrownBy(() -> Memorization.exact(new int[0], new int[0])).hasMessageContaining("one token at least");
    }

    @Test
    void extractionLikelihoodIsTheMeanOverlapOfAllBeginnings() {
        int[] text = {1, 2, 3, 4};

        // n-grams of what follows: after 1: (2,3), (3,4); after 1 2: (3,4). Found: (2,3) of two; (3,4) of one.
        double likelihood = Memorization.extractionLikelihood(List.of(new int[] {2, 3, 9}, new int[] {3, 4}), text, 2);

        assertThat(likelihood).isEqualTo((0.5 + 1) / 2);
        assertThat(Memorization.overlap(new int[] {5, 5, 5}, new int[] {5, 5}, 2))
                .isEqualTo(2); // with repetition
        assertThatThrownBy(() -> Memorization.extractionLikelihood(List.of(), text, 4))
                .hasMessageContaining("0 beginn");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void zScoresHaveMeanZeroAndVarianceOneUnderThePrediction(long seed) {
        var random = new SplittableRandom(seed);
        double[] weights = random.doubles(20, 0.01, 1).toArray();
        double total = Arrays.stream(weights).sum();
        double[] logs = Arrays.stream(weights).map(w -> Math.log(w / total)).toArray();

        double mean = 0;
        double variance = 0;
        for (int token = 0; token < logs.length; token++) {
            double z = TextScores.zScore(logs, token);
            mean += Math.exp(logs[token]) * z;
            variance += Math.exp(logs[token]) * z * z;
        }

        assertThat(mean).isCloseTo(0, EXACT);
        assertThat(variance).isCloseTo(1, EXACT);
    }

    @Test
    void zlibPacksIntoTheBytesOfTheReference() {
        for (JsonNode item : read("metrics/golden.json").path("zlib_bytes")) {
            assertThat(TextScores.zlibBytes(item.path("text").asString()))
                    .isEqualTo(item.path("zlib_len").asInt());
        }
    }

    @Test
    void truthRatiosAreThoseOfTheReferenceInBothDefinitions() {
        JsonNode golden = read("metrics/golden.json").path("truth_ratio");
        double[] right = doubles(golden.path("paraphrase_mean_token_loss"));
        double[][] wrong = rows(golden.path("perturbed_mean_token_loss"));

        double[] geometric = TruthRatio.GEOMETRIC.of(right, wrong);

        // The reference keeps an epsilon of 1e-10 in its denominators.
        Offset<Double> close = within(1e-8);
        assertThat(geometric).containsExactly(doubles(golden.path("ratio_geometric_per_item")), close);
        assertThat(TruthRatio.ARITHMETIC.of(right, wrong))
                .containsExactly(doubles(golden.path("ratio_arithmetic_per_item")), close);
        assertThat(TruthRatio.closenessToOne(geometric))
                .isCloseTo(golden.path("aggregate_forget_closer_to_1").asDouble(), close);
        assertThat(TruthRatio.preferenceForTruth(geometric))
                .isCloseTo(golden.path("aggregate_true_better").asDouble(), close);
        assertThat(TruthRatio.extentOfKnowledge(geometric))
                .isCloseTo(golden.path("extent_of_knowledge").asDouble(), close);
    }

    @Test
    void utilityAndForgetQualityOfPublishedLogsAreReproduced() {
        JsonNode models = read("tofu-logs/eval-logs.json").path("models");
        JsonNode expected = read("tofu-logs/expected.json");
        for (String model : List.of("full", "retain90")) {
            JsonNode values = expected.path("model_utility").path(model);
            Percentage close = Percentage.withPercentage(1e-4); // 1e-6 relative

            ModelUtility utility = new ModelUtility(
                    open(models.path(model).path("eval_log")),
                    choice(models.path(model).path("eval_real_author_wo_options")),
                    choice(models.path(model).path("eval_real_world_wo_options")));
            JsonNode forget = models.path(model).path("eval_log_forget");

            assertPart(utility.retain(), values, "Retain", close);
            assertPart(utility.realAuthors(), values, "Real Authors", close);
            assertPart(utility.worldFacts(), values, "Real World", close);
            assertThat(utility.value()).isCloseTo(values.path("Model Utility").asDouble(), close);
            assertThat(TruthRatio.closenessToOne(ratios(TruthRatio.ARITHMETIC, forget)))
                    .isCloseTo(values.path("Forget Truth Ratio").asDouble(), close);
        }
        JsonNode quality = expected.path("forget_quality_full_vs_retain90");

        KolmogorovSmirnov.Exact test = KolmogorovSmirnov.exact(
                ratios(TruthRatio.GEOMETRIC, models.path("full").path("eval_log_forget")),
                ratios(TruthRatio.GEOMETRIC, models.path("retain90").path("eval_log_forget")));

        assertThat(test.statistic()).isCloseTo(quality.path("ks_statistic").asDouble(), EXACT);
        assertThat(test.pValue()).isCloseTo(quality.path("p_value").asDouble(), Percentage.withPercentage(1e-4));
    }

    private static void assertPart(ModelUtility.Part part, JsonNode values, String name, Percentage close) {
        assertThat(part.probability())
                .isCloseTo(values.path(name + " Probability").asDouble(), close);
        assertThat(part.rouge()).isCloseTo(values.path(name + " ROUGE").asDouble(), close);
        assertThat(part.truthRatio())
                .isCloseTo(values.path(name + " Truth Ratio").asDouble(), close);
    }

    private static double[] ratios(TruthRatio definition, JsonNode log) {
        return definition.of(doubles(log.path("avg_paraphrased_loss")), rows(log.path("average_perturb_loss")));
    }

    private static ModelUtility.Part open(JsonNode log) {
        return ModelUtility.Part.open(
                doubles(log.path("avg_gt_loss")),
                doubles(log.path("rougeL_recall")),
                ratios(TruthRatio.ARITHMETIC, log));
    }

    private static ModelUtility.Part choice(JsonNode log) {
        return ModelUtility.Part.choice(
                doubles(log.path("avg_gt_loss")),
                rows(log.path("average_perturb_loss")),
                doubles(log.path("rougeL_recall")),
                ratios(TruthRatio.ARITHMETIC, log));
    }

    @Test
    void oneThingForgottenAltogetherLeavesNoUtility() {
        JsonNode golden = read("metrics/golden.json").path("model_utility");

        assertThat(ModelUtility.harmonicMean(doubles(golden.path("nine_values"))))
                .isCloseTo(golden.path("harmonic_mean").asDouble(), EXACT);
        assertThat(ModelUtility.harmonicMean(1, 0, 1)).isZero();
    }

    @Test
    void exactPValuesAreThoseOfTheReference() {
        for (JsonNode item : read("metrics/golden.json").path("ks_two_sample_exact")) {
            KolmogorovSmirnov.Exact test = KolmogorovSmirnov.exact(sample(item.path("x")), sample(item.path("y")));

            assertThat(test.statistic()).isCloseTo(item.path("statistic").asDouble(), EXACT);
            assertThat(test.pValue()).isCloseTo(item.path("p_exact").asDouble(), Percentage.withPercentage(1e-10));
            assertThat(test.log10PValue())
                    .isCloseTo(Math.log10(item.path("p_exact").asDouble()), within(1e-10));
        }
    }

    /** Values, or {@code "0..39"} for consecutive ones. */
    private static double[] sample(JsonNode values) {
        if (values.isArray()) {
            return doubles(values);
        }
        String[] ends = values.asString().split("\\.\\.", -1);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]))
                .asDoubleStream()
                .toArray();
    }

    @Test
    void pValuesBelowTheSmallestDoubleKeepTheirLogarithm() {
        double[] low = DoubleStream.iterate(0, x -> x + 1).limit(700).toArray();
        double[] high = DoubleStream.iterate(1000, x -> x + 1).limit(700).toArray();

        KolmogorovSmirnov.Exact test = KolmogorovSmirnov.exact(low, high);

        assertThat(test.pValue()).isZero();
        // log10 of 2 / (1400 over 700), by Stirling to 1/(8·700): (1400 over 700) ≈ 4^700 / √(700 π) · (1 − 1/5600)
        double log =
                Math.log10(2) - (700 * Math.log10(4) - 0.5 * Math.log10(700 * Math.PI) + Math.log10(1 - 1 / 5600.0));
        assertThat(test.log10PValue()).isCloseTo(log, within(1e-7));
        assertThatThrownBy(() -> KolmogorovSmirnov.exact(low, new double[] {Double.NaN}))
                .hasMessageContaining("NaN");
    }

    @Test
    void privLeakIsRelativeToARetrainedModel() {
        JsonNode golden = read("metrics/golden.json").path("auc_privleak");
        double[] forget = Arrays.stream(doubles(golden.path("forget_scores")))
                .map(x -> -x)
                .toArray();
        double[] holdout = Arrays.stream(doubles(golden.path("holdout_scores")))
                .map(x -> -x)
                .toArray();

        double area = Roc.auc(forget, holdout);

        assertThat(area).isCloseTo(golden.path("auc_member_low_score").asDouble(), EXACT);
        assertThat(TextScores.privLeak(
                        area, golden.path("retrain_auc_same_convention").asDouble()))
                .isCloseTo(golden.path("privleak_percent").asDouble(), EXACT);
        assertThatThrownBy(() -> TextScores.privLeak(0.5, 1)).hasMessageContaining("area is 1.0");
    }

    @Test
    void exposureIsTheNumberOfBitsThatTheModelGivesAway() {
        double[] others = {1, 2, 3, 4, 5, 6, 7};

        assertThat(TextScores.exposure(0.5, others)).isCloseTo(3, EXACT); // rank 1 of 8
        assertThat(TextScores.exposure(9, others)).isCloseTo(0, EXACT); // rank 8
        assertThat(TextScores.exposure(2.5, others)).isCloseTo(3 - Math.log(3) / Math.log(2), EXACT);
        assertThat(TextScores.exposure(1, others)).isCloseTo(3 - Math.log(1.5) / Math.log(2), EXACT);
    }

    @Test
    void perplexityCountsTokensNotTexts() {
        double[] losses = {Math.log(2), Math.log(4), Double.NaN};

        assertThat(TextScores.perplexity(losses, new long[] {3, 1, 0})).isCloseTo(Math.pow(2 * 2 * 2 * 4, 0.25), EXACT);
    }

    @Test
    void jaccardSimilarityIsThatOfTheReference() {
        JsonNode golden = read("metrics/golden.json").path("jaccard");
        String a = golden.path("a").asString();
        String b = golden.path("b").asString();

        assertThat(Jaccard.ofWords(a, b, 1)).isCloseTo(golden.path("word_1").asDouble(), EXACT);
        assertThat(Jaccard.ofWords(a, b, 2)).isCloseTo(golden.path("word_2").asDouble(), EXACT);
        assertThat(Jaccard.ofCharacters(a, b, 5))
                .isCloseTo(golden.path("char_5").asDouble(), EXACT);
        assertThat(Jaccard.ofWords("", "!", 1)).isEqualTo(1);
        assertThat(Jaccard.ofWords("a", "", 1)).isZero();
    }
}
