package lethe.report;

import java.nio.file.Path;
import java.util.List;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.ExampleVulnerability;
import lethe.experiments.Results;
import lethe.experiments.Results.Confidences;
import lethe.experiments.Results.Distance;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.Moment;
import lethe.experiments.Results.Run;
import lethe.experiments.Results.Standing;
import lethe.experiments.Writing;
import lethe.metrics.Estimate;
import lethe.metrics.ModelUtility;
import lethe.metrics.OperatingPoint;
import lethe.metrics.RocCurve;

/**
 * Every number of the results in long form, one row a number, as RFC 4180 describes.
 *
 * <p>The column {@code at} says what a number belongs to where a metric has several: the admissible false-positive rate
 * of an operating point, the false-positive rate of a vertex, the position of a world, the id of an example, the lower
 * edge of a histogram bin. A number that must not be reported has an empty {@code value} and a {@code note}.
 */
public final class ResultsCsv {
    private static final String HEADER =
            "method,label,game,attack,scope,signal,metric,at,value,low,high,n_pos,n_neg,note";

    private final StringBuilder text = new StringBuilder(HEADER).append("\r\n");
    private final Results results;

    private ResultsCsv(Results results) {
        this.results = results;
    }

    /** Returns the table with its header. */
    public static String of(Results results) {
        var csv = new ResultsCsv(results);
        results.methods().forEach(csv::method);
        return csv.text.toString();
    }

    /** Writes the table, replacing {@code file} in one step. */
    public static void write(Results results, Path file) {
        TextFile.write(file, of(results));
    }

    private void method(MethodResult method) {
        var row = new Row(method, "", "", "", "", "", "");
        row.put("verdict", "", "", method.verdict().words());
        row.put("forget_accuracy", method.accuracy().forget());
        row.put("retain_accuracy", method.accuracy().retain());
        row.put("test_accuracy", method.accuracy().test());
        row.put("average_gap", method.accuracy().averageGap());
        row.put("seconds", method.accuracy().seconds());
        row.put("retrain_seconds", "", method.accuracy().retrainSeconds());
        row.put("epochs", "", method.work().epochs());
        for (Run run : method.accuracy().runs()) {
            String at = run.world() + "/" + run.set();
            row.put("run_forget_accuracy", at, run.forget());
            row.put("run_retain_accuracy", at, run.retain());
            row.put("run_test_accuracy", at, run.test());
            row.put("run_average_gap", at, run.gap());
        }
        for (Moment moment : method.trajectory()) {
            String at = Integer.toString(moment.epoch());
            row.put("epoch_forget_accuracy", at, moment.forget());
            row.put("epoch_retain_accuracy", at, moment.retain());
            row.put("epoch_test_accuracy", at, moment.test());
            row.put("epoch_auc", at, moment.auc());
        }
        row.put("deployed_forget_accuracy", "", method.deployed().forgetAccuracy());
        row.put("deployed_retain_accuracy", "", method.deployed().retainAccuracy());
        row.put("deployed_test_accuracy", "", method.deployed().testAccuracy());
        row.put("deployed_seconds", "", method.deployed().seconds());
        method.writing().ifPresent(writing -> writing(row, writing));
        method.distance().ifPresent(distance -> distance(row, distance));
        results.anytime().stream()
                .flatMap(anytime -> anytime.standings().stream())
                .filter(standing -> standing.label().equals(method.label()))
                .forEach(standing -> standing(row, standing));
        method.attacks().forEach(attack -> attack(method, attack, ""));
        method.canaries().forEach(attack -> attack(method, attack, " canaries"));
        method.comparisons().forEach(comparison -> comparison(method, comparison));
        confidences(row, method.confidences());
        method.vulnerability().forEach(example -> example(method, example));
    }

