package lethe.claims;

import java.util.Optional;
import java.util.stream.Stream;
import lethe.attacks.AttackResult;
import lethe.attacks.Comparison;
import lethe.attacks.Game;
import lethe.claims.Evidence.Subject;
import lethe.metrics.OperatingPoint;

/** What the audit's per-example attack, the first one that the plan lists, found of one method. */
record Attacked(Subject subject) {
    /** Its result in a game; empty if the plan has no such attack. */
    Optional<AttackResult> perExample(Game game) {
        return subject.findings().attacks().stream()
                .filter(result -> result.game() == game && result.perExample())
                .findFirst();
    }

    /** Its gain over the population attacks in a game. */
    Optional<Comparison> comparison(Game game) {
        return perExample(game)
                .flatMap(result -> subject.findings().comparisons().stream()
                        .filter(comparison -> comparison.game() == game)
                        .filter(comparison -> comparison.perExample().equals(result.attack()))
                        .findFirst());
    }

    /** Its operating point at the smallest false-positive rate that its negatives can show, else at the largest. */
    Optional<OperatingPoint> point(Game game) {
        return perExample(game).flatMap(result -> {
            Stream<OperatingPoint> reportable = result.points().stream().filter(OperatingPoint::reportable);
            return reportable
                    .min((a, b) -> Double.compare(a.fpr(), b.fpr()))
                    .or(() -> result.points().stream().max((a, b) -> Double.compare(a.fpr(), b.fpr())));
        });
    }

    /** Whether the interval of its area in the privacy game contains ½. */
    boolean atChance() {
        return perExample(Game.PRIVACY)
                .map(result -> !result.auc().excludes(0.5))
                .orElse(false);
    }

    /** Whether the interval of its area in the privacy game is above ½. */
    boolean aboveChance() {
        return perExample(Game.PRIVACY).map(result -> result.auc().low() > 0.5).orElse(false);
    }
}
