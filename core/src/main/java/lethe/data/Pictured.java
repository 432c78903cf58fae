package lethe.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

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

    /** The same as a PNG in a data URI, for pages that load nothing. */
    static Optional<String> dataUri(Dataset dataset, int row) {
        return of(dataset, row).map(picture -> {
            try {
                var png = new ByteArrayOutputStream();
                ImageIO.write(picture, "png", png);
                return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot encode a picture", e);
            }
        });
    }
}