    private void distance(Row row, Distance distance) {
        row.put("forget_divergence", distance.forgetDivergence());
        row.put("test_divergence", distance.testDivergence());
        row.put("forget_activation_distance", distance.forgetActivation());
        row.put("test_activation_distance", distance.testActivation());
        distance.zeroRetrain().ifPresent(forgetting -> row.put("zero_retrain_forgetting", forgetting));
        distance.relearning().ifPresent(relearning -> {
            row.put("relearn_steps", relearning.steps());
            row.put("relearn_budget", "", relearning.budget());
            row.put("relearn_runs", "", relearning.runs());
            row.put("relearn_unfinished", "", relearning.unfinished());
            row.put("relearn_loss", "", relearning.loss());
            row.put("relearned_sooner_than_retrained", relearning.sooner());
        });
        distance.quality().ifPresent(quality -> {
            row.put("forgetting_quality", "", quality.score());
            row.put("forgetting_quality_floor", "", quality.floor());
            row.put("forgetting_quality_split", "", quality.split());
            row.put("forgetting_quality_with_utility", "", distance.qualityWithUtility());
            for (int k = 0; k < distance.examples().size(); k++) {
                String id = results.examples().get(distance.examples().get(k)).id();
                row.put("epsilon", id, quality.epsilons().get(k));
            }
        });
    }

    private static void writing(Row row, Writing writing) {
        row.put("deployed_extraction_rate", "", writing.extractionRate());
        parts(row, "rouge_l_recall", writing.recall());
        parts(row, "perplexity", writing.perplexity());
        writing.knowledge().ifPresent(knowledge -> knowledge(row, knowledge));
        row.put("muse_verbmem", "", writing.muse().verbMem());
        row.put("muse_forget_knowmem", "", writing.muse().forgetKnowMem());
        row.put("muse_retain_knowmem", "", writing.muse().retainKnowMem());
        row.put("muse_min_k_auc", "", writing.muse().auc());
        row.put("muse_privleak_percent", "", writing.muse().privLeak());
        row.put("extraction_likelihood", "", writing.extractionLikelihood());
    }

    private static void parts(Row row, String metric, Writing.Parts parts) {
        row.put("deployed_forget_" + metric, "", parts.forget());
        row.put("deployed_retain_" + metric, "", parts.retain());
        row.put("deployed_test_" + metric, "", parts.test());
    }

    private static void knowledge(Row row, Writing.Knowledge knowledge) {
        row.put("forget_questions", "", knowledge.questions());
        row.put("forget_answer_probability", "", knowledge.probability());
        row.put("forget_answer_rouge_l_recall", "", knowledge.rouge());
        row.put("forget_truth_ratio_geometric", "", knowledge.geometricTruthRatio());
        row.put("forget_truth_ratio_arithmetic", "", knowledge.arithmeticTruthRatio());
        row.put("model_utility", "", knowledge.modelUtility());
        utility(row, "retain", knowledge.utility().retain());
        utility(row, "real_authors", knowledge.utility().realAuthors());
        utility(row, "world_facts", knowledge.utility().worldFacts());
        knowledge.forgetQuality().ifPresent(test -> {
            row.put("forget_quality", "", test.pValue());
            row.put("forget_quality_log10", "", test.log10PValue());
            row.put("forget_quality_statistic", "", test.statistic());
        });
    }

    private static void utility(Row row, String about, ModelUtility.Part part) {
        row.put("utility_probability", about, part.probability());
        row.put("utility_rouge_l_recall", about, part.rouge());
        row.put("utility_truth_ratio", about, part.truthRatio());
    }

    private static void standing(Row row, Standing standing) {
        row.put("anytime_decision", "", "", standing.decision().name());
        row.put("anytime_worlds", "", standing.worlds());
        row.put("anytime_advantage", standing.advantage());
        for (int w = 0; w < standing.advantages().size(); w++) {
            int world = standing.worlds() - standing.advantages().size() + w;
            row.put(
                    "world_advantage",
                    Integer.toString(world),
                    standing.advantages().get(w));
        }
    }

