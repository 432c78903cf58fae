package lethe.data;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * PNG and JPEG files sorted into a folder per class: {@code train/CLASS/*} and {@code test/CLASS/*}. Classes are in
 * alphabetical order. The id of an example is its path, with {@code _} for white space.
 *
 * @param folder what holds {@code train} and {@code test}
 * @param side height and width to scale to; the largest centred square of each picture is used
 * @param subjects path of a CSV file with the columns id and subject; empty if nobody is known
 */
@Named("image-folder")
@AutoService(DataSource.class)
public record ImageFolder(String folder, int side, String subjects) implements DataSource {
    public ImageFolder {
        Require.within("side", side, 1, 1024);
    }

    /** {@code data/images} at the size of CIFAR-10. */
    public ImageFolder() {
        this("data/images", 32, "");
    }

    @Override
    public Holdout load(Seed seed) {
        Path root = Path.of(folder);
        List<String> classes = new ArrayList<>(new TreeSet<>(
                children(root.resolve("train"), true).map(ImageFolder::name).toList()));
        Require.that(
                !classes.isEmpty(),
                root.resolve("train") + " holds no folders; expected one per class with its pictures in it");
        children(root.resolve("test"), true).map(ImageFolder::name).forEach(name -> {
            if (!classes.contains(name)) {
                throw new IllegalArgumentException(
                        root.resolve("test") + " has class '" + name + "', but train has only " + classes);
            }
        });
        Subjects people = Subjects.read(subjects);
        Holdout data = new Holdout(read(root, "train", classes, people), read(root, "test", classes, people));
        people.requireKnown(data.train(), data.test());
        return data;
    }

    private ImageSet read(Path root, String part, List<String> classes, Subjects people) {
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            Path group = root.resolve(part).resolve(classes.get(label));
            if (Files.isDirectory(group)) {
                for (Path file : children(group, false).toList()) {
                    files.add(file);
                    labels.add(label);
                }
            }
        }
        Require.that(!files.isEmpty(), root.resolve(part) + " holds no PNG or JPEG files in its class folders");
        List<ExampleId> ids = files.stream()
                .map(file -> new ExampleId(
                        root.relativize(file).toString().replace('\\', '/').replaceAll("\\s", "_")))
                .toList();
        ExampleIds.requireDistinct(root.toString(), ids);
        IntFunction<ExampleId> byRow = ids::get;
        Tensor pixels = Photographs.read(files, side);
        return new ImageSet(
                root.getFileName() + " " + part,
                classes,
                pixels,
                labels.stream().mapToInt(Integer::intValue).toArray(),
                byRow,
                people.of(byRow));
    }

    /** Sub-folders or pictures of a folder, by name; hidden ones are left out. */
    private static Stream<Path> children(Path parent, boolean folders) {
        if (!Files.isDirectory(parent)) {
            throw Missing.data(
                    "Found no folder " + parent + "; expected train/CLASS/*.png and test/CLASS/*.png (or .jpg)");
        }
        try (Stream<Path> list = Files.list(parent)) {
            return list
                    .filter(path -> !name(path).startsWith("."))
                    .filter(path -> folders ? Files.isDirectory(path) : isPicture(path))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + parent, e);
        }
    }

    private static boolean isPicture(Path path) {
        String name = name(path).toLowerCase(Locale.ROOT);
        return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
