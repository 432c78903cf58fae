package lethe.scores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lethe.attacks.Attack;
import lethe.attacks.AttackResult;
import lethe.attacks.Audit;
import lethe.attacks.MultiQuery;
import lethe.attacks.OneModel;
import lethe.attacks.Rmia;
import lethe.attacks.Signal;
import lethe.catalog.Catalog;
import lethe.metrics.Estimate;
import lethe.metrics.Intervals;
import lethe.metrics.OperatingPoint;

/**
 * Plays with given numbers every game and attack that they allow, and lists the others with what they lack.
 *
 * <p>Where each example is a member in half of several worlds, every attack is played across worlds. Otherwise population
 * attacks are played within each model; with several worlds the result is their mean.
 *
 * @param attacks the attacks, in the order of results
 * @param fprs false-positive rates at which true-positive rates are reported
 * @param replicates bootstrap replicates of intervals across worlds
 * @param seed of the bootstrap, of folds and of whatever is left out at random
 */
public record ScoresAudit(List<Attack> attacks, List<Double> fprs, int replicates, long seed) {
    /** The fewest balanced examples: fewer leave the pooled curve to chance. */
    private static final int FEWEST_EXAMPLES = 20;

    private static final String EVERY = "every attack";

    public ScoresAudit {
        attacks = List.copyOf(attacks);
        fprs = List.copyOf(fprs);
        for (double fpr : fprs) {
            if (!(fpr > 0 && fpr < 1)) {
                throw new IllegalArgumentException(
                        "A false-positive rate to report at lies between 0 and 1, but is " + fpr);
            }
        }
    }

    /** Every attack of the catalogue at its defaults. */
    public ScoresAudit(List<Double> fprs, long seed) {
        this(List.copyOf(Catalog.of(Attack.class).all().values()), fprs, 1000, seed);
    }

    /** The signals that the attacks read and a table should be read for. */
    public Set<Signal> signals() {
        return attacks.stream().flatMap(attack -> attack.signals().stream()).collect(Collectors.toSet());
    }

    /** Audits the numbers that were read from {@code source}. */
    public ScoresResults run(String source, ScoreSheet sheet) {
        return new Play(sheet).results(source);
    }

    /** One audit while it is played. */
    private final class Play {
        private final ScoreSheet sheet;
        private final int worlds;
        private final List<ScoresResults.Played> played = new ArrayList<>();
        private final Map<List<String>, List<String>> refused = new LinkedHashMap<>(); // games by (attack, reason)
        private final List<String> notes = new ArrayList<>();

        Play(ScoreSheet sheet) {
            this.sheet = sheet;
            this.worlds = sheet.worlds().size();
        }

        ScoresResults results(String source) {
            notes.addAll(sheet.notes());
            for (Contest contest : Contest.values()) {
                for (ModelKind model : contest.models) {
                    play(contest, model);
                }
            }
            if (played.stream().anyMatch(each -> each.basis() == ScoresResults.Basis.EXAMPLES)) {
                notes.add(
                        "Intervals hold within this very model: areas by DeLong, rates by exact binomial limits at the"
                                + " threshold found. Another training with another seed may differ by more.");
            }
            List<String> learnt = played.stream()
                    .filter(ScoresResults.Played::inHalves)
                    .map(ScoresResults.Played::attack)
                    .distinct()
                    .toList();
            if (!learnt.isEmpty()) {
                notes.add(
                        "Taught on one half of a model's examples and judged on the other, both ways, with the mean of"
                                + " both intervals, which are wider for it: "
                                + String.join(", ", learnt)
                                + ". The others learn nothing and judge all examples at once.");
            }
            if (played.stream().anyMatch(each -> each.role().equals("control"))) {
                notes.add(
                        "Outside G1 and G2 exact removal is not at chance, so the retrained model is a control there, no"
                                + " floor: compare the audited model with it. The original shows what was so before.");
            }
            if (!sheet.has(ModelKind.RETRAINED)) {
                notes.add("No retrained model, so no floor: without it nobody can say which area is good.");
            }
            notes.add(Math.toIntExact(played.stream()
                            .map(ScoresResults.Played::attack)
                            .distinct()
                            .count()) + " attacks were tried; the best of several looks better than it is.");
            List<ScoresResults.Refused> reasons = refused.entrySet().stream()
                    .map(each -> new ScoresResults.Refused(
                            each.getValue(), each.getKey().get(0), each.getKey().get(1)))
                    .toList();
            return new ScoresResults(
                    source,
                    sheet.given(),
                    sheet.examples(),
                    worlds,
                    Arrays.stream(ModelKind.values()).filter(sheet::has).toList(),
                    fprs,
                    played,
                    reasons,
                    new ScoreMeasures(sheet).all(),
                    notes);
        }

