package lethe.unlearning;

import java.util.Set;
import lethe.data.Dataset;

/** Examples that remember which of them were read. */
interface ReadDataset extends Dataset {
    Set<Integer> rowsRead();
}
