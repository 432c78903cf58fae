package lethe.attacks;

import java.util.Arrays;

/**
 * Which world each of the T values in an example's row is from.
 *
 * <p>Nothing of world {@code w} is left in a row without its column {@code w} and the one left out with it, whatever the
 * layout.
 */
abstract class Layout {
    final int worlds;

    private Layout(int worlds) {
        this.worlds = worlds;
    }

    /** Column {@code w} is of world {@code w}; the one left out with it scatters over the other class. */
    static Layout oneOfEachWorld(int worlds) {
        return new Layout(worlds) {
            @Override
            int world(int example, int column) {
                return column;
            }

            @Override
            int leftOut(int example, int column) {
                return Scatter.below(worlds / 2, example, column);
            }

            @Override
            int[] cells(int[] examples, int world) {
                return Arrays.stream(examples).map(i -> i * worlds + world).toArray();
            }
        };
    }

    /**
     * Two values, one of each class, of every world that the example is a member of, and none of the others. The first is
     * in the column of its world, the second in that of one of the other worlds, in order. Both are left out together.
     *
     * @param member (n × T), T/2 true in each row
     */
    static Layout twoOfEachMemberWorld(boolean[] member, int worlds) {
        short[] partner = new short[member.length];
        short[] rank = new short[member.length];
        int[][] columns = new int[2][worlds / 2];
        for (int row = 0; row < member.length; row += worlds) {
            int[] count = new int[2];
            for (int c = 0; c < worlds; c++) {
                int side = member[row + c] ? 1 : 0;
                rank[row + c] = (short) count[side];
                columns[side][count[side]++] = c;
            }
            for (int k = 0; k < worlds / 2; k++) {
                partner[row + columns[0][k]] = (short) columns[1][k];
                partner[row + columns[1][k]] = (short) columns[0][k];
            }
        }
        return new Layout(worlds) {
            @Override
            int world(int example, int column) {
                int cell = example * worlds + column;
                return member[cell] ? column : partner[cell];
            }

            @Override
            int leftOut(int example, int column) {
                return rank[example * worlds + column];
            }

            @Override
            int[] cells(int[] examples, int world) {
                return Arrays.stream(examples)
                        .map(i -> i * worlds)
                        .filter(row -> member[row + world])
                        .flatMap(row -> Arrays.stream(new int[] {row + world, row + partner[row + world]}))
                        .toArray();
            }
        };
    }

    /** The world of the value in this column of the example's row. */
    abstract int world(int example, int column);

    /** The number of the column, among those of the other class, that is left out when this one is the target. */
    abstract int leftOut(int example, int column);

    /** The positions, in (n × T), of all values of {@code world} that these examples have. */
    abstract int[] cells(int[] examples, int world);
}
