package lethe.influence;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import lethe.catalog.Digest;
import lethe.catalog.Require;
import lethe.catalog.Settings;
import lethe.data.ControlledSource;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Holdout;
import lethe.data.JsonLines;
import lethe.data.KnownLookalikes;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.data.Pictured;
import lethe.data.TextSet;
import lethe.engine.Seed;
import lethe.training.Progress;

/**
 * A data set made with look-alikes, as files for {@code jsonl}, {@code image-manifest} and other programs:
 *
 * <pre>
 *   similar.jsonl   control.jsonl   the training texts of both arms
 *   test.jsonl      held-out.jsonl  test texts, and variants of targets that no model learns
 *   similar.csv     control.csv     the same for images: path, label, id, perhaps subject, and split, train or test
 *   held-out.csv    images/         each image once, as PNG
 *   targets.txt                     ids of the targets
 *   manifest.csv                    a line for each example
 *   set.yaml                        settings, seed, sizes, and the digests of the files above but the images
 * </pre>
 *
 * <p>The manifest says of each example in which arm and part it is; what it is there for; for which target; the example
 * that it was made from, or is; how it was edited, of a target the stratum; how similar it is to the target; and the SHA-256
 * of its text or, as {@link Dataset#digest}, of its size, label and pixels.
 */
public final class LookalikeFiles {
    /** What {@code set.yaml} begins with. */
    public static final String FORMAT = "lethe-lookalikes-1";

    private final List<Holdout> arms;
    private final Path folder;
    private final SortedMap<String, String> digests = new TreeMap<>();

    private LookalikeFiles(List<Holdout> arms, Path folder) {
        this.arms = arms;
        this.folder = folder;
    }

    /**
     * What was written.
     *
     * @param format of the files
     * @param seed as in a plan
     * @param data the source, as in a plan
     * @param train training examples of each arm
     * @param targets of these
     * @param lookalikes of these, or unrelated ones in their place
     * @param heldOut variants that no model learns
     * @param test test examples
     * @param classes in label order; none for texts
     * @param files SHA-256 by name
     */
    public record Description(
            String format,
            long seed,
            DataSource data,
            int train,
            int targets,
            int lookalikes,
            int heldOut,
            int test,
            List<String> classes,
            Map<String, String> files) {
        public Description {
            classes = List.copyOf(classes);
            files = Map.copyOf(files);
        }
    }

