package lethe.benchmarks;

import lethe.models.Architecture;
import lethe.models.Gpt;
import lethe.models.Mlp;
import lethe.models.ResNet;
import lethe.models.ResNet9;

/**
 * Floating-point operations of the convolutions and linear layers in one forward pass of one 32×32 colour image or text; a
 * multiplication and an addition count as two. Everything else is not counted. A training step takes three times as
 * many: one for the outputs, one each for the gradients of inputs and weights.
 */
final class Flops {
    static final int PASSES_PER_STEP = 3;

    private Flops() {}

    static double forward(Architecture network, int classes) {
        if (network instanceof ResNet9 fast) {
            return forward(fast, classes);
        } else if (network instanceof ResNet deep) {
            return forward(deep, classes);
        } else if (network instanceof Mlp plain) {
            return forward(plain, classes);
        }
        throw new IllegalArgumentException("The operations of " + network + " are not counted here");
    }

    static double forward(Mlp network, int classes) {
        double sum = 0;
        double in = 3 * 32 * 32;
        for (int width : network.hidden()) {
            sum += 2 * in * width;
            in = width;
        }
        return sum + 2 * in * classes;
    }

    static double forward(ResNet network, int classes) {
        double w = network.width();
        double sum = convolution(3, w, 3, 32) + 4 * convolution(w, w, 3, 32);
        for (int stage = 1; stage < 4; stage++) {
            double in = w * (1 << stage - 1);
            double out = 2 * in;
            int side = 32 >> stage;
            sum += convolution(in, out, 3, side) + convolution(in, out, 1, side) + 3 * convolution(out, out, 3, side);
        }
        return sum + 2 * 8 * w * classes;
    }

    static double forward(ResNet9 network, int classes) {
        double w = network.width();
        return convolution(3, w, 3, 32)
                + convolution(w, 2 * w, 3, 32) // before its pooling, like the other two
                + 2 * convolution(2 * w, 2 * w, 3, 16)
                + convolution(2 * w, 4 * w, 3, 16)
                + convolution(4 * w, 8 * w, 3, 8)
                + 2 * convolution(8 * w, 8 * w, 3, 4)
                + 2 * 8 * w * classes;
    }

    /** One text of {@code tokens}; each token attends to half of them on average. */
    static double forward(Gpt network, int vocabulary, int tokens) {
        double width = network.width();
        double layer = 12 * width * width + tokens * width; // linear maps; products with keys and values
        return 2.0 * tokens * (network.layers() * layer + width * vocabulary);
    }

    /** @param side of the output */
    private static double convolution(double in, double out, int kernel, int side) {
        return 2 * in * out * kernel * kernel * side * side;
    }
}