        private void refuse(Contest contest, String attack, String reason) {
            List<String> games = refused.computeIfAbsent(List.of(attack, reason), key -> new ArrayList<>());
            if (!games.contains(contest.code)) {
                games.add(contest.code);
            }
        }

        private void play(Contest contest, ModelKind model) {
            boolean audited = model == contest.models.get(0);
            if (worlds > 1 && acrossWorlds(contest, model, audited)) {
                return;
            }
            List<Sides> sides = new ArrayList<>();
            for (int w = 0; w < worlds; w++) {
                int[] positives = contest.positives(sheet, w, model);
                int[] negatives = contest.negatives(sheet, w, model);
                if (Math.min(positives.length, negatives.length) < OneModel.FEWEST) {
                    if (audited) {
                        refuse(contest, EVERY, lacking(contest, model, w, positives.length, negatives.length));
                    }
                    return;
                }
                sides.add(matched(contest, model, w, positives, negatives));
            }
            for (Attack attack : playing(contest)) {
                String reason = reasonWithinModel(attack);
                if (reason.isEmpty()) {
                    withinModels(contest, model, attack, sides);
                } else if (audited) {
                    refuse(contest, attack.name(), reason);
                }
            }
        }

        /** The attacks that are shown what the game shows. */
        private List<Attack> playing(Contest contest) {
            return attacks.stream()
                    .filter(attack -> attack.snapshots() == contest.game.snapshots())
                    .toList();
        }

        // ------------------------------------------------------------ across worlds

        private boolean acrossWorlds(Contest contest, ModelKind model, boolean audited) {
            ModelKind reference = model;
            if (contest.paired()) {
                if (model == ModelKind.ORIGINAL) {
                    return false; // the same as the classic game wherever the original stands for the retrained model
                }
                reference = sheet.has(ModelKind.RETRAINED) ? ModelKind.RETRAINED : ModelKind.ORIGINAL;
            }
            if (!sheet.has(model) || !sheet.has(reference) || contest.readsBoth() && !sheet.has(ModelKind.ORIGINAL)) {
                return false;
            }
            BalancedCells cells = BalancedCells.of(sheet, contest, model, reference);
            if (cells.examples().size() < FEWEST_EXAMPLES) {
                if (audited) {
                    String reason = "Judging each example by itself takes examples that are "
                            + contest.sides.substring(0, contest.sides.indexOf(" /"))
                            + " in half of the worlds and "
                            + (contest.negativesWere() == Membership.TEST ? "never seen" : "retained")
                            + " in the other half, and " + FEWEST_EXAMPLES + " of them; of " + sheet.examples() + ", "
                            + cells.inWorlds() + " are one or the other in every world and "
                            + cells.examples().size() + " in halves.";
                    playing(contest).stream()
                            .filter(Attack::perExample)
                            .forEach(attack -> refuse(contest, attack.name(), reason));
                }
                return false;
            }
            if (audited
                    && (cells.examples().size() < sheet.examples()
                            || cells.worlds().size() < worlds)) {
                note(contest.code + " across worlds uses " + cells.examples().size() + " of " + sheet.examples()
                        + " examples and " + cells.worlds().size() + " of " + worlds
                        + " worlds: those in which each example is positive in exactly half, since unequal numbers of"
                        + " references would betray the label.");
            }
            if (contest.paired() && reference == ModelKind.ORIGINAL) {
                note("In G1 original models that never saw an example stand for retrained ones, which were not given;"
                        + " they learned from a few examples more.");
            }
            var audit = new Audit(attacks, fprs, replicates, seed);
            for (Attack attack : playing(contest)) {
                String reason = reasonAcrossWorlds(attack, cells.worlds().size());
                if (reason.isEmpty()) {
                    AttackResult result =
                            audit.play(attack, cells.observe(sheet, contest, model, reference, attack.signals()));
                    played.add(new ScoresResults.Played(
                            contest.code,
                            contest.sides,
                            model,
                            contest.role(model),
                            attack.name(),
                            attack.perExample(),
                            false,
                            label(contest, attack),
                            result.auc(),
                            result.points(),
                            result.positives(),
                            result.negatives(),
                            ScoresResults.Basis.WORLDS_AND_EXAMPLES));
                } else if (audited) {
                    refuse(contest, attack.name(), reason);
                }
            }
            return true;
        }

