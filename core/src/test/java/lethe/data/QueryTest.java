package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final int[] ROWS = {3, 0, 5};
    private static final int SIDE = 32;

    private final Dataset images = new Glyphs(8, 1, 0, 0.1).load(Seed.of(1)).train();

    private static float[] pixels(Dataset data) {
        try (Scope scope = Scope.open()) {
            return data.inputs(ROWS).contiguous().toFloats(); // (B, C, H, W)
        }
    }

    @Test
    void theListBeginsWithTheImageAndItsMirrorImage() {
        assertThat(Query.first(Query.MOST)).hasSize(10).doesNotHaveDuplicates();
        assertThat(Query.first(4))
                .containsExactly(
                        new Query(false, 0, 0), new Query(true, 0, 0), new Query(false, 0, -1), new Query(false, 0, 1));
        assertThatThrownBy(() -> Query.first(11)).hasMessageContaining("queries");
    }

    @Test
    void theMirrorImageOfTheMirrorImageIsTheImage() {
        Query mirror = Query.first(2).get(1);

        assertThat(pixels(mirror.of(images))).isNotEqualTo(pixels(images));
        assertThat(pixels(mirror.of(mirror.of(images)))).isEqualTo(pixels(images));
        assertThat(pixels(Query.first(1).get(0).of(images))).isEqualTo(pixels(images));
    }

    @Test
    void everyPixelIsWhereItWasMovedTo() {
        float[] original = pixels(images);
        for (Query query : Query.first(Query.MOST)) {
            float[] moved = pixels(query.of(images));
            for (int at = 0; at < moved.length; at++) {
                int y = at / SIDE % SIDE - query.down();
                int x = at % SIDE - query.right();
                boolean outside = y < 0 || y >= SIDE || x < 0 || x >= SIDE;
                int from = at / (SIDE * SIDE) * SIDE * SIDE + y * SIDE + (query.mirrored() ? SIDE - 1 - x : x);
                assertThat(moved[at]).isEqualTo(outside ? 0 : original[from]);
            }
        }
    }

    @Test
    void whatIsNoImageIsRefused() {
        assertThatThrownBy(() -> Query.first(2).get(1).of(new Purchases()))
                .hasMessageContaining("holds no images (C, H, W)")
                .hasMessageContaining("set audit.queries to 1");
    }

    /** Examples of seven numbers. */
    private record Purchases() implements Dataset {
        @Override
        public String name() {
            return "purchases";
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public ExampleId id(int row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int label(int row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<String> subject(int row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String digest(int row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long[] shape() {
            return new long[] {7};
        }

        @Override
        public Tensor inputs(int[] rows) {
            throw new UnsupportedOperationException();
        }
    }
}
