package lethe.models;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
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
 * ResNet-18 in its CIFAR form: a 3×3 stem without pooling, four stages of two basic blocks.
 *
 * @param width channels of the first stage; each further stage doubles them
 * @param halvedProjections divides {@code branch + shortcut} by 2 in blocks whose shortcut has a projection, as the
 *     experiments of AMUN (Ebrahimpour-Boroojeny et al., ICML 2025) do
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al., 2015</a>
 */
@Named("resnet18")
@AutoService(Architecture.class)
public record ResNet(int width, boolean halvedProjections) implements Architecture {
    public ResNet {
        Require.positive("width", width);
    }

    /** The published width, 64: 11,173,962 parameters for ten classes. */
    public ResNet() {
        this(64, false);
    }

    /** The usual ResNet-18 for 32×32 images. */
    public static ResNet cifar18() {
        return new ResNet();
    }

    @Override
    public Module build(long[] inputShape, int classes) {
        return new Network(Shapes.channels("resnet18", inputShape, 8), classes);
    }

    private final class Network extends Module {
        private final Convolution stem;
        private final BatchNorm stemNorm;
        private final List<Block> blocks = new ArrayList<>();
        private final Linear head;

        Network(long channels, int classes) {
            stem = child("conv1", new Convolution(channels, width, 3, 1, 1));
            stemNorm = child("bn1", new BatchNorm(width));
            long in = width;
            for (int stage = 0; stage < 4; stage++) {
                long out = (long) width << stage;
                Stage blocksOfStage = child("layer" + (stage + 1), new Stage(in, out, stage == 0 ? 1 : 2));
                blocks.addAll(blocksOfStage.blocks);
                in = out;
            }
            head = child("fc", new Linear(in, classes));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = stemNorm.forward(stem.forward(x)).reluInPlace(); // (B, 64, H, W)
            for (Block block : blocks) {
                h = block.forward(h); // (B, 64·2ˢ, H/2ˢ, W/2ˢ)
            }
            return head.forward(h.meanOver(2, 3).to(Precision.FP32)); // (B, K)
        }
    }

    private final class Stage extends Module {
        private final List<Block> blocks;

        Stage(long in, long out, long stride) {
            blocks = List.of(child("0", new Block(in, out, stride)), child("1", new Block(out, out, 1)));
        }

        @Override
        public Tensor forward(Tensor x) {
            return blocks.get(1).forward(blocks.get(0).forward(x));
        }
    }

    private final class Block extends Module {
        private final Convolution conv1;
        private final BatchNorm norm1;
        private final Convolution conv2;
        private final BatchNorm norm2;
        private final Optional<Projection> projection;

        Block(long in, long out, long stride) {
            conv1 = child("conv1", new Convolution(in, out, 3, stride, 1));
            norm1 = child("bn1", new BatchNorm(out));
            conv2 = child("conv2", new Convolution(out, out, 3, 1, 1));
            norm2 = child("bn2", new BatchNorm(out));
            projection = stride != 1 || in != out
                    ? Optional.of(child("shortcut", new Projection(in, out, stride)))
                    : Optional.empty();
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = norm1.forward(conv1.forward(x)).reluInPlace();
            Tensor branch = norm2.forward(conv2.forward(h));
            Tensor sum = branch.addInPlace(projection.map(p -> p.forward(x)).orElse(x));
            return (projection.isPresent() && halvedProjections ? sum.mulInPlace(0.5) : sum).reluInPlace();
        }
    }

    private static final class Projection extends Module {
        private final Convolution conv;
        private final BatchNorm norm;

        Projection(long in, long out, long stride) {
            conv = child("0", new Convolution(in, out, 1, stride, 0));
            norm = child("1", new BatchNorm(out));
        }

        @Override
        public Tensor forward(Tensor x) {
            return norm.forward(conv.forward(x));
        }
    }
}
