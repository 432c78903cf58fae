package lethe.data;

import java.awt.image.BufferedImage;
import java.util.Map;
import lethe.catalog.Digest;

/** The examples of another data set, some of them under wrong labels that were given on purpose. */
public sealed class Mislabelled extends DatasetView implements KnownMislabels {
    private final Map<Integer, Integer> labels;

    private Mislabelled(Dataset base, Map<Integer, Integer> labels) {
        super(base);
        labels.forEach((row, label) -> {
            if (base.isText()) {
                throw new IllegalArgumentException(
                        "A text has no label that could be wrong; plant canaries among the" + " texts themselves");
            }
            if (label < 0 || label >= base.classes().size() || label == base.label(row)) {
                throw new IllegalArgumentException("Example " + base.id(row) + " has label " + base.label(row) + " of "
                        + base.classes().size() + " classes, so that " + label + " is no wrong label for it");
            }
        });
        this.labels = Map.copyOf(labels);
    }

    /**
     * A data set with some labels replaced.
     *
     * @param labels the wrong labels, by row
     */
    public static Dataset of(Dataset base, Map<Integer, Integer> labels) {
        boolean pictured = base.size() > 0 && base.origin(0).dataset() instanceof Pictured;
        return pictured ? new WithPictures(base, labels) : new Mislabelled(base, labels);
    }

    private static final class WithPictures extends Mislabelled implements Pictured {
        WithPictures(Dataset base, Map<Integer, Integer> labels) {
            super(base, labels);
        }

        @Override
        public BufferedImage picture(int row) {
            return Pictured.of(base, row).orElseThrow();
        }
    }

    @Override
    public boolean mislabelled(int row) {
        return labels.containsKey(row) || KnownMislabels.of(base, row);
    }

    @Override
    public int label(int row) {
        Integer wrong = labels.get(row);
        return wrong == null ? base.label(row) : wrong;
    }

    @Override
    public String digest(int row) {
        Integer wrong = labels.get(row);
        return wrong == null ? base.digest(row) : Digest.sha256(base.digest(row) + " labelled " + wrong);
    }
}
