package lethe.influence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import lethe.data.Dataset;
import lethe.data.KnownLookalikes;
import lethe.metrics.Retrieval;
import lethe.models.Model;

/**
 * How well a detector finds the look-alikes that a data set was made with. A row is found if it resembles the very target
 * that it was made for; a row that resembles another is a mistake.
 */
public final class DetectorGrades {
    /** The name under which all kinds together are graded. */
    public static final String ALL = "all";

    private static final double LEAST = 1e-6;

    private DetectorGrades() {}

    /**
     * Grades for all look-alikes together, under {@link #ALL}, then for each kind: look-alikes of other kinds are then
     * neither right nor wrong.
     *
     * @throws IllegalArgumentException if the data set was made without look-alikes
     */
    public static Map<String, Retrieval> of(SimilarityDetector detector, Dataset train, Optional<Model> model) {
        int[] targets = KnownLookalikes.targetsIn(train);
        Map<Integer, KnownLookalikes.Lookalike> truth = new HashMap<>();
        for (int row = 0; row < train.size(); row++) {
            int at = row;
            KnownLookalikes.of(train, row).filter(known -> !known.unrelated()).ifPresent(known -> truth.put(at, known));
        }
        if (truth.isEmpty()) {
            throw new IllegalArgumentException("'" + train.name()
                    + "' was made without look-alikes, so that there is nothing to grade a detector by");
        }
        double least = Math.min(LEAST, detector.threshold());
        List<Match> matches = detector.matches(train, targets, model, least);
        Map<String, Retrieval> grades = new LinkedHashMap<>();
        grades.put(ALL, grade(detector, train, matches, truth, Optional.empty()));
        for (String kind : new TreeSet<>(
                truth.values().stream().map(KnownLookalikes.Lookalike::kind).toList())) {
            grades.put(kind, grade(detector, train, matches, truth, Optional.of(kind)));
        }
        return grades;
    }

    private static Retrieval grade(
            SimilarityDetector detector,
            Dataset train,
            List<Match> matches,
            Map<Integer, KnownLookalikes.Lookalike> truth,
            Optional<String> kind) {
        List<Double> scores = new ArrayList<>();
        List<Boolean> wanted = new ArrayList<>();
        for (Match match : matches) {
            Optional<KnownLookalikes.Lookalike> known = Optional.ofNullable(truth.get(match.row()));
            boolean right = known.map(it -> it.target().equals(train.id(match.target())))
                    .orElse(false);
            boolean ofOtherKind = right
                    && kind.isPresent()
                    && !known.map(KnownLookalikes.Lookalike::kind).equals(kind);
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
