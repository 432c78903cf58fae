package lethe.unlearning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import lethe.data.DatasetView;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.TextSet;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.text.BytePairTokenizer;

/** Texts of random letters, of different lengths, each with a prompt; remembers which rows were read. */
final class Sentences extends DatasetView implements ReadDataset {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 9;

    private final Set<Integer> read = new HashSet<>();

    Sentences(int size, Seed seed) {
        super(TextSet.of("sentences", documents(size, seed), BytePairTokenizer.bytes()));
    }

    private static List<Document> documents(int size, Seed seed) {
        List<Document> documents = new ArrayList<>();
        for (int row = 0; row < size; row++) {
            RandomGenerator random = seed.derive("text", row).random();
            documents.add(new Document(
                    new ExampleId("sentence/" + row),
                    letters(random, 2),
                    letters(random, random.nextInt(SHORTEST, LONGEST + 1)),
                    false,
                    Optional.empty()));
        }
        return documents;
    }

    private static String letters(RandomGenerator random, int count) {
        return random.ints(count, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Override
    public Set<Integer> rowsRead() {
        return read;
    }

    @Override
    public Tensor inputs(int[] rows) {
        Arrays.stream(rows).forEach(read::add);
        return base.inputs(rows);
    }

    @Override
    public Tensor labels(int[] rows) {
        return base.labels(rows);
    }

    @Override
    public Origin origin(int row) {
        return base.origin(row);
    }
}
