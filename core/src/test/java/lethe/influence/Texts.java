package lethe.influence;

import java.util.List;
import java.util.Optional;
import lethe.catalog.Digest;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Worded;
import lethe.engine.Tensor;

/** Texts without numbers in them. */
final class Texts implements Dataset, Worded {
    private final List<String> texts;
    private final List<String> owners;

    Texts(List<String> texts) {
        this(texts, List.of());
    }

    /** Texts of some people; an empty name for nobody. */
    Texts(List<String> texts, List<String> owners) {
        this.texts = texts;
        this.owners = owners;
    }

    @Override
    public String name() {
        return "texts";
    }

    @Override
    public int size() {
        return texts.size();
    }

    @Override
    public List<String> classes() {
        return List.of("text");
    }

    @Override
    public ExampleId id(int row) {
        return new ExampleId("text/" + row);
    }

    @Override
    public int label(int row) {
        return 0;
    }

    @Override
    public Optional<String> subject(int row) {
        return owners.isEmpty()
                ? Optional.empty()
                : Optional.of(owners.get(row)).filter(name -> !name.isEmpty());
    }

    @Override
    public String digest(int row) {
        return Digest.sha256(texts.get(row));
    }

    @Override
    public long[] shape() {
        return new long[] {1};
    }

    @Override
    public Tensor inputs(int[] rows) {
        throw new UnsupportedOperationException("Nobody looks at these but by reading them");
    }

    @Override
    public String text(int row) {
        return texts.get(row);
    }
}
