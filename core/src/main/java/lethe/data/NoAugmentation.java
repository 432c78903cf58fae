package lethe.data;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** Training inputs as they are. */
@Named("none")
@AutoService(Augmentation.class)
public record NoAugmentation() implements Augmentation {
    @Override
    public Tensor apply(Tensor images, Seed seed) {
        return images;
    }
}
