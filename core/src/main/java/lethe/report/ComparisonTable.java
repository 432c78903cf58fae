package lethe.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.Moment;
import lethe.experiments.Results.Run;
import lethe.metrics.Intervals;

/**
 * The table by which unlearning papers compare methods, in Markdown: accuracies, area and average gap to retraining as
 * mean ± standard deviation over models × forget sets, apart for methods that read the remaining data and those that do
 * without, best gap first.
 *
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>, tables 1 and 2
 */
public final class ComparisonTable {
    private ComparisonTable() {}

    /** Returns both tables and a line that says what was measured. */
    public static String of(Results results) {
        var text = new StringBuilder();
        text.append("## With the remaining data\n\n");
        table(text, results, true);
        if (results.methods().stream().anyMatch(method -> !readsRetain(method))) {
            text.append("\n## Without the remaining data\n\n");
            table(text, results, false);
        }
        legend(text, results);
        trajectories(text, results);
        furtherDistances(text, results);
        String attack = results.methods().stream()
                .map(method -> method.accuracy().gapAttack())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("none");
        text.append("\nMean ± standard deviation over ")
                .append(Numbers.count(results.design().worlds(), "model"))
                .append(" × ")
                .append(Numbers.count(results.design().forgetSets(), "forget set"))
                .append(" of ")
                .append(Numbers.count(results.design().forgetSize(), "example"))
                .append(". AUC: forgotten against never-seen examples under the unlearned model, attack `")
                .append(attack)
                .append(
                        "`, over models. Gap: mean absolute difference to retraining of the other four columns, run by ")
                .append("run. Epochs: expected work in epochs of the original's training, without searches. Plan `")
                .append(MarkdownTable.shortDigest(results.planDigest()))
                .append("`.\n");
        return text.toString();
    }

    /** Test accuracy and area after every epoch, one row a method. */
    private static void trajectories(StringBuilder text, Results results) {
        int epochs = results.methods().stream()
                .mapToInt(method -> method.trajectory().size())
                .max()
                .orElse(0);
        if (epochs == 0) {
            return;
        }
        text.append("\n## Epoch by epoch\n\nTest accuracy in per cent, then the AUC, after each epoch; of sequential ")
                .append("requests after each request, over the examples asked for so far.\n\n| Method |");
        for (int epoch = 1; epoch <= epochs; epoch++) {
            text.append(' ').append(epoch).append(" |");
        }
        text.append("\n|---|").append("--:|".repeat(epochs)).append('\n');
        for (MethodResult method : results.methods()) {
            if (!method.trajectory().isEmpty()) {
                text.append("| ").append(method.label()).append(" |");
                for (Moment moment : method.trajectory()) {
                    text.append(' ')
                            .append(Numbers.fixed(100 * moment.test().value(), 1))
                            .append(", ")
                            .append(Numbers.fixed(moment.auc().value(), 2))
                            .append(" |");
                }
                text.append(" |".repeat(epochs - method.trajectory().size())).append('\n');
            }
        }
    }

    /** What only some plans ask for. */
    private static void furtherDistances(StringBuilder text, Results results) {
        var table = new DistanceTable(results, new Headline(results));
        if (table.hasZeroRetrain()) {
            text.append(
                            "\n## Zero-retrain forgetting\n\n1 less the mean divergence, in bits, from untrained models on ")
                    .append("forgotten examples, with its 95 % interval; to be read against retrain.\n\n")
                    .append("| Method | ZRF |\n|---|--:|\n");
            for (DistanceTable.Row row : table.rows()) {
                text.append("| ").append(row.label());
                cell(text, row.zeroRetrain());
                text.append(" |\n");
            }
        }
        List<DistanceTable.Relearned> relearned = table.relearned();
        if (!relearned.isEmpty()) {
            text.append(
                            "\n## Relearning\n\nMedian number of steps until the forgotten examples are known again and its ")
                    .append(
                            "95 % interval; runs that were given up; share of runs that took fewer steps than retraining ")
                    .append("in the same world, as many counting half.\n\n")
                    .append("| Method | Steps | Given up | Sooner than retrain |\n|---|--:|--:|--:|\n");
            for (DistanceTable.Relearned row : relearned) {
                text.append("| ").append(row.label());
                cell(text, MarkdownTable.escape(row.steps()));
                cell(text, row.unfinished());
                cell(text, row.sooner());
                text.append(" |\n");
            }
        }
    }

