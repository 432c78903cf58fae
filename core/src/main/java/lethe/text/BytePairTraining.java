package lethe.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Learns the merges of a {@link BytePairTokenizer}. Counts of pairs are kept up to date rather than taken anew for every
 * merge: a merge changes only the words that have its pair.
 */
final class BytePairTraining {
    private static final int WORTHWHILE = 2; // a pair that occurs once makes no text shorter than another would

    private final List<String> symbols = new ArrayList<>();
    private final List<List<String>> merges = new ArrayList<>();

    /** Ids of each distinct word, and how often it occurs. */
    private final List<int[]> words = new ArrayList<>();

    private final List<Long> frequencies = new ArrayList<>();
    private final Map<Long, Long> counts = new HashMap<>();

    /** Words that have a pair, and some that had it. */
    private final Map<Long, List<Integer>> places = new HashMap<>();

    /** Largest count first, then the smallest ids; entries with an old count are passed over. */
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(
            Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair));

    private record Candidate(long pair, long count) {}

    private BytePairTraining(List<String> texts) {
        symbols.add(BytePairTokenizer.END_OF_TEXT);
        IntStream.range(0, 256)
                .mapToObj(BytePairTokenizer::symbol)
                .sorted()
                .map(String::valueOf)
                .forEach(symbols::add);
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < symbols.size(); id++) {
            ids.put(symbols.get(id), id);
        }
        int[] byteIds = IntStream.range(0, 256)
                .map(b -> ids.getOrDefault(String.valueOf(BytePairTokenizer.symbol(b)), -1))
                .toArray();
        Map<String, Long> seen = new LinkedHashMap<>();
        for (String text : texts) {
            for (String part : text.split(Pattern.quote(BytePairTokenizer.END_OF_TEXT), -1)) {
                BytePairTokenizer.words(part).forEach(word -> seen.merge(word, 1L, Long::sum));
            }
        }
        seen.forEach((word, frequency) -> {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            words.add(IntStream.range(0, bytes.length)
                    .map(i -> byteIds[bytes[i] & 0xFF])
                    .toArray());
            frequencies.add(frequency);
        });
    }

    static BytePairTokenizer learn(List<String> texts, int size) {
        var training = new BytePairTraining(texts);
        training.run(size);
        return new BytePairTokenizer(
                "learned",
                training.symbols,
                training.merges,
                List.of(new BytePairTokenizer.Added(0, BytePairTokenizer.END_OF_TEXT, true)));
    }

    private void run(int size) {
        for (int word = 0; word < words.size(); word++) {
            int[] ids = words.get(word);
            count(ids, frequencies.get(word));
            for (int i = 0; i + 1 < ids.length; i++) {
                place(BytePairTokenizer.pair(ids[i], ids[i + 1]), word);
            }
        }
        counts.forEach((pair, count) -> candidates.add(new Candidate(pair, count)));
        while (symbols.size() < size && !candidates.isEmpty()) {
            Candidate best = candidates.remove();
            if (best.count < WORTHWHILE) {
                return;
            }
            if (best.count == counts.getOrDefault(best.pair, 0L)) {
                merge(best.pair);
            }
        }
    }

    private void merge(long pair) {
        int left = (int) (pair >>> 32);
        int right = (int) pair;
        int id = symbols.size();
        symbols.add(symbols.get(left) + symbols.get(right));
        merges.add(List.of(symbols.get(left), symbols.get(right)));
        Set<Long> changed = new HashSet<>();
        for (int word : places.getOrDefault(pair, List.of())) {
            int[] before = words.get(word);
            int[] after = merged(before, left, right, id);
            if (after.length < before.length) {
                long frequency = frequencies.get(word);
                changed.addAll(count(before, -frequency));
                changed.addAll(count(after, frequency));
                words.set(word, after);
                for (int i = 0; i + 1 < after.length; i++) {
                    if (after[i] == id || after[i + 1] == id) {
                        place(BytePairTokenizer.pair(after[i], after[i + 1]), word);
                    }
                }
            }
        }
        places.remove(pair);
        for (long touched : changed) {
            long count = counts.getOrDefault(touched, 0L);
            if (count >= WORTHWHILE) {
                candidates.add(new Candidate(touched, count));
            }
        }
    }

    private static int[] merged(int[] ids, int left, int right, int id) {
        int[] shorter = new int[ids.length];
        int kept = 0;
        for (int i = 0; i < ids.length; kept++) {
            boolean match = i + 1 < ids.length && ids[i] == left && ids[i + 1] == right;
            shorter[kept] = match ? id : ids[i];
            i += match ? 2 : 1;
        }
        return Arrays.copyOf(shorter, kept);
    }

    /** Adds a word's pairs to the counts, so many times each; returns them. */
    private List<Long> count(int[] ids, long times) {
        List<Long> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < ids.length; i++) {
            long pair = BytePairTokenizer.pair(ids[i], ids[i + 1]);
            counts.merge(pair, times, Long::sum);
            pairs.add(pair);
        }
        return pairs;
    }

    private void place(long pair, int word) {
        places.computeIfAbsent(pair, key -> new ArrayList<>()).add(word);
    }
}
