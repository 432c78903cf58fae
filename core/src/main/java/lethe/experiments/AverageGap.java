package lethe.experiments;

import java.util.List;
import java.util.Optional;
import lethe.attacks.Attack;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.Rmia;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Snapshots;
import lethe.attacks.WorldSignals;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.metrics.WorldAreas;

/** How far a method is from retraining on average, in three accuracies and in the area of one attack. */
final class AverageGap {
    private final FinishedRun finished;
    private final Setting setting;
    private final AttackSignals signals;
    private final List<Attack> attacks;

    AverageGap(FinishedRun finished, AttackSignals signals) {
        this.finished = finished;
        this.setting = finished.setting();
        this.signals = signals;
        this.attacks = setting.plan().audit().attacks();
    }

    /** Of one run, by its number among all of a method, to the retraining of the same world and forget set. */
    static double gap(Measured measured, Measured floor, int run, int world) {
        double sum = 0;
        for (int kind = 0; kind < 3; kind++) {
            sum += Math.abs(measured.runs().get(run)[kind] - floor.runs().get(run)[kind]);
        }
        if (measured.gapAreas().isEmpty()) {
            return sum / 3;
        }
        double area = measured.gapAreas().get().worlds().get(world).area();
        double retrained = floor.gapAreas().orElseThrow().worlds().get(world).area();
        return (sum + Math.abs(area - retrained)) / 4;
    }

    /**
     * Over worlds.
     *
     * @param gaps the mean of each world
     */
    static Estimate mean(Measured measured, Measured floor, double[] gaps) {
        return measured.gapAreas()
                .map(areas -> areas.gap(floor.gapAreas().orElseThrow(), gaps, 1.0 / 4))
                .orElseGet(() -> Intervals.ofMean(gaps));
    }

    /** The attack whose area enters the gap. */
    private Optional<Attack> attack() {
        return attacks.stream()
                .filter(Rmia.class::isInstance)
                .findFirst()
                .or(() -> attacks.stream()
                        .filter(attack -> !attack.perExample() && attack.snapshots() == Snapshots.AFTER)
                        .findFirst());
    }

    /** What it found in the privacy game. */
    Optional<AttackResult> found(Audit.Findings findings) {
        // Results of one game follow the order of the attacks that play it.
        List<Attack> players = attacks.stream()
                .filter(attack -> attack.snapshots() == Game.PRIVACY.snapshots())
                .toList();
        List<AttackResult> played = findings.attacks().stream()
                .filter(result -> result.game() == Game.PRIVACY)
                .toList();
        return attack().map(attack -> played.get(players.indexOf(attack)));
    }

    /** Its area in each world in the privacy game, by the signals of the natural examples that it reads among these. */
    Optional<WorldAreas> areas(WorldSignals[] natural) {
        return attack().map(attack -> areas(attack, List.of(natural), (example, world) -> true));
    }

    /**
     * The area of the attack that enters the gap, for other models than those at the end.
     *
     * @param asked (T × n) of the members, those that count
     */
    Estimate area(Distances.Models models, boolean[][] asked) {
        Optional<Attack> attack = attack();
        if (attack.isEmpty() || finished.stoppedEarly()) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN);
        }
        List<WorldSignals> read = attack.get().signals().stream()
                .map(signal -> setting.natural(signals.read(signal, models)))
                .toList();
        ShadowDesign design = read.get(0).design();
        return areas(
                        attack.get(),
                        read,
                        (example, world) ->
                                !design.isMember(world, example) || asked[world][setting.natural()[example]])
                .mean();
    }

    private static WorldAreas areas(Attack attack, List<WorldSignals> signals, Audit.Cells counted) {
        Observations observations = Game.PRIVACY
                .observe(attack.signals().stream()
                        .flatMap(read -> signals.stream().filter(signal -> signal.signal() == read))
                        .toList())
                .orElseThrow();
        return Audit.worldAreas(observations, attack.score(observations), counted);
    }
}