    /** What tells methods of one name apart: the settings in which they differ from the first. */
    private static void legend(StringBuilder text, Results results) {
        Map<String, Map<String, Object>> first = new HashMap<>();
        List<String> lines = new ArrayList<>();
        for (MethodResult method : results.methods()) {
            Map<String, Object> settings = new TreeMap<>();
            flatten("", method.settings(), settings);
            Map<String, Object> base = first.putIfAbsent(method.name(), settings);
            if (base != null) {
                String differences = settings.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(base.get(entry.getKey())))
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
                lines.add("- `" + method.label() + "`: `" + method.name() + "` with " + differences);
            }
        }
        if (!lines.isEmpty()) {
            text.append('\n').append(String.join("\n", lines)).append('\n');
        }
    }

    private static void flatten(String prefix, Map<?, ?> tree, Map<String, Object> flat) {
        tree.forEach((key, value) -> {
            if (value instanceof Map<?, ?> branch) {
                flatten(prefix + key + ".", branch, flat);
            } else {
                flat.put(prefix + key, value);
            }
        });
    }

    private static void table(StringBuilder text, Results results, boolean withRetain) {
        text.append(
                        "| Method | Unlearn acc. | Retain acc. | Test acc. | AUC | Avg. gap | Epochs | Time | × retrain |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        List<MethodResult> controls =
                results.methods().stream().filter(Headline::isControl).toList();
        List<MethodResult> others = results.methods().stream()
                .filter(method -> !Headline.isControl(method) && readsRetain(method) == withRetain)
                .sorted((a, b) -> Double.compare(gap(a), gap(b)))
                .toList();
        controls.forEach(method -> row(text, method));
        others.forEach(method -> row(text, method));
    }

    /** Methods that diverged have no gap and come last. */
    private static double gap(MethodResult method) {
        double gap = method.accuracy().averageGap().value();
        return Double.isNaN(gap) ? Double.POSITIVE_INFINITY : gap;
    }

    private static boolean readsRetain(MethodResult method) {
        return Headline.isControl(method) || method.work().readsRetain();
    }

    private static void row(StringBuilder text, MethodResult method) {
        List<Run> runs = method.accuracy().runs();
        List<Run> firstSets = runs.stream().filter(run -> run.set() == 0).toList(); // the area is one a world
        text.append("| ").append(method.label());
        cell(text, percent(runs, Run::forget));
        cell(text, percent(runs, Run::retain));
        cell(text, percent(runs, Run::test));
        cell(text, spread(firstSets, Run::auc, 1, 3));
        cell(text, percent(runs, Run::gap));
        cell(text, Numbers.fixed(method.work().epochs(), 1));
        cell(text, Numbers.duration(method.accuracy().seconds().value()));
        cell(text, Headline.timesRetrain(method));
        text.append(" |\n");
    }

    private static String percent(List<Run> runs, ToDoubleFunction<Run> column) {
        return spread(runs, column, 100, 2);
    }

    private static String spread(List<Run> runs, ToDoubleFunction<Run> column, double scale, int digits) {
        double[] values = runs.stream()
                .mapToDouble(run -> scale * column.applyAsDouble(run))
                .toArray();
        if (values.length == 0 || Double.isNaN(values[0])) {
            return Numbers.NOT_AVAILABLE;
        }
        String mean = Numbers.fixed(Intervals.mean(values), digits);
        return values.length == 1 ? mean : mean + " ± " + Numbers.fixed(Math.sqrt(Intervals.variance(values)), digits);
    }

    private static void cell(StringBuilder text, String content) {
        text.append(" | ").append(content);
    }
}
