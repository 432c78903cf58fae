package lethe.experiments;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import lethe.attacks.Game;
import lethe.attacks.Pilot;
import lethe.attacks.WorldSignals;
import lethe.metrics.CrossedVariance;

/** Foretells from a finished run how many worlds intervals of a wanted width need. */
final class PowerAnalysis {
    private final FinishedRun finished;
    private final Setting setting;
    private final AttackSignals signals;

    PowerAnalysis(FinishedRun finished) {
        this.finished = finished;
        this.setting = finished.setting();
        this.signals = new AttackSignals(finished);
    }

    /** Of every method that did not diverge. */
    Power power(double halfWidth) {
        if (finished.stoppedEarly()) {
            throw new IllegalArgumentException(finished.directory().root() + " was stopped after "
                    + finished.worlds().size()
                    + " worlds by audit.anytime, but power is learned from all worlds of a plan; run the plan without"
                    + " audit.anytime, which goes on from here");
        }
        int worlds = finished.worlds().size();
        int pool = setting.pool().length;
        List<Power.Row> rows = new ArrayList<>();
        setting.plan().labelled().forEach((label, method) -> {
            if (!finished.diverged(label, method)) {
                WorldSignals[] read = signals.natural(signals.signals(label, method));
                rows.add(powerRow(label, Game.PRIVACY, "", "AUC of one example", Pilot.ofExample(read[0]), halfWidth));
                for (Pilot pilot : Pilot.of(finished.audit(), read)) {
                    rows.add(powerRow(label, pilot.game(), pilot.attack(), "AUC", pilot.auc(), halfWidth));
                    pilot.tpr()
                            .forEach((fpr, variance) -> rows.add(powerRow(
                                    label, pilot.game(), pilot.attack(), "TPR@" + percent(fpr), variance, halfWidth)));
                }
            }
        });
        return new Power(worlds, pool, halfWidth, rows);
    }

    private Power.Row powerRow(
            String label, Game game, String attack, String statistic, CrossedVariance variance, double halfWidth) {
        int pool = setting.pool().length;
        return new Power.Row(
                label,
                game,
                attack,
                statistic,
                variance.halfWidth(finished.worlds().size(), pool),
                variance.worldsFor(halfWidth, pool));
    }

    /** Without trailing zeros. */
    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }
}
