package lethe.data;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.engine.Seed;
import lethe.engine.Tensor;

/** Leaves inputs as they are. */
@Named("none")
@AutoService(Augmentation.class)
public record NoAugmentation() implements Augmentation {
    @Override
    public Tensor apply(Tensor inputs, Seed seed) {
        return inputs;
    }
}
