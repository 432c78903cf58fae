package lethe.models;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Named;
import lethe.engine.BatchNorm;
import lethe.engine.Convolution;
import lethe.engine.Linear;
import lethe.engine.Module;
import lethe.engine.Precision;
import lethe.engine.Tensor;

/**
 * VGG-19 with batch normalisation: sixteen convolutions in five stages, each stage ended by a pooling.
 *
 * <p>Unlike the paper, the classifier is one linear layer on the globally averaged last stage, the usual form for small
 * images.
 *
 * @see <a href="https://arxiv.org/abs/1409.1556">Simonyan and Zisserman, 2014</a>
 */
@Named("vgg19")
@AutoService(Architecture.class)
public record Vgg() implements Architecture {
    private static final int[] WIDTHS = {64, 128, 256, 512, 512};
    private static final int[] DEPTHS = {2, 2, 4, 4, 4};

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(Shapes.channels("vgg19", inputShape, 32), classes);
    }

    private static final class Network extends Module {
        private final List<Module> layers = new ArrayList<>();
        private final Linear head;

        Network(long channels, int classes) {
            long in = channels;
            for (int stage = 0; stage < WIDTHS.length; stage++) {
                for (int i = 0; i < DEPTHS[stage]; i++) {
                    boolean last = i == DEPTHS[stage] - 1;
                    layers.add(child("stage" + (stage + 1) + "_" + i, new Layer(in, WIDTHS[stage], last)));
                    in = WIDTHS[stage];
                }
            }
            head = child("head", new Linear(in, classes));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = x;
            for (Module layer : layers) {
                h = layer.forward(h); // (B, 512, H/32, W/32) in the end
            }
            return head.forward(h.meanOver(2, 3).to(Precision.FP32)); // (B, K)
        }
    }

    private static final class Layer extends Module {
        private final Convolution conv;
        private final BatchNorm norm;
        private final boolean pooled;

        Layer(long in, long out, boolean pooled) {
            this.conv = child("conv", new Convolution(in, out, 3, 1, 1));
            this.norm = child("norm", new BatchNorm(out));
            this.pooled = pooled;
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = norm.forward(conv.forward(x)).reluInPlace();
            return pooled ? h.maxPool(2) : h;
        }
    }
}
