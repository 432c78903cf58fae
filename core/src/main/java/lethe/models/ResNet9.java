package lethe.models;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.BatchNorm;
import lethe.engine.Convolution;
import lethe.engine.Linear;
import lethe.engine.Module;
import lethe.engine.Precision;
import lethe.engine.Tensor;

/**
 * A nine-layer residual network that learns 32×32 images in a few epochs; the network for shadow worlds.
 *
 * <pre>
 *   conv → [conv, pool] + residual → [conv, pool] → [conv, pool] + residual → global max → linear / 8
 * </pre>
 *
 * Every convolution is followed by batch normalisation and a rectifier; pooling precedes both where there is one, and spares three quarters of
 * their cost. The layout follows the DAWNBench entries of D. Page (2018), "How to train your ResNet".
 *
 * @param width channels after the first convolution; later stages have two, four and eight times as many
 */
@Named("resnet9")
@AutoService(Architecture.class)
public record ResNet9(int width) implements Architecture {
    private static final double HEAD_SCALE = 0.125;

    public ResNet9 {
        Require.positive("width", width);
    }

    /** Width 32: 1.6 million parameters, 0.19 GFLOP a forward image of 32×32. */
    public ResNet9() {
        this(32);
    }

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(Shapes.channels("resnet9", inputShape, 16), classes);
    }

    private final class Network extends Module {
        private final List<Module> layers;
        private final Linear head;

        Network(long channels, int classes) {
            layers = List.of(
                    child("prep", new Layer(channels, width, false)),
                    child("layer1", new Layer(width, 2L * width, true)),
                    child("residual1", new Residual(2L * width)),
                    child("layer2", new Layer(2L * width, 4L * width, true)),
                    child("layer3", new Layer(4L * width, 8L * width, true)),
                    child("residual3", new Residual(8L * width)));
            head = child("head", new Linear(8L * width, classes));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = x; // (B, C, 32, 32)
            for (Module layer : layers) {
                h = layer.forward(h); // (B, w, 32, 32) … (B, 8w, 4, 4)
            }
            Tensor pooled = h.maxOver(2, 3).to(Precision.FP32); // (B, 8w)
            return head.forward(pooled).mul(HEAD_SCALE); // (B, K)
        }
    }

    private static final class Layer extends Module {
        private final Convolution conv;
        private final BatchNorm norm;
        private final Optional<Long> pool;

        Layer(long in, long out, boolean pooled) {
            conv = child("conv", new Convolution(in, out, 3, 1, 1));
            norm = child("norm", new BatchNorm(out));
            pool = pooled ? Optional.of(2L) : Optional.empty();
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = conv.forward(x);
            return norm.forward(pool.map(h::maxPool).orElse(h)).reluInPlace();
        }
    }

    private static final class Residual extends Module {
        private final Layer first;
        private final Layer second;

        Residual(long channels) {
            first = child("0", new Layer(channels, channels, false));
            second = child("1", new Layer(channels, channels, false));
        }

        @Override
        public Tensor forward(Tensor x) {
            return second.forward(first.forward(x)).add(x);
        }
    }
}
