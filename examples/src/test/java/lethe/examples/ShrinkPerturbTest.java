package lethe.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import lethe.catalog.Catalog;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.models.Mlp;
import lethe.models.Model;
import lethe.training.Trial;
import lethe.unlearning.UnlearningMethod;
import org.junit.jupiter.api.Test;

class ShrinkPerturbTest {
    private static final long[] SHAPE = {2};

    @Test
    void plansFindItByName() {
        assertThat(Catalog.of(UnlearningMethod.class).get("shrink-perturb")).isEqualTo(new ShrinkPerturb());
    }

    @Test
    void weightsMoveHalfWayToFreshOnes() {
        try (Scope scope = Scope.open();
                Model model = new Mlp().create(SHAPE, 2, Seed.of(1));
                Model fresh = new Mlp().create(SHAPE, 2, Trial.seeded(3).random("fresh"))) {
            float[] before = weights(model);
            float[] target = weights(fresh);

            new ShrinkPerturb(0.5, 1, 0.1, 1).shrink(model, Trial.seeded(3));

            float[] after = weights(model);
            for (int j = 0; j < after.length; j++) {
                assertThat(after[j]).isCloseTo(0.5f * (before[j] + target[j]), within(1e-6f)); // one rounding
            }
        }
    }

    private static float[] weights(Model model) {
        return model.weights().values().toFloats();
    }
}
