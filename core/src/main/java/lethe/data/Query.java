package lethe.data;

import java.util.ArrayList;
import java.util.List;
import lethe.catalog.Require;
import lethe.engine.Scope;
import lethe.engine.Tensor;

/**
 * A version of an image that a model is asked about: mirrored or not, and moved. What moves in at a border is black, as in
 * {@link CropFlip}. Training should have shown the model such versions; others tell an attacker less.
 *
 * @param mirrored whether left and right are exchanged, before it is moved
 * @param down pixels that it is moved down, negative upwards
 * @param right pixels that it is moved to the right, negative to the left
 */
public record Query(boolean mirrored, int down, int right) {
    /** One pixel along an axis first, as that changes less than a diagonal. */
    private static final int[][] MOVES = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};

    /** How many there are: the image itself, its mirror image, and eight that are moved by one pixel. */
    public static final int MOST = 2 + MOVES.length;

    /** The first of a fixed list, the image itself before all. */
    public static List<Query> first(int count) {
        Require.within("queries", count, 1, MOST);
        List<Query> list = new ArrayList<>(List.of(new Query(false, 0, 0), new Query(true, 0, 0)));
        for (int[] move : MOVES) {
            list.add(new Query(false, move[0], move[1]));
        }
        return List.copyOf(list.subList(0, count));
    }

    /** This version of every image of a data set; ids, labels and digests stay those of the images. */
    public Dataset of(Dataset images) {
        Require.that(
                images.shape().length == 3,
                "'" + images.name() + "' holds no images (C, H, W), and only images can be mirrored and moved; set"
                        + " audit.queries to 1");
        return new Asked(images);
    }

    private final class Asked extends DatasetView {
        Asked(Dataset base) {
            super(base);
        }

        @Override
        public Tensor inputs(int[] rows) {
            try (Scope scope = Scope.open()) {
                Tensor pixels = base.inputs(rows).permute(0, 2, 3, 1); // (B, H, W, C)
                Tensor version = moved(mirrored ? pixels.flip(2) : pixels);
                return scope.keep(version.permute(0, 3, 1, 2));
            }
        }

        private Tensor moved(Tensor pixels) {
            if (down == 0 && right == 0) {
                return pixels;
            }
            long height = pixels.size(1) - Math.abs(down);
            long width = pixels.size(2) - Math.abs(right);
            Tensor moved = Tensor.zeros(pixels.shape()).like(pixels);
            moved.narrow(1, Math.max(0, down), height)
                    .narrow(2, Math.max(0, right), width)
                    .copyInPlace(pixels.narrow(1, Math.max(0, -down), height).narrow(2, Math.max(0, -right), width));
            return moved;
        }

        @Override
        public Origin origin(int row) {
            return base.origin(row);
        }
    }
}
