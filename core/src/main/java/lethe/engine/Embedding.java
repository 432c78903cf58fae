package lethe.engine;

/** A table of vectors, one for each id; ids of any shape to {@code (…, D)}. Entries start normal. */
public final class Embedding extends Module {
    private final Parameter weight;

    /**
     * @param ids how many ids there are
     * @param width the length D of a vector
     * @param standardDeviation of the entries before training
     */
    public Embedding(long ids, long width, double standardDeviation) {
        this.weight = parameter("weight", seed -> seed.normal(standardDeviation, ids, width), ids, width);
    }

    /** The table, {@code (ids, D)}; networks with tied weights use it once more to turn vectors into logits. */
    public Parameter weight() {
        return weight;
    }

    @Override
    public Tensor forward(Tensor ids) {
        return weight.value().embedding(ids);
    }
}
