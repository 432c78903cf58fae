package lethe.models;

import com.google.auto.service.AutoService;
import java.util.List;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.BatchNorm;
import lethe.engine.Convolution;
import lethe.engine.Module;
import lethe.engine.Precision;
import lethe.engine.Tensor;

/**
 * The all-convolutional network: strides instead of pooling, a 1×1 convolution as classifier, global average.
 *
 * <p>Unlike the paper, batch normalisation follows every convolution but the last, as in the unlearning literature that
 * uses this network; without it the network does not train from the default initialisation at usual learning rates.
 *
 * @param width channels of the first block; the paper has 96
 * @see <a href="https://arxiv.org/abs/1412.6806">Springenberg et al., 2014</a>
 */
@Named("all-cnn")
@AutoService(Architecture.class)
public record AllCnn(int width) implements Architecture {
    public AllCnn {
        Require.positive("width", width);
    }

    /** The published width. */
    public AllCnn() {
        this(96);
    }

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(Shapes.channels("all-cnn", inputShape, 16), classes);
    }

    private final class Network extends Module {
        private final List<Layer> layers;
        private final Convolution classifier;

        Network(long channels, int classes) {
            long w = width;
            layers = List.of(
                    child("0", new Layer(channels, w, 3, 1, 1)),
                    child("1", new Layer(w, w, 3, 1, 1)),
                    child("2", new Layer(w, w, 3, 2, 1)), // (B, w, H/2, W/2)
                    child("3", new Layer(w, 2 * w, 3, 1, 1)),
                    child("4", new Layer(2 * w, 2 * w, 3, 1, 1)),
                    child("5", new Layer(2 * w, 2 * w, 3, 2, 1)), // (B, 2w, H/4, W/4)
                    child("6", new Layer(2 * w, 2 * w, 3, 1, 1)),
                    child("7", new Layer(2 * w, 2 * w, 1, 1, 0)));
            classifier = child("classifier", new Convolution(2 * w, classes, 1, 1, 0));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = x;
            for (Layer layer : layers) {
                h = layer.forward(h);
            }
            return classifier.forward(h).meanOver(2, 3).to(Precision.FP32); // (B, K)
        }
    }

    private static final class Layer extends Module {
        private final Convolution conv;
        private final BatchNorm norm;

        Layer(long in, long out, long kernel, long stride, long padding) {
            conv = child("conv", new Convolution(in, out, kernel, stride, padding));
            norm = child("norm", new BatchNorm(out));
        }

        @Override
        public Tensor forward(Tensor x) {
            return norm.forward(conv.forward(x)).reluInPlace();
        }
    }
}
