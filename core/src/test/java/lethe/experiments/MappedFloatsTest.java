package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFloatsTest {
    private static final int LARGE = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void largeTablesLieOutsideTheHeapAndLeaveNoFileBehind() {
        FloatBuffer table = new MappedFloats(directory).floats(LARGE);

        assertThat(directory).isEmptyDirectory();
        assertThat(table.capacity()).isEqualTo(LARGE);
        assertThat(table.hasArray()).isFalse();
        assertThat(table.get(LARGE - 1)).isZero();
        table.put(LARGE - 1, 2.5f);
        assertThat(table.get(LARGE - 1)).isEqualTo(2.5f);
    }

    @Test
    void smallTablesStayOnTheHeap() {
        FloatBuffer table = new MappedFloats(directory).floats(1000);

        assertThat(table.hasArray()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatIsMissingIsNamed() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> new MappedFloats(missing).floats(LARGE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("writable");
    }
}