        private String reasonAcrossWorlds(Attack attack, int used) {
            String signals = reasonOfSignals(attack);
            if (signals.isEmpty() && used < attack.fewestWorlds()) {
                return "It learns from at least " + attack.fewestWorlds() + " worlds, but there are " + used + ".";
            }
            return signals;
        }

        // ------------------------------------------------------------ within models

        private void withinModels(Contest contest, ModelKind model, Attack attack, List<Sides> sides) {
            List<OneModel> each = new ArrayList<>();
            for (int w = 0; w < worlds; w++) {
                Sides side = sides.get(w);
                each.add(OneModel.play(
                        attack,
                        side(contest, attack, side.positives(), w, model),
                        side(contest, attack, side.negatives(), w, contest.paired() ? ModelKind.RETRAINED : model),
                        contest.paired(),
                        fprs,
                        seed));
            }
            OneModel first = each.get(0);
            played.add(new ScoresResults.Played(
                    contest.code,
                    contest.sides,
                    model,
                    contest.role(model),
                    attack.name(),
                    false,
                    first.learns(),
                    label(contest, attack),
                    worlds == 1
                            ? first.auc()
                            : mean(each.stream().map(OneModel::auc).toList()),
                    worlds == 1 ? first.points() : meanPoints(each),
                    each.stream().mapToInt(OneModel::positives).min().orElseThrow(),
                    each.stream().mapToInt(OneModel::negatives).min().orElseThrow(),
                    worlds == 1 ? ScoresResults.Basis.EXAMPLES : ScoresResults.Basis.WORLDS));
        }

        private List<OperatingPoint> meanPoints(List<OneModel> each) {
            List<OperatingPoint> means = new ArrayList<>();
            for (int k = 0; k < fprs.size(); k++) {
                int at = k;
                List<OperatingPoint> points =
                        each.stream().map(one -> one.points().get(at)).toList();
                means.add(new OperatingPoint(
                        fprs.get(k),
                        points.stream()
                                .mapToDouble(OperatingPoint::realisedFpr)
                                .average()
                                .orElseThrow(),
                        mean(points.stream().map(OperatingPoint::tpr).toList()),
                        points.stream()
                                .mapToLong(OperatingPoint::falsePositives)
                                .sum(),
                        points.stream()
                                .mapToDouble(OperatingPoint::realisedFprHigh)
                                .max()
                                .orElseThrow(),
                        points.stream().allMatch(OperatingPoint::reportable),
                        points.get(0).negativesNeeded()));
            }
            return means;
        }

        private Sides matched(Contest contest, ModelKind model, int world, int[] positives, int[] negatives) {
            if (contest.paired()) {
                return new Sides(positives, negatives);
            }
            ClassMatch match = ClassMatch.of(sheet, positives, negatives, seed);
            if (Math.min(match.positives().length, match.negatives().length) < OneModel.FEWEST) {
                note(contest.code + " compares other classes on one side than on the other, so it may find the class"
                        + " instead of membership: too few examples share a class to match them.");
                return new Sides(positives, negatives);
            }
            int left = positives.length + negatives.length - match.positives().length - match.negatives().length;
            if (left > 0 && world == 0 && model == contest.models.get(0)) {
                note(contest.code + " (" + contest.sides + ") leaves out " + left + " of "
                        + (positives.length + negatives.length)
                        + " examples at random, so that both sides have the same mix of classes.");
            }
            return new Sides(match.positives(), match.negatives());
        }

