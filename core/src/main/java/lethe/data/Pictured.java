package lethe.data;

import java.awt.image.BufferedImage;
import java.util.Optional;

/** A data set whose examples can be shown. */
public interface Pictured {
    /** The picture of one example, in its own size. */
    BufferedImage picture(int row);

    /** The picture of one example of any data set, views included, if it has one. */
    static Optional<BufferedImage> of(Dataset dataset, int row) {
        Dataset.Origin origin = dataset.origin(row);
        return origin.dataset() instanceof Pictured pictured
                ? Optional.of(pictured.picture(origin.row()))
                : Optional.empty();
    }
}
