package lethe.influence;

import java.util.Arrays;

/** Disjoint sets of 0 … n − 1 that are joined, none beyond a size. */
final class CappedUnions {
    private final int[] parent;
    private final int[] size;
    private final int cap;

    CappedUnions(int n, int cap) {
        this.parent = new int[n];
        this.size = new int[n];
        this.cap = cap;
        Arrays.setAll(parent, i -> i);
        Arrays.fill(size, 1);
    }

    int find(int item) {
        int root = item;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]]; // halves the path
            root = parent[root];
        }
        return root;
    }

    /** Joins two sets; false if they are one already or would be too large together. */
    boolean join(int a, int b) {
        int one = find(a);
        int other = find(b);
        if (one == other || size[one] + size[other] > cap) {
            return false;
        }
        int large = size[one] >= size[other] ? one : other;
        int small = large == one ? other : one;
        parent[small] = large;
        size[large] += size[small];
        return true;
    }

    int size(int item) {
        return size[find(item)];
    }
}
