package lethe.data;

import java.util.Optional;

/** A data source that knows questions about its texts, by which a model can be examined. */
public interface Quizzed {
    /** The questions; empty where their files are not there. */
    Optional<Quiz> quiz();
}
