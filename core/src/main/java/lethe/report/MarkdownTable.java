package lethe.report;

import lethe.attacks.Game;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;

/** The table of methods in Markdown, for documents that quote a run. */
public final class MarkdownTable {
    private MarkdownTable() {}

    /** Returns the table with a line under it that says what was measured and how often. */
    public static String of(Results results) {
        var headline = new Headline(results);
        var text = new StringBuilder();
        text.append(
                        "| Method | Forget acc. | Retain acc. | Test acc. | Avg. gap | AUC, population | AUC, per example | ")
                .append("TPR at FPR ")
                .append(Numbers.rate(headline.fpr()))
                .append(" | Time | × retrain | Verdict |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
        for (MethodResult method : results.methods()) {
            var privacy = headline.attack(method, Game.PRIVACY);
            text.append("| ").append(escape(method.label()));
            cell(text, Numbers.percent(method.accuracy().forget()));
            cell(text, Numbers.percent(method.accuracy().retain()));
            cell(text, Numbers.percent(method.accuracy().test()));
            cell(text, Numbers.percent(method.accuracy().averageGap()));
            cell(text, Headline.auc(headline.population(method, Game.PRIVACY)));
            cell(text, Headline.auc(privacy));
            cell(text, Headline.tpr(privacy, headline.fpr()));
            cell(text, Numbers.duration(method.accuracy().seconds().value()));
            cell(text, Headline.timesRetrain(method));
            cell(text, method.verdict().words());
            text.append(" |\n");
        }
        text.append('\n')
                .append("Data `")
                .append(results.data().name())
                .append("`, ")
                .append(Numbers.count(results.design().worlds(), "world"))
                .append(" with ")
                .append(Numbers.count(results.design().forgetSets(), "forget set"))
                .append(" of ")
                .append(Numbers.count(results.design().forgetSize(), "example"))
                .append(
                        " each. AUC and TPR: forgotten against never-seen examples under the unlearned model (game G2), ")
                .append("per-example attack `")
                .append(headline.attack())
                .append("`. Brackets: 95 % intervals over worlds. Plan `")
                .append(shortDigest(results.planDigest()))
                .append("`.\n");
        return text.toString();
    }

    static String shortDigest(String digest) {
        return digest.length() > 12 ? digest.substring(0, 12) : digest;
    }

    private static void cell(StringBuilder text, String content) {
        text.append(" | ").append(escape(content));
    }

    static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\s+", " ");
    }
}
