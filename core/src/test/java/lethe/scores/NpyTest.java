package lethe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that {@code benchmarks/reference/npy_files.py} wrote with NumPy. */
class NpyTest {
    private static Path file(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(NpyTest.class.getResource("/reference/npy/" + name), name)
                .toURI());
    }

    private static List<Double> read(String name) throws URISyntaxException {
        List<Double> elements = new ArrayList<>();
        Npy.open(file(name)).forEach((index, value) -> elements.add((int) index, value));
        return elements;
    }

    @ParameterizedTest
    @CsvSource({"f4-v1, -2.5", "f4-v2, -2.5", "f4-v3, -2.5", "f8, -2.5", "i4, -2", "i8, -2", "i1, -2", "u1, 250"})
    void numbersOfEveryTypeAndVersionAreRead(String name, double first) throws URISyntaxException {
        assertThat(Npy.open(file(name + ".npy")).shape()).containsExactly(2L, 3L);
        assertThat(read(name + ".npy")).containsExactly(first, first + 1, first + 2, first + 3, first + 4, first + 5);
    }

    @Test
    void booleansAreOnesAndZeros() throws URISyntaxException {
        assertThat(Npy.open(file("b1.npy")).isWhole()).isTrue();
        assertThat(read("b1.npy")).containsExactly(1.0, 0.0, 1.0, 0.0, 1.0, 0.0);
    }

    @Test
    void aSingleAxisIsAShapeToo() throws URISyntaxException {
        assertThat(Npy.open(file("one-axis.npy")).shape()).containsExactly(1L);
        assertThat(read("one-axis.npy")).containsExactly(7.0);
    }

    @ParameterizedTest
    @CsvSource({
        "bad-objects, Python objects",
        "bad-fortran, Fortran order",
        "bad-big-endian, little-endian",
        "bad-record, a record",
        "bad-half, '''<f2'''",
        "bad-cut, it was cut off",
        "bad-longer, takes 176",
        "bad-archive, numpy.save"
    })
    void whatIsNotAPlainArrayIsRefused(String name, String message) throws URISyntaxException {
        Path file = file(name + ".npy");

        assertThatThrownBy(() -> Npy.open(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
