package lethe.experiments;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;

/**
 * The rule behind a verdict, fixed before anything is measured: in the efficacy and the privacy game, the per-example
 * attack's area is compared with what the same attack reaches after exact retraining in the same worlds. Intervals that
 * do not overlap distinguish; that is stricter than a test of the difference at the same level.
 */
final class Verdicts {
    /** With fewer worlds the reference distributions have fewer than three values a side. */
    private static final int FEWEST_WORLDS = 8;

    /** An interval of the area wider than this on either side could hide what it is meant to find. */
    private static final double WIDEST_HALF = 0.05;

    private Verdicts() {}

    static Verdict of(String failure, Audit.Findings method, Audit.Findings floor, int worlds) {
        if (!failure.isEmpty()) {
            return new Verdict.Inconclusive("The method " + failure);
        }
        if (worlds < FEWEST_WORLDS) {
            return new Verdict.Inconclusive("The audit has " + worlds + " worlds; it takes at least " + FEWEST_WORLDS
                    + " to estimate what each example looks like in and out of the training set");
        }
        if (floor.attacks().isEmpty()) {
            return new Verdict.Inconclusive("Exact retraining diverged, so there is nothing to compare with");
        }
        List<Gap> gaps = Stream.of(Game.EFFICACY, Game.PRIVACY)
                .flatMap(game -> gaps(game, method, floor))
                .toList();
        if (gaps.isEmpty()) {
            return new Verdict.Inconclusive("The plan names no per-example attack");
        }
        if (gaps.stream().anyMatch(gap -> Double.isNaN(gap.margin()))) {
            return new Verdict.Inconclusive("An area under the curve is not a number");
        }
        Gap gap = gaps.stream().max(Comparator.comparingDouble(Gap::margin)).orElseThrow();
        if (gap.margin() > 0) {
            return overshoots(method.vulnerability())
                    ? new Verdict.OverUnlearned(
                            gap.method().auc(),
                            gap.floor().auc(),
                            gap.sentence() + " Forgotten examples look less like members than examples never seen.")
                    : new Verdict.Distinguishable(
                            gap.method().auc(), gap.floor().auc(), gap.sentence());
        }
        // Not only of the widest gap: a game too noisy to find anything must not hide behind a precise one.
        double half = gaps.stream().mapToDouble(Gap::halfWidth).max().orElseThrow();
        return half > WIDEST_HALF
                ? new Verdict.Inconclusive(gap.sentence()
                        + String.format(
                                Locale.ROOT, " The intervals reach ±%.3f; more worlds would narrow them.", half))
                : new Verdict.Indistinguishable(gap.sentence());
    }

    /** The same of an audit that was stopped early: the areas have no interval of their own, their difference has. */
    static Verdict of(String failure, Results.AnytimeSummary anytime, String label) {
        if (!failure.isEmpty()) {
            return new Verdict.Inconclusive("The method " + failure);
        }
        Optional<Results.Standing> found = anytime.standings().stream()
                .filter(standing -> standing.label().equals(label))
                .findFirst();
        if (found.isEmpty()) {
            return new Verdict.Indistinguishable("This is exact retraining, which the methods were compared with.");
        }
        Results.Standing standing = found.get();
        String sentence = String.format(
                Locale.ROOT,
                "After %d of %d planned worlds the per-example attack reaches an area in the privacy game (G2) that"
                        + " differs by %.3f [%.3f, %.3f] from that after exact retraining; %.3f were tolerated.",
                standing.worlds(),
                anytime.planned(),
                standing.advantage().value(),
                standing.advantage().low(),
                standing.advantage().high(),
                anytime.margin());
        Estimate auc = new Estimate(standing.auc(), Double.NaN, Double.NaN);
        Estimate floor = new Estimate(standing.retrainAuc(), Double.NaN, Double.NaN);
        return switch (standing.decision()) {
            case LEAKS -> new Verdict.Distinguishable(auc, floor, sentence);
            case OVERSHOOTS ->
                new Verdict.OverUnlearned(
                        auc, floor, sentence + " Forgotten examples look less like members than examples never seen.");
            case WITHIN_MARGIN ->
                new Verdict.Indistinguishable(
                        sentence + " With more worlds as references the attack would be stronger.");
            case UNDECIDED -> new Verdict.Inconclusive(sentence + " More worlds would narrow this.");
        };
    }

    private static Stream<Gap> gaps(Game game, Audit.Findings method, Audit.Findings floor) {
        return method.attacks().stream()
                .filter(result -> result.game() == game && result.perExample())
                .flatMap(result -> floor.attacks().stream()
                        .filter(other -> other.game() == game && other.attack().equals(result.attack()))
                        .map(other -> new Gap(result, other)));
    }

    /** Whether the mean area of an example is below ½ by more than two standard errors over examples. */
    private static boolean overshoots(List<ExampleVulnerability> vulnerability) {
        double[] areas =
                vulnerability.stream().mapToDouble(ExampleVulnerability::after).toArray();
        if (areas.length < 2) {
            return false;
        }
        double error = Math.sqrt(Intervals.variance(areas) / areas.length);
        return Intervals.mean(areas) + 2 * error < 0.5;
    }

    /** One attack on the method and on exact retraining. */
    private record Gap(AttackResult method, AttackResult floor) {
        /** How far apart the intervals are; negative where they overlap. Whoever reads scores backwards sees the rest. */
        double margin() {
            return Math.max(
                    method.auc().low() - floor.auc().high(),
                    floor.auc().low() - method.auc().high());
        }

        double halfWidth() {
            return Math.max(
                            method.auc().high() - method.auc().low(),
                            floor.auc().high() - floor.auc().low())
                    / 2;
        }

        String sentence() {
            return String.format(
                    Locale.ROOT,
                    "In the %s game the per-example attack reaches an area of %.3f [%.3f, %.3f], against %.3f [%.3f,"
                            + " %.3f] after exact retraining.",
                    method.game() == Game.PRIVACY ? "privacy (G2)" : "efficacy (G1)",
                    method.auc().value(),
                    method.auc().low(),
                    method.auc().high(),
                    floor.auc().value(),
                    floor.auc().low(),
                    floor.auc().high());
        }
    }
}
