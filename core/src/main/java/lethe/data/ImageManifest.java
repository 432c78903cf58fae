package lethe.data;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;

/**
 * PNG and JPEG files listed in a table with the columns {@code path} and {@code label} and, if wanted, {@code id},
 * {@code subject} and {@code split} ({@code train} or {@code test}). Paths count from the folder of the table and must
 * stay in it. Without ids, paths are the ids.
 *
 * @param manifest the CSV file
 * @param side height and width to scale to; the largest centred square of each picture is used
 * @param testFraction share of examples drawn for testing if the table has no column {@code split}
 */
@Named("image-manifest")
@AutoService(DataSource.class)
public record ImageManifest(String manifest, int side, double testFraction) implements DataSource {
    public ImageManifest {
        Require.within("side", side, 1, 1024);
        Require.that(testFraction > 0 && testFraction < 1, "testFraction must lie in (0, 1), but is " + testFraction);
    }

    /** {@code data/images.csv} at the size of CIFAR-10, one example in five for testing. */
    public ImageManifest() {
        this("data/images.csv", 32, 0.2);
    }

    /** One line of the table. */
    private record Entry(Path file, String label, ExampleId id, Optional<String> subject) {}

    @Override
    public Holdout load(Seed seed) {
        Path file = Path.of(manifest);
        Csv table = Csv.read(file, List.of("path", "label"), List.of("id", "subject", "split"));
        List<Entry> entries = new ArrayList<>();
        for (Csv.Row row : table.rows()) {
            entries.add(entry(file, row));
        }
        ExampleIds.requireDistinct(manifest, entries.stream().map(Entry::id).toList());
        List<Entry> train = new ArrayList<>();
        List<Entry> test = new ArrayList<>();
        int[] order = seed.derive("holdout").permutation(entries.size());
        long drawn = Math.max(1, Math.round(testFraction * entries.size()));
        for (int row = 0; row < entries.size(); row++) {
            boolean testing = table.has("split") ? isTest(table.rows().get(row)) : order[row] < drawn;
            (testing ? test : train).add(entries.get(row));
        }
        List<String> classes = entries.stream()
                .map(Entry::label)
                .distinct()
                .sorted(Comparator.comparing(ImageManifest::number).thenComparing(Comparator.naturalOrder()))
                .toList();
        return new Holdout(images("train", train, classes), images("test", test, classes));
    }

    private ImageSet images(String part, List<Entry> entries, List<String> classes) {
        Require.that(!entries.isEmpty(), manifest + " leaves no example for " + part);
        IntFunction<ExampleId> ids = row -> entries.get(row).id;
        return new ImageSet(
                Path.of(manifest).getFileName() + " " + part,
                classes,
                Photographs.read(entries.stream().map(Entry::file).toList(), side),
                entries.stream().mapToInt(entry -> classes.indexOf(entry.label)).toArray(),
                ids,
                row -> entries.get(row).subject);
    }

    private static Entry entry(Path manifest, Csv.Row row) {
        String path = row.required("path");
        Path root = manifest.toAbsolutePath().normalize().getParent();
        try {
            Path file = root == null ? Path.of(path) : root.resolve(path).normalize();
            if (root != null && !file.startsWith(root)) {
                throw new IllegalArgumentException(row.place() + ": path '" + path + "' leaves the folder " + root);
            }
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(row.place() + ": found no file " + file);
            }
            if (root != null && !file.toRealPath().startsWith(root.toRealPath())) {
                throw new IllegalArgumentException(
                        row.place() + ": path '" + path + "' leads through a link out of the folder " + root);
            }
            String id = row.optional("id").orElse(path.replaceAll("\\s", "_"));
            return new Entry(file, row.required("label"), new ExampleId(id), row.optional("subject"));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(row.place() + ": '" + path + "' is no path", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + path, e);
        }
    }

    private static boolean isTest(Csv.Row row) {
        String split = row.required("split");
        if (!split.equals("train") && !split.equals("test")) {
            throw new IllegalArgumentException(row.place() + ": split is '" + split + "', expected train or test");
        }
        return split.equals("test");
    }

    /** Numbers sort by value and before words. */
    private static long number(String label) {
        return label.matches("\\d{1,18}") ? Long.parseLong(label) : Long.MAX_VALUE;
    }
}