    /**
     * Makes both arms and writes them. Nothing is under the folder's name before all of it is.
     *
     * @param seed of the plan whose data this is to be
     * @param folder must not exist
     * @throws IllegalArgumentException if it does, or the source is a control itself
     * @throws UncheckedIOException if something cannot be written
     */
    public static Description write(ControlledSource source, long seed, Path folder, Progress progress) {
        Require.that(
                !Files.exists(folder), folder + " exists already; delete it, or have the data set made somewhere else");
        Require.that(
                !source.equals(source.asControl()),
                "control must not be set, for the data set with look-alikes and its control are written both");
        List<Holdout> arms = source.loadBoth(Seed.of(seed).derive("data"));
        Path whole = folder.toAbsolutePath().normalize();
        Path part = whole.resolveSibling("." + whole.getFileName() + ".part");
        try {
            delete(part); // of a process that was killed
            Files.createDirectories(part);
            Description description = new LookalikeFiles(arms, part).write(source, seed, progress);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            return description;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + folder + ": " + e.getMessage(), e);
        } finally {
            discard(part);
        }
    }

    private Description write(ControlledSource source, long seed, Progress progress) throws IOException {
        Dataset train = arms.get(0).train();
        KnownLookalikes known = train.knownLookalikes().orElseThrow();
        if (train.isText()) {
            writeTexts(known.heldOut());
        } else {
            writeImages(known.heldOut(), progress);
        }
        int[] targets = KnownLookalikes.targetsIn(train);
        write(
                "targets.txt",
                IntStream.of(targets).mapToObj(row -> train.id(row) + "\n").collect(Collectors.joining()));
        write("manifest.csv", manifest());
        var description = new Description(
                FORMAT,
                seed,
                source,
                train.size(),
                targets.length,
                (int) IntStream.range(0, train.size())
                        .filter(row -> known.lookalike(train.id(row))
                                .filter(it -> !it.unrelated())
                                .isPresent())
                        .count(),
                known.heldOut().size(),
                arms.get(0).test().size(),
                train.isText() ? List.of() : train.classes(),
                digests);
        Files.writeString(folder.resolve("set.yaml"), Settings.toYaml(description));
        return description;
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        digests.put(name, Digest.sha256(text));
    }

    private void writeTexts(Dataset heldOut) throws IOException {
        write("similar.jsonl", lines(arms.get(0).train()));
        write("control.jsonl", lines(arms.get(1).train()));
        write("test.jsonl", lines(arms.get(0).test()));
        if (heldOut.size() > 0) {
            write("held-out.jsonl", lines(heldOut));
        }
    }

    private static String lines(Dataset texts) {
        return IntStream.range(0, texts.size())
                .mapToObj(row -> {
                    int at = texts.origin(row).row();
                    return JsonLines.line(TextSet.behind(texts, row).exactDocument(at)) + "\n";
                })
                .collect(Collectors.joining());
    }

    private void writeImages(Dataset heldOut, Progress progress) throws IOException {
        Map<ExampleId, String> paths = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        List<Dataset> parts = List.of(
                arms.get(0).train(), arms.get(1).train(), heldOut, arms.get(0).test());
        for (Dataset part : parts) {
            for (int row = 0; row < part.size(); row++) {
                paths.computeIfAbsent(part.id(row), id -> path(id, taken));
            }
        }
        Set<ExampleId> written = new HashSet<>();
        try (Progress images = progress.begin("image", paths.size())) {
            for (Dataset part : parts) {
                for (int row = 0; row < part.size(); row++) {
                    if (written.add(part.id(row))) {
                        writeImage(part, row, String.valueOf(paths.get(part.id(row))));
                        images.advance(1);
                    }
                }
            }
        }
        boolean owned = parts.stream()
                .anyMatch(part -> IntStream.range(0, part.size())
                        .anyMatch(row -> part.subject(row).isPresent()));
        write("similar.csv", table(List.of(arms.get(0).train(), arms.get(0).test()), paths, owned));
        write("control.csv", table(List.of(arms.get(1).train(), arms.get(1).test()), paths, owned));
        if (heldOut.size() > 0) {
            write("held-out.csv", table(List.of(heldOut), paths, owned));
        }
    }

    /** A file name that every file system takes, different from all others even where case does not count. */
    private static String path(ExampleId id, Set<String> taken) {
        String safe = Stream.of(id.value().replaceFirst("(?i)\\.png$", "").split("/", -1))
                .map(step -> step.replaceAll("[^A-Za-z0-9._~-]", "_"))
                .map(step -> step.matches("\\.*") ? "_" : step)
                .collect(Collectors.joining("/", "images/", ""));
        String path = safe;
        for (int copy = 2; !taken.add(path.toLowerCase(Locale.ROOT)); copy++) {
            path = safe + "-" + copy;
        }
        return path + ".png";
    }

    private void writeImage(Dataset data, int row, String path) throws IOException {
        BufferedImage picture = Pictured.of(data, row)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + data.name() + "' holds neither texts nor images, so that nothing can be written"));
        var png = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(picture, "png", out);
        }
        Files.createDirectories(folder.resolve(path.substring(0, path.lastIndexOf('/'))));
        Files.write(folder.resolve(path), png.toByteArray());
    }

    private static String table(List<Dataset> parts, Map<ExampleId, String> paths, boolean owned) {
        var table = new StringBuilder("path,label,id," + (owned ? "subject," : "") + "split\n");
        for (int part = 0; part < parts.size(); part++) {
            Dataset data = parts.get(part);
            for (int row = 0; row < data.size(); row++) {
                List<String> fields = new ArrayList<>(List.of(
                        String.valueOf(paths.get(data.id(row))),
                        data.classes().get(data.label(row)),
                        data.id(row).value()));
                if (owned) {
                    fields.add(data.subject(row).orElse(""));
                }
                fields.add(part == 0 ? "train" : "test");
                LookalikeManifest.line(table, fields.toArray(String[]::new));
            }
        }
        return table.toString();
    }

    private String manifest() {
        Dataset similar = arms.get(0).train();
        Dataset control = arms.get(1).train();
        Set<ExampleId> inSimilar = ids(similar);
        Set<ExampleId> inControl = ids(control);
        KnownLookalikes known = similar.knownLookalikes().orElseThrow();
        KnownLookalikes other = control.knownLookalikes().orElseThrow();
        Map<ExampleId, Double> similarities = new HashMap<>(LookalikeManifest.similarities(control));
        similarities.putAll(LookalikeManifest.similarities(similar));
        var table = new StringBuilder("id,arm,part,role,target,source,kind,similarity,sha256\n");
        for (int row = 0; row < similar.size(); row++) {
            ExampleId id = similar.id(row);
            String arm = inControl.contains(id) ? "both" : "similar";
            line(table, similar, row, arm, "train", known.lookalike(id), known, similarities);
        }
        for (int row = 0; row < control.size(); row++) {
            ExampleId id = control.id(row);
            if (!inSimilar.contains(id)) {
                line(table, control, row, "control", "train", other.lookalike(id), other, similarities);
            }
        }
        Dataset heldOut = known.heldOut();
        for (int row = 0; row < heldOut.size(); row++) {
            Optional<Lookalike> made = Optional.of(known.heldOutLookalike(row));
            line(table, heldOut, row, "both", "held-out", made, known, similarities);
        }
        Dataset test = arms.get(0).test();
        for (int row = 0; row < test.size(); row++) {
            line(table, test, row, "both", "test", Optional.empty(), known, similarities);
        }
        return table.toString();
    }

    private static Set<ExampleId> ids(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::id).collect(Collectors.toSet());
    }

    private static void line(
            StringBuilder table,
            Dataset data,
            int row,
            String arm,
            String part,
            Optional<Lookalike> made,
            KnownLookalikes known,
            Map<ExampleId, Double> similarities) {
        ExampleId id = data.id(row);
        boolean target = part.equals("train") && known.isTarget(id);
        String role =
                made.map(it -> it.unrelated() ? "unrelated" : "look-alike").orElse(target ? "target" : "other");
        // Copies have the id of what they were made from, and what makes them differ behind it.
        String source =
                made.isPresent() ? id.value().replaceFirst("~(copy|variant|perturbed|held-out)-\\d+$", "") : id.value();
        String content = data.isText()
                ? Digest.sha256(TextSet.behind(data, row)
                        .document(data.origin(row).row())
                        .text())
                : data.digest(row);
        LookalikeManifest.line(
                table,
                id.value(),
                arm,
                part,
                role,
                made.map(it -> it.target().value()).orElse(""),
                source,
                made.map(Lookalike::kind)
                        .orElse(
                                target
                                        ? known.stratum(id)
                                                .map(KnownLookalikes.Stratum::name)
                                                .orElse("")
                                        : ""),
                LookalikeManifest.text(made.flatMap(it -> Optional.ofNullable(similarities.get(id)))),
                content);
    }

    /** Removes what is left of a failed attempt, if that can be done; the failure is what matters. */
    private static void discard(Path part) {
        try {
            delete(part);
        } catch (IOException e) {
            // The next attempt tries again.
        }
    }

    private static void delete(Path part) throws IOException {
        if (!Files.exists(part)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(part)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
