package lethe.experiments;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.ExampleVulnerability;
import lethe.attacks.Game;

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
        Optional<Gap> widest = List.of(Game.EFFICACY, Game.PRIVACY).stream()
                .flatMap(game -> gap(game, method, floor).stream())
                .max(Comparator.comparingDouble(Gap::margin));
        if (widest.isEmpty()) {
            return new Verdict.Inconclusive("The plan names no per-example attack");
        }
        Gap gap = widest.get();
        if (gap.margin() > 0) {
            double overshoot = method.vulnerability().stream()
                    .mapToDouble(ExampleVulnerability::after)
                    .average()
                    .orElse(0.5);
            return overshoot < 0.5
                    ? new Verdict.OverUnlearned(
                            gap.method().auc(),
                            gap.floor().auc(),
                            gap.sentence() + " Forgotten examples look less like members than examples never seen.")
                    : new Verdict.Distinguishable(
                            gap.method().auc(), gap.floor().auc(), gap.sentence());
        }
        double half = Math.max(halfWidth(gap.method()), halfWidth(gap.floor()));
        return half > WIDEST_HALF
                ? new Verdict.Inconclusive(gap.sentence()
                        + String.format(
                                Locale.ROOT, " The intervals reach ±%.3f; more worlds would narrow them.", half))
                : new Verdict.Indistinguishable(gap.sentence());
    }

    private static Optional<Gap> gap(Game game, Audit.Findings method, Audit.Findings floor) {
        return method.attacks().stream()
                .filter(result -> result.game() == game && result.perExample())
                .flatMap(result -> floor.attacks().stream()
                        .filter(other -> other.game() == game && other.attack().equals(result.attack()))
                        .map(other -> new Gap(result, other)))
                .max(Comparator.comparingDouble(Gap::margin));
    }

    private static double halfWidth(AttackResult result) {
        return (result.auc().high() - result.auc().low()) / 2;
    }

    /** One attack on the method and on exact retraining. */
    private record Gap(AttackResult method, AttackResult floor) {
        /** How far apart the intervals are; negative where they overlap. */
        double margin() {
            return method.auc().low() - floor.auc().high();
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
