package lethe.data;

/**
 * The stable identity of an example, such as {@code "train/12"}. Ids survive subsets, reordering and the removal of other
 * examples.
 *
 * @param value printable text without white space
 */
public record ExampleId(String value) implements Comparable<ExampleId> {
    public ExampleId {
        if (value.isBlank() || value.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new IllegalArgumentException(
                    "An example id is printable text without white space, but is '" + value + "'");
        }
    }

    @Override
    public int compareTo(ExampleId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
