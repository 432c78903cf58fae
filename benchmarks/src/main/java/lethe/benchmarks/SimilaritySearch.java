package lethe.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.catalog.Digest;
import lethe.data.Cifar10;
import lethe.data.Concatenation;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.ImageEdit;
import lethe.data.ImageVariants;
import lethe.data.Worded;
import lethe.engine.Device;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.influence.ApproximateEmbedding;
import lethe.influence.EmbeddingSimilarity;
import lethe.influence.Match;
import lethe.influence.MinHash;
import lethe.influence.PerceptualHash;
import lethe.influence.SimilarityDetector;

/**
 * How the search for look-alikes grows with the training set: time, the highest use of the heap beyond the data, and the
 * share found of planted near-copies and, on a sample, of all pairs that a comparison of everything with everything
 * finds; and of neighbours by embedding, how a graph of them compares with looking at every pair.
 */
final class SimilaritySearch {

    /** Everything is compared with everything among so many asked for and so many others. */
    private record Sample(SimilarityDetector everything, int asked, int others) {}

    // 512 bands of one propose all but 2^-512 of the pairs with an index of a half; hashes of 64 bits differ in 64 at
    // most.
    private static final Sample TEXTS = new Sample(new MinHash(MinHash.Unit.WORD, 3, 512, 1, 0.5), 100, 20_000);
    private static final Sample IMAGES = new Sample(new PerceptualHash(64, 0.9), 20, 4_000);

