package lethe.training;

/**
 * Where long work says how far it is. A task has equal units, such as epochs or worlds, and may have tasks within it;
 * one that is open counts as the part that it has done of one unit of the task around it. Workers open theirs beside
 * each other, from any thread.
 *
 * <pre>
 *   try (Progress worlds = progress.begin("world", 128)) {
 *       worlds.skip(12);         // done in an earlier sitting
 *       …
 *       worlds.advance(1);
 *   }
 * </pre>
 */
public interface Progress extends AutoCloseable {
    /** Opens a task of some units within this one; closing it says that it is over. */
    Progress begin(String task, long units);

    /** Some units more are done. */
    void advance(long units);

    /** Some units need not be done, for they were before; they say nothing about how long the others take. */
    void skip(long units);

    /** Something worth one line, such as an accuracy. */
    void note(String text);

    @Override
    void close();

    /** Tells nobody. */
    static Progress silent() {
        return Silent.INSTANCE;
    }
}