    private void attack(MethodResult method, AttackResult attack, String examples) {
        var row = new Row(
                method,
                attack.game().code(),
                attack.attack(),
                (attack.perExample() ? "per-example" : "population") + examples,
                attack.signal(),
                Long.toString(attack.positives()),
                Long.toString(attack.negatives()));
        row.put("auc", attack.auc());
        row.put("balanced_accuracy", attack.balancedAccuracy());
        row.put("shadows_per_class", "", attack.shadowsPerClass());
        row.put("access", "", "", attack.access().words());
        row.put("queries", "", attack.access().queries());
        for (OperatingPoint point : attack.points()) {
            String at = number(point.fpr());
            if (point.reportable()) {
                row.put("tpr", at, point.tpr());
            } else {
                row.put("tpr", at, "", "not reportable, needs " + point.negativesNeeded() + " negatives");
            }
            row.put("realised_fpr", at, point.realisedFpr());
            row.put("realised_fpr_high", at, point.realisedFprHigh());
            row.put("false_positives", at, point.falsePositives());
        }
        for (int world = 0; world < attack.worldAucs().size(); world++) {
            row.put("world_auc", Integer.toString(world), attack.worldAucs().get(world));
        }
        RocCurve roc = attack.roc();
        for (int i = 0; i < roc.fpr().size(); i++) {
            row.put(
                    "roc_tpr",
                    number(roc.fpr().get(i)),
                    new Estimate(roc.tpr().get(i), roc.low().get(i), roc.high().get(i)));
        }
    }

    private void comparison(MethodResult method, Comparison comparison) {
        String attacks = comparison.perExample() + " minus " + comparison.population();
        var row = new Row(method, comparison.game().code(), attacks, "comparison", "", "", "");
        row.put("delta_auc", comparison.deltaAuc());
        row.put("delta_tpr", number(comparison.fpr()), comparison.deltaTpr());
    }

    private void confidences(Row row, Confidences confidences) {
        histogram(row, "confidence_forget_before", confidences.forgetBefore());
        histogram(row, "confidence_retain_before", confidences.retainBefore());
        histogram(row, "confidence_test_before", confidences.testBefore());
        histogram(row, "confidence_forget_after", confidences.forgetAfter());
        histogram(row, "confidence_retain_after", confidences.retainAfter());
        histogram(row, "confidence_test_after", confidences.testAfter());
    }

    private static void histogram(Row row, String metric, List<Integer> counts) {
        for (int bin = 0; bin < counts.size(); bin++) {
            row.put(metric, number((double) bin / counts.size()), counts.get(bin));
        }
    }

    private void example(MethodResult method, ExampleVulnerability example) {
        String pairs = Integer.toString(example.pairs());
        var row = new Row(method, "", "", "example", "", pairs, pairs);
        String id = results.examples().get(example.example()).id();
        row.put("vulnerability_before", id, example.before());
        row.put("vulnerability_after", id, example.after());
        row.put("vulnerability_retained_after", id, example.retainedAfter());
        row.put("memorisation", id, example.memorisation());
    }

    /** The columns that the numbers of one attack or one method share. */
    private final class Row {
        private final List<String> left;
        private final List<String> counts;

        Row(
                MethodResult method,
                String game,
                String attack,
                String scope,
                String signal,
                String positives,
                String negatives) {
            this.left = List.of(method.name(), method.label(), game, attack, scope, signal);
            this.counts = List.of(positives, negatives);
        }

        void put(String metric, Estimate estimate) {
            put(metric, "", estimate);
        }

        void put(String metric, String at, Estimate estimate) {
            write(metric, at, number(estimate.value()), number(estimate.low()), number(estimate.high()), "");
        }

        void put(String metric, String at, double value) {
            write(metric, at, number(value), "", "", "");
        }

        void put(String metric, String at, long value) {
            write(metric, at, Long.toString(value), "", "", "");
        }

        void put(String metric, String at, String value, String note) {
            write(metric, at, value, "", "", note);
        }

        private void write(String metric, String at, String value, String low, String high, String note) {
            left.forEach(cell -> text.append(quote(cell)).append(','));
            List.of(metric, at, value, low, high)
                    .forEach(cell -> text.append(quote(cell)).append(','));
            counts.forEach(cell -> text.append(cell).append(','));
            text.append(quote(note)).append("\r\n");
        }
    }

    /** The shortest text that reads back as the same double; whole numbers without a point. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String quote(String cell) {
        return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }
}
