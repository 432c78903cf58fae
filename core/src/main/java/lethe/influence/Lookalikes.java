package lethe.influence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import lethe.catalog.Catalog;
import lethe.data.Dataset;
import lethe.data.Worded;
import lethe.engine.Device;
import lethe.engine.Scope;

/**
 * How many training examples that stay resemble some to be forgotten, as far as a search of seconds tells. It compares
 * content, and therefore misses paraphrases and other pictures of the same thing.
 *
 * @param asked examples to be forgotten
 * @param resembled how many of these have look-alikes
 * @param found look-alikes among those that stay
 * @param thirdParty look-alikes of people who did not ask
 * @param unknownOwner look-alikes of nobody known
 * @param detectors what searched, by catalogue name
 */
public record Lookalikes(
        int asked, int resembled, int found, int thirdParty, int unknownOwner, List<String> detectors) {
    /** Pairs to compare that take some ten seconds on two cores. */
    private static final long PAIRS = 150_000_000;

    /** Examples to read in about the same time. */
    private static final int EXAMPLES = 500_000;

    public Lookalikes {
        detectors = List.copyOf(detectors);
    }

    /** The detectors that need no model and suit a data set, by catalogue name. */
    public static Map<String, SimilarityDetector> detectorsOf(Dataset train) {
        List<String> names = new ArrayList<>(List.of("exact"));
        if (train.size() > 0 && Worded.of(train, 0).isPresent()) {
            names.add("minhash");
        } else if (train.shape().length == 3) {
            names.add("perceptual-hash");
        }
        Catalog<SimilarityDetector> catalog = Catalog.of(SimilarityDetector.class);
        Map<String, SimilarityDetector> detectors = new LinkedHashMap<>();
        names.forEach(name -> detectors.put(name, catalog.get(name)));
        return detectors;
    }

    /** Whether a search takes seconds rather than minutes. */
    public static boolean isQuick(Dataset train, int asked) {
        return train.size() <= EXAMPLES && (long) train.size() * asked <= PAIRS;
    }

    /** Searches for look-alikes of some rows. */
    public static Lookalikes search(Dataset train, int[] asked) {
        Map<String, SimilarityDetector> detectors = detectorsOf(train);
        List<Match> matches;
        try (Scope scope = Scope.open(Device.cpu())) {
            matches = Closure.found(List.copyOf(detectors.values()), train, asked, Optional.empty());
        }
        Closure closure = Closure.ofBest(train, asked, matches);
        return new Lookalikes(
                asked.length,
                (int) matches.stream().mapToInt(Match::target).distinct().count(),
                closure.members().size(),
                (int) closure.ofOwner(Closure.Owner.THIRD_PARTY),
                (int) closure.ofOwner(Closure.Owner.UNKNOWN),
                List.copyOf(detectors.keySet()));
    }

    /**
     * What resembles each of some rows, by the same search: rows of the training set, ascending, others that are asked for
     * among them.
     */
    public static int[][] of(Dataset train, int[] asked) {
        // Detectors pass over what is asked for; put in front of the whole, these examples can resemble each other.
        int[] rows = IntStream.concat(Arrays.stream(asked), IntStream.range(0, train.size()))
                .toArray();
        int[] front = IntStream.range(0, asked.length).toArray();
        List<Set<Integer>> found = new ArrayList<>();
        Arrays.stream(asked).forEach(row -> found.add(new TreeSet<>()));
        try (Scope scope = Scope.open(Device.cpu())) {
            Dataset doubled = train.select(rows);
            Closure.found(List.copyOf(detectorsOf(train).values()), doubled, front, Optional.empty())
                    .forEach(match -> found.get(match.target()).add(rows[match.row()]));
        }
        for (int i = 0; i < asked.length; i++) {
            found.get(i).remove(asked[i]);
        }
        return found.stream()
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /** What was found and what it means, in one sentence. */
    public String words() {
        return resembled + " of " + asked + (asked == 1 ? " example" : " examples") + " to forget "
                + (resembled == 1 ? "has " : "have ") + found + (found == 1 ? " look-alike" : " look-alikes")
                + " in the remaining data (" + owners() + "); forgetting the examples alone may leave their influence.";
    }

    private String owners() {
        return unknownOwner == found
                ? "nobody known owns them"
                : thirdParty + " of other people" + (unknownOwner == 0 ? "" : ", " + unknownOwner + " of nobody known");
    }
}
