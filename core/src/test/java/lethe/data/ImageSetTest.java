package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import org.junit.jupiter.api.Test;

class ImageSetTest {
    @Test
    void digestsCoverSizeLabelAndPixels() throws Exception {
        try (ImageSet set = twoPixels(1)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ByteBuffer.allocate(16)
                    .putInt(1)
                    .putInt(2)
                    .putInt(1)
                    .putInt(1)
                    .array());
            sha256.update(new byte[] {7, (byte) 200});

            assertThat(set.digest(0)).isEqualTo(HexFormat.of().formatHex(sha256.digest()));
            try (ImageSet relabelled = twoPixels(0)) {
                assertThat(relabelled.digest(0)).isNotEqualTo(set.digest(0));
            }
        }
    }

    @Test
    void labelsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> twoPixels(2))
                .hasMessage("toy: example train/00000 has label 2, but the 2 classes have labels 0…1");
    }

    @Test
    void inputsOutliveNoScopeButTheDataDoes() {
        ImageSet set;
        try (Scope scope = Scope.open()) {
            set = twoPixels(1);
        }
        try (Scope scope = Scope.open();
                set) {
            assertThat(set.inputs(new int[] {0}).toFloats())
                    .containsExactly(7 * (float) (1 / 255.0), 200 * (float) (1 / 255.0));
            assertThat(set.labels(new int[] {0}).toLongs()).containsExactly(1);
        }
    }

    @Test
    void threadsMayReadAtOnce() {
        Dataset train = new Glyphs(300, 1, 0, 0.1).load(Seed.of(1)).train();
        List<String> alone =
                IntStream.range(0, 300).mapToObj(row -> fingerprint(train, row)).toList();

        List<String> together = IntStream.range(0, 3000)
                .parallel()
                .mapToObj(row -> fingerprint(train, row % 300))
                .toList();

        for (int i = 0; i < together.size(); i++) {
            assertThat(together.get(i)).isEqualTo(alone.get(i % 300));
        }
    }

    private static String fingerprint(Dataset dataset, int row) {
        try (Scope scope = Scope.open()) {
            return dataset.digest(row)
                    + java.util.Arrays.hashCode(dataset.inputs(new int[] {row}).toFloats());
        }
    }

    private static ImageSet twoPixels(int label) {
        return new ImageSet(
                "toy",
                List.of("a", "b"),
                Tensor.ofBytes(new byte[] {7, (byte) 200}, 1, 1, 2, 1),
                new int[] {label},
                ImageSet.numbered("train"),
                row -> Optional.empty());
    }
}
