package lethe.data;

import com.google.auto.service.AutoService;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/**
 * Grey images in the IDX format of MNIST and Fashion-MNIST, gzipped or not: {@code train-images-idx3-ubyte},
 * {@code train-labels-idx1-ubyte} and the same with {@code t10k} for the test examples. Images keep their size and their
 * one channel.
 *
 * @param folder where the four files are
 * @param train number of training examples to use, the first ones of the file; 0 uses all
 * @param test number of test examples to use, likewise
 * @param classes class names in label order
 * @param subjects path of a CSV file with the columns id and subject; empty if nobody is known
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The format</a>
 */
@Named("idx")
@AutoService(DataSource.class)
public record Idx(String folder, int train, int test, List<String> classes, String subjects) implements DataSource {
    private static final int IMAGES = 0x00000803;
    private static final int LABELS = 0x00000801;
    /** Deflate never does better than 1032 to 1, so a file cannot hold more than this times its own length. */
    private static final long MAX_RATIO = 1032;

    public Idx {
        Require.notNegative("train", train);
        Require.notNegative("test", test);
        Require.that(!classes.isEmpty(), "classes must name at least one class");
        classes = List.copyOf(classes);
    }

    /** All digits of {@code data/mnist}. */
    public Idx() {
        this("data/mnist", 0, 0, List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), "");
    }

    @Override
    public Holdout load(Seed seed) {
        Subjects people = Subjects.read(subjects);
        Holdout data = new Holdout(read("train", "train", train, people), read("test", "t10k", test, people));
        if (train == 0 && test == 0) {
            people.requireKnown(data.train(), data.test());
        }
        return data;
    }

    private ImageSet read(String part, String prefix, int count, Subjects people) {
        int[] labels = labels(find(prefix + "-labels", "idx1-ubyte"), count);
        Path file = find(prefix + "-images", "idx3-ubyte");
        try (Scope scope = Scope.open();
                DataInputStream in = open(file)) {
            int examples = header(file, in, IMAGES);
            int height = in.readInt();
            int width = in.readInt();
            Require.that(
                    height > 0 && height <= 1 << 14 && width > 0 && width <= 1 << 14,
                    file + " claims images of " + height + "×" + width + "; expected 1…16384 each");
            int size = take(file, part, examples, count);
            if (size != labels.length) {
                throw new IllegalArgumentException(
                        file + " holds " + examples + " images, but there are " + labels.length + " labels");
            }
            requirePlausible(file, (long) examples * height * width);
            Tensor pixels = Tensor.zeroBytes(size, height, width, 1);
            byte[] image = new byte[height * width];
            for (int row = 0; row < size; row++) {
                in.readFully(image);
                pixels.writeBytes((long) row * image.length, image);
            }
            requireEnd(file, in, size == examples);
            IntFunction<ExampleId> ids = ImageSet.numbered(part);
            String name = Path.of(folder).getFileName() + " " + part;
            return new ImageSet(name, classes, pixels, labels, ids, people.of(ids));
        } catch (EOFException e) {
            throw truncated(file, e);
        } catch (ZipException e) {
            throw new IllegalArgumentException(file + " is not a valid gzip file; fetch it again", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private int[] labels(Path file, int count) {
        try (DataInputStream in = open(file)) {
            int examples = header(file, in, LABELS);
            requirePlausible(file, examples);
            int[] labels = new int[take(file, "labels", examples, count)];
            for (int row = 0; row < labels.length; row++) {
                labels[row] = in.readUnsignedByte();
                if (labels[row] >= classes.size()) {
                    throw new IllegalArgumentException(file + " gives example " + row + " label " + labels[row]
                            + ", expected 0…" + (classes.size() - 1) + "; is the setting 'classes' complete?");
                }
            }
            requireEnd(file, in, labels.length == examples);
            return labels;
        } catch (EOFException e) {
            throw truncated(file, e);
        } catch (ZipException e) {
            throw new IllegalArgumentException(file + " is not a valid gzip file; fetch it again", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** The names under which these files are passed around: with a hyphen or a dot, gzipped or not. */
    private Path find(String stem, String kind) {
        Path place = Path.of(folder);
        List<String> names =
                List.of(stem + "-" + kind, stem + "-" + kind + ".gz", stem + "." + kind, stem + "." + kind + ".gz");
        return names.stream()
                .map(place::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(
                        () -> Missing.data("Found no " + names.get(0) + " in " + place + "; expected one of " + names));
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
            return new DataInputStream(new BufferedInputStream(plain, 1 << 16));
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static int header(Path file, DataInputStream in, int magic) throws IOException {
        int found = in.readInt();
        if (found != magic) {
            throw new IllegalArgumentException(String.format(
                    "%s starts with %08x, expected %08x; is this an IDX file of unsigned bytes?", file, found, magic));
        }
        int examples = in.readInt();
        Require.that(examples > 0, file + " claims " + examples + " examples, expected at least one");
        return examples;
    }

    private static int take(Path file, String part, int examples, int count) {
        Require.that(count <= examples, part + " asks for " + count + " examples, but " + file + " has " + examples);
        return count == 0 ? examples : count;
    }

    /** Fails before memory is taken for more than the file can possibly hold. */
    private static void requirePlausible(Path file, long claimed) throws IOException {
        long most = Files.size(file) * (file.toString().endsWith(".gz") ? MAX_RATIO : 1);
        Require.that(
                claimed <= most,
                file + " claims " + claimed + " bytes of examples, but is too short to hold them; it is truncated");
    }

    private static void requireEnd(Path file, DataInputStream in, boolean readAll) throws IOException {
        Require.that(!readAll || in.read() < 0, file + " goes on after its last example; is it damaged?");
    }

    private static IllegalArgumentException truncated(Path file, EOFException cause) {
        return new IllegalArgumentException(file + " ends before its last example; it is truncated or empty", cause);
    }
}
