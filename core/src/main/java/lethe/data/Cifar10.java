package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;

/**
 * CIFAR-10: 50,000 training and 10,000 test photographs of 32×32 pixels in ten classes, in its binary version.
 *
 * @param folder where the files or the published archive are
 * @param train number of training examples to use, the first ones in the order of the files; 0 uses all
 * @param test number of test examples to use, likewise
 * @param subjects path of a CSV file with the columns id and subject; empty if nobody is known
 * @see <a href="https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf">Krizhevsky, 2009</a>
 */
@Named("cifar10")
@AutoService(DataSource.class)
public record Cifar10(String folder, int train, int test, String subjects) implements DataSource {
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final List<String> TRAIN_FILES =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");

    public Cifar10 {
        Require.notNegative("train", train);
        Require.notNegative("test", test);
    }

    /** All of {@code data/cifar10}. */
    public Cifar10() {
        this("data/cifar10", 0, 0, "");
    }

    /** All examples in a folder or an archive. */
    public static Holdout read(Path folder) {
        return new Cifar10(folder.toString(), 0, 0, "").load(Seed.of(0));
    }

    @Override
    public Holdout load(Seed seed) {
        RecordFiles files = new RecordFiles("cifar10", Path.of(folder), Published.CIFAR10, 1, TRAIN_FILES.get(0));
        Subjects people = Subjects.read(subjects);
        Holdout data = new Holdout(
                files.read("train", TRAIN_FILES, train, CLASSES, people),
                files.read("test", List.of("test_batch.bin"), test, CLASSES, people));
        if (train == 0 && test == 0) {
            people.requireKnown(data.train(), data.test());
        }
        return data;
    }
}
