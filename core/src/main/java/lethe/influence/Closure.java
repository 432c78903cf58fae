package lethe.influence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.models.Model;

/**
 * Some examples that are asked to be forgotten, together with the training examples that resemble them.
 *
 * @param asked rows of the examples asked for, ascending
 * @param members those that resemble them, each once, the most similar first
 */
public record Closure(List<Integer> asked, List<Member> members) {
    /**
     * A training example that resembles one asked for.
     *
     * @param row its row
     * @param target row of the example that it was found by: one asked for, or another member
     * @param score how similar, in [0, 1]; along a chain that of its weakest link
     * @param reason the detector's name and what it saw, in a few words
     * @param owner whose data it is
     */
    public record Member(int row, int target, double score, String reason, Owner owner) {}

    /** Whose data a look-alike is. */
    public enum Owner {
        /** Somebody who asked. */
        ASKER,
        /** Somebody else, who did not ask. */
        THIRD_PARTY,
        /** Nobody said. */
        UNKNOWN
    }

    public Closure {
        asked = List.copyOf(asked);
        members = List.copyOf(members);
    }

    /**
     * The closure after one step: every row that a detector finds similar to one asked for, with its best score.
     *
     * @param model trained on these examples, for detectors that look at one
     */
    public static Closure oneStep(
            List<SimilarityDetector> detectors, Dataset train, int[] asked, Optional<Model> model) {
        return ofBest(train, asked, found(detectors, train, asked, model));
    }

    /** Every row with its best match, of matches sorted by strength. */
    static Closure ofBest(Dataset train, int[] asked, List<Match> found) {
        Map<Integer, Match> best = new HashMap<>();
        found.forEach(match -> best.putIfAbsent(match.row(), match));
        return of(train, asked, best.values().stream().sorted(Match.STRONGEST).toList());
    }

    /**
     * The closure of closures: look-alikes of look-alikes belong too. Links are taken strongest first, and none that would
     * make a group of connected examples larger than {@code cap}, so that a chain of weak resemblances does not swallow
     * the data.
     */
    public static Closure transitive(
            List<SimilarityDetector> detectors, Dataset train, int[] asked, Optional<Model> model, int cap) {
        Require.positive("cap", cap);
        var unions = new CappedUnions(train.size(), cap);
        Map<Integer, Double> reached = new HashMap<>();
        for (int row : asked) {
            reached.put(row, 1.0);
        }
        List<Match> members = new ArrayList<>();
        int[] frontier = asked;
        while (frontier.length > 0) {
            List<Integer> next = new ArrayList<>();
            for (Match link : found(detectors, train, frontier, model)) {
                boolean joined = unions.join(link.row(), link.target());
                if (joined && !reached.containsKey(link.row())) {
                    double weakest = Math.min(link.score(), reached.getOrDefault(link.target(), 1.0));
                    reached.put(link.row(), weakest);
                    members.add(new Match(link.row(), link.target(), weakest, link.reason()));
                    next.add(link.row());
                }
            }
            frontier = next.stream().mapToInt(Integer::intValue).toArray();
        }
        return of(train, asked, members.stream().sorted(Match.STRONGEST).toList());
    }

    /** What all detectors find, the strongest first. */
    static List<Match> found(List<SimilarityDetector> detectors, Dataset train, int[] asked, Optional<Model> model) {
        return detectors.stream()
                .flatMap(detector ->
                        detector.matches(train, asked, model).stream().map(match -> match.by(detector)))
                .sorted(Match.STRONGEST)
                .toList();
    }

    private static Closure of(Dataset train, int[] asked, List<Match> found) {
        Set<String> askers = new HashSet<>();
        for (int row : asked) {
            train.subject(row).ifPresent(askers::add);
        }
        List<Member> members = found.stream()
                .map(match -> new Member(
                        match.row(),
                        match.target(),
                        match.score(),
                        match.reason(),
                        train.subject(match.row())
                                .map(owner -> askers.contains(owner) ? Owner.ASKER : Owner.THIRD_PARTY)
                                .orElse(Owner.UNKNOWN)))
                .toList();
        return new Closure(Arrays.stream(asked).sorted().boxed().toList(), members);
    }

    /** The same closure with at most so many members, the most similar ones. */
    public Closure limited(int most) {
        return new Closure(asked, members.subList(0, Math.min(most, members.size())));
    }

    /** Rows of the members, ascending. */
    public int[] memberRows() {
        return members.stream().mapToInt(Member::row).sorted().toArray();
    }

    /** Rows of the examples asked for and of the members, ascending. */
    public int[] rows() {
        int[] rows = Arrays.copyOf(asked.stream().mapToInt(Integer::intValue).toArray(), asked.size() + members.size());
        System.arraycopy(memberRows(), 0, rows, asked.size(), members.size());
        Arrays.sort(rows);
        return rows;
    }

    /** How many members are of this owner. */
    public long ofOwner(Owner owner) {
        return members.stream().filter(member -> member.owner() == owner).count();
    }
}
