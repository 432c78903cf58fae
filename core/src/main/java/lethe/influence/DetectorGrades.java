package lethe.influence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import lethe.data.Dataset;
import lethe.data.KnownLookalikes;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.metrics.Retrieval;
import lethe.models.Model;

/**
 * How well a detector finds the look-alikes that a data set was made with. A row is found if it resembles the very target
 * that it was made for; a row that resembles another is a mistake, and so is one that was put there as unrelated.
 *
 * @param retrieval of all look-alikes together, under {@link #ALL}, then of each kind: look-alikes of other kinds are then
 *     neither right nor wrong
 * @param decoys what it makes of unrelated examples that have a target's form; empty where there are none
 */
public record DetectorGrades(Map<String, Retrieval> retrieval, Optional<Decoys> decoys) {
    /** The name under which all kinds together are graded. */
    public static final String ALL = "all";

    /** The share of decoys that {@link Decoys#recall} puts up with; ours. */
    public static final double CALIBRATED = 0.05;

    private static final double LEAST = 1e-6;

    public DetectorGrades {
        retrieval = Collections.unmodifiableMap(new LinkedHashMap<>(retrieval));
    }

    /**
     * What a detector makes of decoys. Like a look-alike, one counts as found if it resembles its own target.
     *
     * @param count how many there are
     * @param taken which share of them it takes for look-alikes at its threshold, of all and of each kind of decoy
     * @param above the lowest score above which there are no more than {@link #CALIBRATED} of them; 0 if no more than that
     *     have any score
     * @param recall the share of look-alikes above that score, of all and of each kind
     */
    public record Decoys(int count, Map<String, Double> taken, double above, Map<String, Double> recall) {
        public Decoys {
            taken = Collections.unmodifiableMap(new LinkedHashMap<>(taken));
            recall = Collections.unmodifiableMap(new LinkedHashMap<>(recall));
        }

        static Decoys of(double threshold, Map<String, double[]> decoys, Map<String, double[]> lookalikes) {
            double[] all = decoys.getOrDefault(ALL, new double[0]).clone();
            Arrays.sort(all);
            int admitted = (int) Math.floor(CALIBRATED * all.length + 1e-9); // 0.05 · 60 may be 2.999…
            double above = all[all.length - 1 - admitted];
            return new Decoys(
                    all.length,
                    shares(decoys, score -> score >= threshold),
                    above,
                    shares(lookalikes, score -> score > above));
        }

        private static Map<String, Double> shares(Map<String, double[]> scores, DoublePredicate found) {
            Map<String, Double> shares = new LinkedHashMap<>();
            scores.forEach((kind, each) ->
                    shares.put(kind, Arrays.stream(each).filter(found).count() / (double) each.length));
            return shares;
        }
    }

    /**
     * Grades a detector.
     *
     * @throws IllegalArgumentException if the data set was made without look-alikes
     */
    public static DetectorGrades of(SimilarityDetector detector, Dataset train, Optional<Model> model) {
        int[] targets = KnownLookalikes.targetsIn(train);
        Map<Integer, Lookalike> truth = new HashMap<>();
        Map<Integer, Lookalike> decoys = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            int at = row;
            KnownLookalikes.of(train, row).ifPresent(known -> (known.unrelated() ? decoys : truth).put(at, known));
        }
        if (truth.isEmpty()) {
            throw new IllegalArgumentException("'" + train.name()
                    + "' was made without look-alikes, so that there is nothing to grade a detector by");
        }
        double least = Math.min(LEAST, detector.threshold());
        List<Match> matches = detector.matches(train, targets, model, least);
        Map<String, Retrieval> grades = new LinkedHashMap<>();
        grades.put(ALL, grade(detector, train, matches, truth, Optional.empty()));
        for (String kind : kinds(truth)) {
            grades.put(kind, grade(detector, train, matches, truth, Optional.of(kind)));
        }
        return new DetectorGrades(
                grades,
                decoys.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Decoys.of(
                                detector.threshold(), scores(train, matches, decoys), scores(train, matches, truth))));
    }

    private static TreeSet<String> kinds(Map<Integer, Lookalike> known) {
        return new TreeSet<>(known.values().stream().map(Lookalike::kind).toList());
    }

    /** How much each example that was made for a target resembles it, of all and of each kind; 0 if it was not found. */
    private static Map<String, double[]> scores(Dataset train, List<Match> matches, Map<Integer, Lookalike> known) {
        Map<Integer, Double> own = new HashMap<>();
        for (Match match : matches) {
            Optional.ofNullable(known.get(match.row()))
                    .filter(it -> it.target().equals(train.id(match.target())))
                    .ifPresent(it -> own.merge(match.row(), match.score(), Math::max));
        }
        Map<String, double[]> scores = new LinkedHashMap<>();
        scores.put(ALL, scores(own, known, Optional.empty()));
        kinds(known).forEach(kind -> scores.put(kind, scores(own, known, Optional.of(kind))));
        return scores;
    }

    private static double[] scores(Map<Integer, Double> own, Map<Integer, Lookalike> known, Optional<String> kind) {
        return known.entrySet().stream()
                .filter(it -> kind.isEmpty() || it.getValue().kind().equals(kind.get()))
                .mapToDouble(it -> own.getOrDefault(it.getKey(), 0.0))
                .toArray();
    }

    private static Retrieval grade(
            SimilarityDetector detector,
            Dataset train,
            List<Match> matches,
            Map<Integer, Lookalike> truth,
            Optional<String> kind) {
        List<Double> scores = new ArrayList<>();
        List<Boolean> wanted = new ArrayList<>();
        for (Match match : matches) {
            Optional<Lookalike> known = Optional.ofNullable(truth.get(match.row()));
            boolean right = known.map(it -> it.target().equals(train.id(match.target())))
                    .orElse(false);
            boolean ofOtherKind =
                    right && kind.isPresent() && !known.map(Lookalike::kind).equals(kind);
            if (!ofOtherKind) {
                scores.add(match.score());
                wanted.add(right);
            }
        }
        long total = truth.values().stream()
                .filter(it -> kind.isEmpty() || it.kind().equals(kind.get()))
                .count();
        boolean[] labels = new boolean[wanted.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = wanted.get(i);
        }
        return Retrieval.of(
                scores.stream().mapToDouble(Double::doubleValue).toArray(), labels, (int) total, detector.threshold());
    }
}
