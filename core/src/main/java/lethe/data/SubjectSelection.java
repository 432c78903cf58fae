package lethe.data;

import com.google.auto.service.AutoService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.engine.Seed;

/**
 * All training examples of some people.
 *
 * @param subjects who is to be forgotten
 */
@Named("subjects")
@AutoService(ForgetSelection.class)
public record SubjectSelection(List<String> subjects) implements ForgetSelection {
    public SubjectSelection {
        subjects = List.copyOf(subjects);
    }

    /** Names nobody, which is an error once it is used. */
    public SubjectSelection() {
        this(List.of());
    }

    @Override
    public int[] rows(Dataset train, Seed seed) {
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("The list of subjects to forget is empty");
        }
        Set<String> known = new TreeSet<>();
        for (int row = 0; row < train.size(); row++) {
            train.subject(row).ifPresent(known::add);
        }
        Set<String> wanted = new HashSet<>();
        for (String subject : subjects) {
            if (!wanted.add(subject)) {
                throw new IllegalArgumentException("Subject '" + subject + "' is to be forgotten twice");
            }
            if (!known.contains(subject)) {
                throw new IllegalArgumentException("Subject '" + subject + "' has no example in '" + train.name() + "'"
                        + (known.isEmpty()
                                ? ", which knows no subjects; give the data a table of them"
                                : "; nearest is '" + ExampleIds.nearest(subject, known) + "'"));
            }
        }
        return IntStream.range(0, train.size())
                .filter(row -> train.subject(row).filter(wanted::contains).isPresent())
                .toArray();
    }
}
