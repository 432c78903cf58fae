package lethe.models;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Linear;
import lethe.engine.Module;
import lethe.engine.Tensor;

/**
 * A multi-layer perceptron with rectified units; takes inputs of any shape.
 *
 * @param hidden widths of the hidden layers, from input to output
 */
@Named("mlp")
@AutoService(Architecture.class)
public record Mlp(List<Integer> hidden) implements Architecture {
    public Mlp {
        hidden = List.copyOf(hidden);
        hidden.forEach(width -> Require.positive("hidden", width));
    }

    /** One hidden layer of 128 units. */
    public Mlp() {
        this(List.of(128));
    }

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(Arrays.stream(inputShape).reduce(1, Math::multiplyExact), classes);
    }

    private final class Network extends Module {
        private final List<Linear> layers = new ArrayList<>();

        Network(long inputs, int classes) {
            long in = inputs;
            for (int width : hidden) {
                layers.add(child("layer" + layers.size(), new Linear(in, width)));
                in = width;
            }
            layers.add(child("head", new Linear(in, classes)));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = x.flatten(1); // (B, D)
            for (int i = 0; i < layers.size() - 1; i++) {
                h = layers.get(i).forward(h).relu();
            }
            return layers.get(layers.size() - 1).forward(h); // (B, K)
        }
    }
}
