package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;

/**
 * CIFAR-100 with its fine labels: 50,000 training and 10,000 test photographs of 32×32 pixels in a hundred classes, in
 * its binary version. The coarse labels are not used.
 *
 * @param folder where the files or the published archive are
 * @param train number of training examples to use, the first ones in the order of the file; 0 uses all
 * @param test number of test examples to use, likewise
 * @param subjects path of a CSV file with the columns id and subject; empty if nobody is known
 * @see <a href="https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf">Krizhevsky, 2009</a>
 */
@Named("cifar100")
@AutoService(DataSource.class)
public record Cifar100(String folder, int train, int test, String subjects) implements DataSource {
    /** In the order of {@code fine_label_names.txt}. */
    private static final List<String> CLASSES = List.of("""
            apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
            castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
            elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster
            man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
            pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
            skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
            tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
            """.strip().split("\\s+"));

    public Cifar100 {
        Require.notNegative("train", train);
        Require.notNegative("test", test);
    }

    /** All of {@code data/cifar100}. */
    public Cifar100() {
        this("data/cifar100", 0, 0, "");
    }

    /** All examples in a folder or an archive. */
    public static Holdout read(Path folder) {
        return new Cifar100(folder.toString(), 0, 0, "").load(Seed.of(0));
    }

    @Override
    public Holdout load(Seed seed) {
        RecordFiles files = new RecordFiles("cifar100", Path.of(folder), Published.CIFAR100, 2, "train.bin");
        Subjects people = Subjects.read(subjects);
        Holdout data = new Holdout(
                files.read("train", List.of("train.bin"), train, CLASSES, people),
                files.read("test", List.of("test.bin"), test, CLASSES, people));
        if (train == 0 && test == 0) {
            people.requireKnown(data.train(), data.test());
        }
        return data;
    }
}