        private OneModel.Side side(Contest contest, Attack attack, int[] examples, int world, ModelKind model) {
            return new OneModel.Side(
                    values(attack, examples, world, model),
                    contest.readsBoth() ? values(attack, examples, world, ModelKind.ORIGINAL) : Map.of());
        }

        private Map<Signal, float[]> values(Attack attack, int[] examples, int world, ModelKind model) {
            Map<Signal, float[]> values = new LinkedHashMap<>();
            for (Signal signal : attack.signals()) {
                float[] read = new float[examples.length];
                for (int k = 0; k < read.length; k++) {
                    read[k] = (float) sheet.value(signal, examples[k], world, model);
                }
                values.put(signal, read);
            }
            return values;
        }

        private String reasonWithinModel(Attack attack) {
            String signals = reasonOfSignals(attack);
            if (!attack.perExample() || attack instanceof MultiQuery) {
                return signals; // more worlds would not make more answers
            }
            String others = worlds == 1
                    ? "It judges each example by other models that saw it and others that did not: give a column"
                            + " 'world' with at least " + attack.fewestWorlds() + " worlds."
                    : "It takes worlds in which the same examples are on either side, under the models of this game.";
            return signals.isEmpty() ? others : signals + " " + others;
        }

        private String reasonOfSignals(Attack attack) {
            List<String> missing = attack.signals().stream()
                    .filter(signal -> !sheet.given().gives(signal))
                    .map(Signal::label)
                    .toList();
            if (!missing.isEmpty()) {
                String last = missing.get(missing.size() - 1);
                String read = missing.size() == 1
                        ? last + ", which takes"
                        : String.join(", ", missing.subList(0, missing.size() - 1)) + " and " + last + ", which take";
                return "It reads " + read + " all logits of an example; there is only "
                        + sheet.given().word() + ".";
            }
            if (attack instanceof MultiQuery) {
                return "It compares answers to several versions of each example, of which there is one number; with one"
                        + " it is u-lira.";
            }
            return sheet.given() == Given.SCORE && attack instanceof Rmia
                    ? "It forms ratios of probabilities, which a score is not; give loss, confidence, phi or logits."
                    : "";
        }

        private String lacking(Contest contest, ModelKind model, int world, int positives, int negatives) {
            for (ModelKind needed : contest.needed(model)) {
                if (!sheet.has(needed)) {
                    return "It takes values under the " + needed.word() + " model, of which there are none"
                            + (worlds == 1 ? "." : " in one of the worlds at least.");
                }
            }
            String where = worlds == 1 ? "" : " in world '" + sheet.worlds().get(world) + "'";
            boolean first = positives < OneModel.FEWEST;
            String set = first
                    ? contest.positives.stream().map(Membership::word).collect(Collectors.joining(" or "))
                    : contest.negatives.word();
            return "It takes " + OneModel.FEWEST + " examples of the set " + set + " at least, but there are "
                    + (first ? positives : negatives) + where + ".";
        }

        private String label(Contest contest, Attack attack) {
            String label = attack.signals().stream().map(sheet.given()::label).collect(Collectors.joining(", "));
            return contest.readsBoth() ? label + ", before and after" : label;
        }

        private void note(String sentence) {
            if (!notes.contains(sentence)) {
                notes.add(sentence);
            }
        }
    }

    /** The examples on the two sides of a game in one world. */
    private record Sides(int[] positives, int[] negatives) {}

    /** The mean over worlds; where all agree, by what their own intervals say. */
    static Estimate mean(List<Estimate> values) {
        double[] ofWorlds = values.stream().mapToDouble(Estimate::value).toArray();
        Estimate student = Intervals.ofMean(ofWorlds);
        return student.low() < student.high()
                ? new Estimate(student.value(), Math.max(0, student.low()), Math.min(1, student.high()))
                : Estimate.mean(values);
    }
}
