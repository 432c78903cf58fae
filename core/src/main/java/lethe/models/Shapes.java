package lethe.models;

import java.util.Arrays;

/** What networks demand of their inputs. */
final class Shapes {
    private Shapes() {}

    /** Fails unless the input is an image whose sides are at least {@code side}; returns its channels. */
    static long channels(String network, long[] inputShape, long side) {
        if (inputShape.length != 3 || inputShape[1] < side || inputShape[2] < side) {
            throw new IllegalArgumentException(network + " takes images (C, H, W) with sides of at least " + side
                    + ", but the data has inputs of shape " + Arrays.toString(inputShape));
        }
        return inputShape[0];
    }
}