    private SimilaritySearch() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "texts",
                "100000,300000,1000000",
                "images",
                "5000,15000,50000",
                "vectors",
                "10000,30000,100000",
                "asked",
                "1000",
                "data",
                "");
        Bench.title("Similarity search");
        try (Scope scope = Scope.open(Device.cpu())) {
            int asked = arguments.integer("asked");
            List<List<String>> rows = new ArrayList<>();
            for (int size : sizes(arguments.text("texts"))) {
                rows.add(measured("minhash", new MinHash(), new Sentences(size, asked), asked, TEXTS));
            }
            if (!arguments.text("data").isEmpty()) {
                Dataset all = Cifar10.read(Path.of(arguments.text("data"))).train();
                for (int size : sizes(arguments.text("images"))) {
                    rows.add(measured(
                            "perceptual-hash", new PerceptualHash(), photographs(all, size, asked), asked, IMAGES));
                }
            }
            Bench.table(
                    List.of(
                            "detector",
                            "examples",
                            "asked for",
                            "s",
                            "µs an example",
                            "heap beyond the data, MiB",
                            "pairs found",
                            "planted found",
                            "of all similar pairs in a sample"),
                    rows);
            neighbours(sizes(arguments.text("vectors")));
        }
    }

    /** Every pair against a graph of near neighbours, where one example in five is asked for. */
    private static void neighbours(List<Integer> sizes) {
        List<List<String>> rows = new ArrayList<>();
        for (int size : sizes) {
            Dataset data = new Clusters(size);
            int[] asked = IntStream.range(0, size / 5).toArray();
            List<Set<List<Integer>>> found = new ArrayList<>();
            for (SimilarityDetector detector : List.of(new EmbeddingSimilarity(), new ApproximateEmbedding())) {
                boolean exact = found.isEmpty();
                double before = processorSeconds();
                double seconds = Bench.seconds(() -> found.add(pairs(detector.matches(data, asked, Optional.empty()))));
                double computing = processorSeconds() - before;
                Set<List<Integer>> wanted = found.get(0);
                long again = found.get(found.size() - 1).stream()
                        .filter(wanted::contains)
                        .count();
                rows.add(List.of(
                        exact ? "embedding" : "approximate-embedding",
                        Integer.toString(size),
                        Integer.toString(asked.length),
                        Bench.digits(seconds),
                        Bench.digits(computing),
                        Integer.toString(found.get(found.size() - 1).size()),
                        String.format(Locale.ROOT, "%.2f %%", 100.0 * again / wanted.size())));
            }
        }
        if (!rows.isEmpty()) {
            Bench.table(
                    List.of(
                            "detector",
                            "examples",
                            "asked for",
                            "s",
                            "processor s",
                            "pairs found",
                            "of those that comparing all finds"),
                    rows);
        }
    }

    /** Of all threads of this process; what other processes take does not count. */
    private static double processorSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    private static Set<List<Integer>> pairs(List<Match> matches) {
        return matches.stream()
                .map(match -> List.of(match.row(), match.target()))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static List<Integer> sizes(String list) {
        return Arrays.stream(list.split(","))
                .filter(size -> !size.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> measured(
            String name, SimilarityDetector detector, Dataset data, int asked, Sample sample) {
        int[] rows = IntStream.range(0, asked).toArray(); // their copies are the last rows, in order
        long before = usedHeap();
        List<List<Match>> found = new ArrayList<>();
        double seconds = Bench.seconds(() -> found.add(detector.matches(data, rows, Optional.empty())));
        long peak = peakHeap() - before;
        long planted = found.get(0).stream()
                .filter(match -> match.row() == data.size() - asked + match.target())
                .count();
        return List.of(
                name,
                Integer.toString(data.size()),
                Integer.toString(asked),
                Bench.digits(seconds),
                Bench.digits(seconds * 1e6 / data.size()),
                Bench.digits(Math.max(0, peak) / 1048576.0),
                Integer.toString(found.get(0).size()),
                String.format(Locale.ROOT, "%.1f %%", 100.0 * planted / asked),
                recall(data, found.get(0), sample, asked));
    }

    /** Against the same detector told to compare every pair, on some of those asked for and the last examples. */
    private static String recall(Dataset data, List<Match> found, Sample sample, int asked) {
        int others = Math.min(sample.others, data.size() - asked);
        int[] rows = IntStream.concat(
                        IntStream.range(0, sample.asked), IntStream.range(data.size() - others, data.size()))
                .toArray();
        Set<List<Integer>> known = pairs(found);
        List<Match> all = sample.everything.matches(
                data.select(rows), IntStream.range(0, sample.asked).toArray(), Optional.empty());
        long again = all.stream()
                .filter(match -> known.contains(List.of(rows[match.row()], rows[match.target()])))
                .count();
        return again + " of " + all.size();
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        pools().forEach(MemoryPoolMXBean::resetPeakUsage);
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long peakHeap() {
        return pools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }

    private static List<MemoryPoolMXBean> pools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    /** Photographs, the last of which are edited versions of the first. */
    private static Dataset photographs(Dataset all, int size, int copies) {
        int[] rows = IntStream.range(0, size - copies).toArray();
        Dataset base = all.select(rows);
        int[] first = IntStream.range(0, copies).toArray();
        List<ImageEdit> edits = IntStream.of(first)
                .mapToObj(i -> List.of(ImageEdit.SHIFT, ImageEdit.MIRROR, ImageEdit.LIGHT, ImageEdit.NOISE)
                        .get(i % 4))
                .toList();
        return new Concatenation(
                base, ImageVariants.of(base.select(first), edits, "~copy-", new int[copies], Seed.of(11)));
    }

    /** Points of 128 numbers, ten about each of many centres. */
    private record Clusters(int size) implements Dataset {
        private static final int WIDTH = 128;
        private static final int EACH = 10;

        @Override
        public Tensor inputs(int[] rows) {
            float[] values = new float[rows.length * WIDTH];
            for (int i = 0; i < rows.length; i++) {
                var centre =
                        Seed.of(19).derive("centre", rows[i] % (size / EACH)).random();
                var own = Seed.of(19).derive("point", rows[i]).random();
                for (int d = 0; d < WIDTH; d++) {
                    values[i * WIDTH + d] = (float) (centre.nextGaussian() + 0.3 * own.nextGaussian());
                }
            }
            return Tensor.of(values).reshape(rows.length, WIDTH);
        }

        @Override
        public String name() {
            return "clusters";
        }

        @Override
        public List<String> classes() {
            return List.of("one", "other");
        }

        @Override
        public ExampleId id(int row) {
            return new ExampleId("point/" + row);
        }

        @Override
        public int label(int row) {
            return 0;
        }

        @Override
        public Optional<String> subject(int row) {
            return Optional.empty();
        }

        @Override
        public String digest(int row) {
            return Digest.sha256(id(row).value());
        }

        @Override
        public long[] shape() {
            return new long[] {WIDTH};
        }
    }

    /** Sentences of a small grammar; the last ones are the first with one word in fifteen changed. */
    private record Sentences(int size, int copies) implements Dataset, Worded {
        private static final int WORDS = 15;
        private static final int VOCABULARY = 5_000;

        @Override
        public String text(int row) {
            boolean copy = row >= size - copies;
            int original = copy ? row - (size - copies) : row;
            var random = Seed.of(17).derive("sentence", original).random();
            int changed = copy ? (int) ((row * 31L) % WORDS) : -1;
            var text = new StringBuilder();
            for (int i = 0; i < WORDS; i++) {
                double u = random.nextDouble();
                int word = (int) (VOCABULARY * u * u * u); // frequent words are much more frequent
                text.append(i == 0 ? "" : " ").append(i == changed ? "changed" : "word" + Integer.toString(word, 36));
            }
            return text.append('.').toString();
        }

        @Override
        public String name() {
            return "sentences";
        }

        @Override
        public List<String> classes() {
            return List.of("text");
        }

        @Override
        public ExampleId id(int row) {
            return new ExampleId("sentence/" + row);
        }

        @Override
        public int label(int row) {
            return 0;
        }

        @Override
        public Optional<String> subject(int row) {
            return Optional.empty();
        }

        @Override
        public String digest(int row) {
            return Digest.sha256(text(row));
        }

        @Override
        public long[] shape() {
            return new long[] {WORDS};
        }

        @Override
        public Tensor inputs(int[] rows) {
            throw new UnsupportedOperationException("Sentences are compared as they are written");
        }
    }
}
